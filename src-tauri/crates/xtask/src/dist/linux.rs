//! .deb and .rpm, made by Tauri's bundler of what cargo built in release.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::json;

use super::listing::{self, Listing};
use crate::command::{cargo, program, step, timed};
use crate::tools::{Need, setup};
use crate::workspace::{SELECTION, Workspace};

/// The library that shows the tray icon is opened by name while the program runs, so that no list of linked libraries names it.
const TRAY_DEB: &str = "libayatana-appindicator3-1";
const TRAY_RPM: &str = "libayatana-appindicator3.so.1()(64bit)";

/// What both packages put on a machine.
const CONTENTS: [&str; 11] = [
    "usr/bin/casefolio",
    "usr/bin/casefolio-cli",
    "usr/share/applications/Casefolio.desktop",
    "usr/share/icons/hicolor/16x16/apps/casefolio.png",
    "usr/share/icons/hicolor/24x24/apps/casefolio.png",
    "usr/share/icons/hicolor/32x32/apps/casefolio.png",
    "usr/share/icons/hicolor/48x48/apps/casefolio.png",
    "usr/share/icons/hicolor/128x128/apps/casefolio.png",
    "usr/share/icons/hicolor/256x256@2/apps/casefolio.png",
    "usr/share/icons/hicolor/scalable/apps/casefolio.svg",
    "usr/share/metainfo/org.casefolio.Casefolio.metainfo.xml",
];
const COPYRIGHT_DEB: &str = "usr/share/doc/casefolio/copyright";
const LICENSE_RPM: &str = "usr/share/licenses/casefolio/LICENSE";

/// Builds both packages and looks into them.
pub(super) fn packages(workspace: &Workspace) -> Result<Vec<PathBuf>> {
    setup(workspace, Need::Packages)?;
    step("npm run build", program("npm", &workspace.ui(), &["run", "build"]))?;
    // The selection of programs is the one that other tasks build in release, too.
    let programs = ["--release", "--bin", "casefolio", "--bin", "casefolio-cli", "--bin", "casefolio-practice"];
    step("cargo build --release", cargo(workspace.root(), &[&["build"], &SELECTION[..], &programs].concat()))?;
    bundle(workspace)?;
    let deb = only(&bundles(workspace).join("deb"), "deb")?;
    timed("the .deb packed anew", || pack_anew(&deb))?;
    let rpm = only(&bundles(workspace).join("rpm"), "rpm")?;
    timed("what the packages hold", || look_into(&deb, &rpm))?;
    Ok(vec![deb, rpm])
}

fn release(workspace: &Workspace, name: &str) -> PathBuf {
    workspace.target().join("release").join(name)
}

fn bundles(workspace: &Workspace) -> PathBuf {
    workspace.target().join("release").join("bundle")
}

fn bundle(workspace: &Workspace) -> Result<()> {
    let made = bundles(workspace);
    if made.exists() {
        fs::remove_dir_all(&made).with_context(|| format!("{} cannot be removed", made.display()))?;
    }
    let command_line = release(workspace, "casefolio-cli");
    let programs = [release(workspace, "casefolio"), command_line.clone()];
    let files = json!({ "/usr/bin/casefolio-cli": command_line });
    let config = json!({ "bundle": { "linux": {
        "deb": { "depends": depends(&made, &programs)?, "files": files },
        "rpm": { "depends": requires(&programs)?, "files": files },
    } } });
    let tauri = workspace.ui().join("node_modules/.bin/tauri");
    // No updater reads what would be patched into the program.
    let arguments = ["bundle", "--ci", "--bundles", "deb,rpm", "--no-binary-patching", "--config", &config.to_string()];
    let mut command = program(&tauri.to_string_lossy(), workspace.root(), &arguments);
    command.env("CARGO_TARGET_DIR", workspace.target());
    step("tauri bundle", command).map(drop)
}

/// Tauri packs with gzip, and two programs with the same parts in them come out half as large again. With xz and its largest window
/// the second costs little.
fn pack_anew(deb: &Path) -> Result<()> {
    let folder = deb.with_extension("unpacked");
    let dpkg_deb = |arguments: &[&OsStr]| -> Result<()> {
        let status = Command::new("dpkg-deb").args(arguments).status()?;
        ensure!(status.success(), "dpkg-deb ended with {status}");
        Ok(())
    };
    dpkg_deb(&["--raw-extract".as_ref(), deb.as_ref(), folder.as_ref()])?;
    let (owner, method, level) = ("--root-owner-group".as_ref(), "-Zxz".as_ref(), "-z9".as_ref());
    dpkg_deb(&[owner, method, level, "--build".as_ref(), folder.as_ref(), deb.as_ref()])
}

/// The Debian packages that the programs are linked with, by dpkg's own reckoning, and the tray's library.
fn depends(folder: &Path, programs: &[PathBuf]) -> Result<Vec<String>> {
    // dpkg-shlibdeps wants to stand in a source package.
    let source = folder.join("source");
    fs::create_dir_all(source.join("debian"))?;
    fs::write(source.join("debian/control"), "Source: casefolio\n\nPackage: casefolio\nArchitecture: any\n")?;
    let found = Command::new("dpkg-shlibdeps").arg("-O").args(programs).current_dir(&source).output()?;
    let said = String::from_utf8_lossy(&found.stdout);
    let line = said.trim().strip_prefix("shlibs:Depends=");
    let line = line.with_context(|| format!("dpkg-shlibdeps: {}", String::from_utf8_lossy(&found.stderr)))?;
    Ok(line.split(", ").chain([TRAY_DEB]).map(str::to_owned).collect())
}

/// The libraries themselves, as every distribution with rpm names them; Fedora and openSUSE call the packages differently.
fn requires(programs: &[PathBuf]) -> Result<Vec<String>> {
    let mut wanted = Listing::new();
    for path in programs {
        let found = Command::new("objdump").arg("-p").arg(path).output()?;
        ensure!(found.status.success(), "objdump cannot read {}", path.display());
        wanted.extend(libraries(&String::from_utf8_lossy(&found.stdout)));
    }
    wanted.insert(TRAY_RPM.to_owned());
    Ok(wanted.into_iter().collect())
}

/// What `objdump -p` says a program needs: its libraries, and the newest version of glibc's symbols.
fn libraries(said: &str) -> Vec<String> {
    let linked = said.lines().filter_map(|line| line.trim().strip_prefix("NEEDED"));
    // The loader is glibc's own.
    let linked = linked.map(str::trim).filter(|library| !library.starts_with("ld-linux"));
    let version = |word: &str| {
        let numbers = word.strip_prefix("GLIBC_")?.split('.').map(str::parse).collect::<Result<Vec<u32>, _>>();
        numbers.ok()
    };
    let newest = said.split_whitespace().filter_map(|word| Some((version(word)?, word))).max();
    linked
        .map(|library| format!("{library}()(64bit)"))
        .chain(newest.map(|(_, word)| format!("libc.so.6({word})(64bit)")))
        .collect()
}

fn only(folder: &Path, extension: &str) -> Result<PathBuf> {
    let mut found = fs::read_dir(folder)
        .with_context(|| format!("{} is not there", folder.display()))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|found| found == extension));
    let one = found.next().with_context(|| format!("no .{extension} in {}", folder.display()))?;
    ensure!(found.next().is_none(), "more than one .{extension} in {}", folder.display());
    Ok(one)
}

fn look_into(deb: &Path, rpm: &Path) -> Result<()> {
    let listed = |name: &str, arguments: &[&str], package: &Path| -> Result<Listing> {
        let output = Command::new(name).args(arguments).arg(package).output()?;
        ensure!(output.status.success(), "{name} cannot read {}", package.display());
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        Ok(text.lines().filter_map(file_of_line).collect())
    };
    listing::ensure_same("the .deb", &listed("dpkg-deb", &["--contents"], deb)?, &contents_of_deb())?;
    let of_rpm = listing::of(CONTENTS.into_iter().chain([LICENSE_RPM]));
    listing::ensure_same("the .rpm", &listed("rpm", &["-qpl"], rpm)?, &of_rpm)
}

/// The file that a line of `dpkg-deb --contents` or `rpm -qpl` names; folders are left out.
fn file_of_line(line: &str) -> Option<String> {
    let name = line.split_whitespace().last()?;
    (!line.starts_with('d')).then(|| name.trim_start_matches("./").trim_start_matches('/').to_owned())
}

/// What the package puts on a machine, as [`CONTENTS`] says it.
pub(super) fn contents_of_deb() -> Listing {
    listing::of(CONTENTS.into_iter().chain([COPYRIGHT_DEB]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const METAINFO: &str = include_str!("../../../../linux/org.casefolio.Casefolio.metainfo.xml");

    #[test]
    fn the_store_page_names_this_version_and_the_desktop_entry() {
        let release = METAINFO.split("<release version=\"").nth(1).expect("a release");
        assert!(release.starts_with(concat!(env!("CARGO_PKG_VERSION"), "\"")), "{release}");
        assert!(METAINFO.contains(">Casefolio.desktop</launchable>"));
    }

    #[test]
    fn the_libraries_and_the_newest_glibc_are_asked_for() {
        let said = "  NEEDED               libgtk-3.so.0\n  NEEDED  libc.so.6\n  NEEDED  ld-linux-x86-64.so.2\n\
                    0x0 0x00 04 GLIBC_2.34\n 0x1 0x00 05 GLIBC_2.4\n 0x2 0x00 06 GLIBC_PRIVATE\n";
        assert_eq!(libraries(said), ["libgtk-3.so.0()(64bit)", "libc.so.6()(64bit)", "libc.so.6(GLIBC_2.34)(64bit)"]);
    }

    #[test]
    fn files_are_read_from_both_kinds_of_listing_and_folders_are_left_out() {
        let deb = "-rwxr-xr-x 0/0   26669096 2026-11-22 20:11 ./usr/bin/casefolio";
        assert_eq!(file_of_line(deb).as_deref(), Some("usr/bin/casefolio"));
        assert_eq!(file_of_line("drwxr-xr-x 0/0  0 2026-11-22 20:11 usr/bin"), None);
        assert_eq!(file_of_line("/usr/bin/casefolio").as_deref(), Some("usr/bin/casefolio"));
    }
}
