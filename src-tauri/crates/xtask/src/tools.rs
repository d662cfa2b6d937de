//! Installing what a machine lacks: Debian packages by apt, node packages by npm. Elsewhere it says what to install, and stops.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::command::{output, program, step};
use crate::workspace::Workspace;

/// What the machine is to be ready for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// Building the program and opening its window on the display that is there.
    Window,
    /// Building, and driving the window in a virtual display with a session of its own.
    VirtualDisplay,
    /// All of that, and what the tests of single crates talk to.
    Tests,
    /// Making Linux packages, and trying them out.
    Packages,
    /// Building for Windows, and trying out what was built.
    Windows,
}

/// Debian's names of what a build links with and what the window draws with.
const TO_BUILD: [&str; 9] = [
    "build-essential",
    "pkg-config",
    "perl", // OpenSSL inside SQLCipher is configured by Perl
    "libwebkit2gtk-4.1-dev",
    "librsvg2-dev",
    "libayatana-appindicator3-dev",
    "libxdo-dev",
    "fonts-inter",
    "fonts-dejavu-core",
];

/// Debian's names of what a session of its own is made from.
const TO_DRIVE: [&str; 7] = ["xvfb", "dbus", "dunst", "gnome-keyring", "webkit2gtk-driver", "util-linux", "xclip"];

/// Debian's names of what the tests talk to: a mail server.
const TO_TEST: [&str; 1] = ["python3-aiosmtpd"];

/// Debian's names of what packages are made and tried out with.
const TO_PACK: [&str; 5] = ["dpkg-dev", "binutils", "rpm", "debootstrap", "util-linux"];

/// Debian's names of what builds a Windows program: a compiler with the sources of its standard library, linker, installer, and
/// what tries it all out.
const FOR_WINDOWS: [&str; 12] = [
    "build-essential", // what the Linux half of the story is built with
    "perl",
    "rustc-web",
    "cargo-web",
    "rust-web-clippy",
    "rust-web-src",
    "gcc-mingw-w64-x86-64",
    "g++-mingw-w64-x86-64",
    "nsis",
    "wine",
    "wine64",
    "p7zip-full",
];

const OLDEST_NODE: u32 = 20;

/// Makes the machine ready. Never asks anything.
pub(crate) fn setup(workspace: &Workspace, need: Need) -> Result<()> {
    node_is_there()?;
    if cfg!(target_os = "linux") {
        system_packages(workspace.root(), need)?;
    } else {
        match need {
            Need::Window => {}
            Need::VirtualDisplay | Need::Tests => bail!(
                "driving the window in a virtual display works on Linux alone; there is a display here, so use `cargo xtask run`"
            ),
            Need::Packages => bail!("Linux packages are made on Linux"),
            Need::Windows => bail!("on Windows itself, cargo builds the program; this task builds it on Debian"),
        }
    }
    node_packages(&workspace.ui())
}

fn node_is_there() -> Result<()> {
    let version = output("node", &["--version"]).unwrap_or_default();
    match major(&version) {
        Some(major) if major >= OLDEST_NODE => Ok(()),
        Some(_) => bail!("Node.js {} is too old: install Node.js {OLDEST_NODE} or newer, with npm", version.trim()),
        None => bail!("Node.js is missing: install Node.js {OLDEST_NODE} or newer, with npm"),
    }
}

/// 20 in `v20.19.2`.
fn major(version: &str) -> Option<u32> {
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

fn wanted(need: Need) -> Vec<&'static str> {
    match need {
        Need::Window => TO_BUILD.to_vec(),
        Need::VirtualDisplay => TO_BUILD.iter().chain(&TO_DRIVE).copied().collect(),
        Need::Tests => TO_BUILD.iter().chain(&TO_DRIVE).chain(&TO_TEST).copied().collect(),
        Need::Packages => TO_BUILD.iter().chain(&TO_PACK).copied().collect(),
        Need::Windows => FOR_WINDOWS.to_vec(),
    }
}

fn system_packages(folder: &Path, need: Need) -> Result<()> {
    let wanted = wanted(need);
    if output("dpkg-query", &["--version"]).is_none() || output("apt-get", &["--version"]).is_none() {
        return without_apt(need);
    }
    let missing = missing(&wanted, &listed(&wanted));
    if missing.is_empty() {
        return Ok(());
    }
    let Some(leader) = leader() else {
        bail!(
            "these packages are missing, and installing them takes an administrator:\n  sudo apt-get install {}",
            missing.join(" ")
        );
    };
    step("apt-get update", apt(folder, &leader, &["update", "-q"]))?;
    let mut arguments = vec![
        "install",
        "-q",
        "-y",
        "--no-install-recommends",
        "-o",
        "Dpkg::Use-Pty=0",
        "-o",
        "DPkg::Lock::Timeout=300",
    ];
    arguments.extend(&missing);
    step("apt-get install", apt(folder, &leader, &arguments))?;
    Ok(())
}

/// What dpkg says of the packages, a line each. dpkg-query fails when it does not know one of them, and still lists the others.
fn listed(packages: &[&str]) -> String {
    let listing =
        Command::new("dpkg-query").args(["-W", "-f", "${Package} ${db:Status-Status}\n"]).args(packages).output();
    listing.map(|listing| String::from_utf8_lossy(&listing.stdout).into_owned()).unwrap_or_default()
}

fn missing<'a>(wanted: &[&'a str], listed: &str) -> Vec<&'a str> {
    // A package whose triggers are still to run is unpacked and usable.
    let there = |name: &str| {
        ["installed", "triggers-pending", "triggers-awaited"]
            .iter()
            .any(|state| listed.lines().any(|line| line == format!("{name} {state}")))
    };
    wanted.iter().copied().filter(|name| !there(name)).collect()
}

/// The words to put before a command that only root may give: none for root, `sudo -n` where it works without a password.
pub(crate) fn leader() -> Option<Vec<&'static str>> {
    if output("id", &["-u"])?.trim() == "0" {
        return Some(Vec::new());
    }
    output("sudo", &["-n", "true"]).map(|_| vec!["sudo", "-n"])
}

fn apt(folder: &Path, leader: &[&str], arguments: &[&str]) -> Command {
    let mut words = leader.to_vec();
    words.extend(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    words.extend(arguments);
    program(words[0], folder, &words[1..])
}

/// Other Linux systems: nothing is installed; what pkg-config and the path lack is named, with the packages that bring it.
fn without_apt(need: Need) -> Result<()> {
    if need == Need::Packages {
        bail!("the packages are made with Debian's tools (Debian 12 or newer): {}", TO_PACK.join(" "));
    }
    if need == Need::Windows {
        bail!("the Windows program is built with Debian's packages (Debian 12 or newer): {}", FOR_WINDOWS.join(" "));
    }
    let libraries = ["webkit2gtk-4.1", "ayatana-appindicator3-0.1"];
    let programs = ["Xvfb", "dbus-daemon", "dunst", "gnome-keyring-daemon", "WebKitWebDriver", "setpriv"];
    let mut lacking: Vec<&str> =
        libraries.into_iter().filter(|library| output("pkg-config", &["--exists", library]).is_none()).collect();
    if matches!(need, Need::VirtualDisplay | Need::Tests) {
        lacking.extend(programs.into_iter().filter(|program| output("which", &[program]).is_none()));
    }
    if need == Need::Tests && output("python3", &["-c", "import aiosmtpd"]).is_none() {
        lacking.push("aiosmtpd");
    }
    if lacking.is_empty() {
        return Ok(());
    }
    bail!(
        "missing here: {}. Install them and run this again:\n  \
         Fedora: webkit2gtk4.1-devel libappindicator-gtk3-devel librsvg2-devel libxdo-devel gcc perl pkgconf xorg-x11-server-Xvfb dbus-daemon dunst gnome-keyring webkitgtk-webdriver python3-aiosmtpd\n  \
         Arch: webkit2gtk-4.1 libayatana-appindicator librsvg xdotool base-devel perl xorg-server-xvfb dbus dunst gnome-keyring python-aiosmtpd",
        lacking.join(", ")
    );
}

/// `npm ci` when the packages are not there or older than the lock file.
pub(crate) fn node_packages(ui: &Path) -> Result<()> {
    let age = |path: &Path| std::fs::metadata(path).and_then(|found| found.modified()).ok();
    let lock = ui.join("package-lock.json");
    // npm writes this file at the end of an installation.
    let installed = age(&ui.join("node_modules/.package-lock.json"));
    if installed.is_some() && installed >= age(&lock) {
        return Ok(());
    }
    step("npm ci", program("npm", ui, &["ci", "--no-audit", "--no-fund", "--no-progress"]))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_that_dpkg_does_not_list_as_installed_is_missing() {
        let listed = "perl installed\ndunst config-files\ndbus triggers-pending\nxvfb not-installed\n";
        assert_eq!(
            missing(&["perl", "dunst", "dbus", "xvfb", "gnome-keyring"], listed),
            ["dunst", "xvfb", "gnome-keyring"]
        );
    }

    #[test]
    fn the_major_version_of_node_is_read() {
        assert_eq!(major("v20.19.2\n"), Some(20));
        assert_eq!(major(""), None);
    }

    #[test]
    fn a_virtual_display_needs_more_than_a_window() {
        assert!(!wanted(Need::Window).contains(&"xvfb"));
        assert!(wanted(Need::VirtualDisplay).contains(&"xvfb"));
        assert!(wanted(Need::Tests).contains(&"xvfb") && wanted(Need::Tests).contains(&"python3-aiosmtpd"));
    }
}
