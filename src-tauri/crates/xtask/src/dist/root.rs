//! A fresh Debian in a folder: made by debootstrap once, unpacked anew for each use, and left by nothing that runs in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::command::{program, step};
use crate::tools::leader;

/// What the base has beyond the smallest Debian: a display to look at, a bus, and eyes and hands for both.
const TOOLS: &str = "ca-certificates,dbus,fonts-dejavu-core,x11-apps,x11-utils,xdotool,xvfb";

/// Mounts what programs expect, in a space of its own that ends with the program, and goes into the folder.
const ENTER: &str = "mount -t proc proc \"$1/proc\" && mount -t tmpfs tmpfs \"$1/dev/shm\" && root=$1 && shift && exec chroot \"$root\" \"$@\"";

/// A Debian system in a folder. Commands run in it as its root.
pub(super) struct Root {
    folder: PathBuf,
    leader: Vec<&'static str>,
}

impl Root {
    /// Unpacks a base of this machine's own release at `folder`/root; the base is made when it is not there.
    pub(super) fn fresh(folder: &Path) -> Result<Self> {
        let leader = leader().context("a fresh root takes an administrator (root, or sudo)")?;
        fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        let codename = codename(&fs::read_to_string("/etc/os-release")?)?;
        let root = Self { folder: folder.join("root"), leader };
        let base = folder.join(format!("{codename}.tar"));
        if !base.exists() {
            root.make_base(&codename, &base)?;
        }
        root.remove()?;
        let (base, place) = (base.to_string_lossy(), root.folder.to_string_lossy());
        root.outside("mkdir", &["-p", &place])?;
        root.outside(
            "tar",
            &["--extract", "--numeric-owner", "--same-permissions", "--file", &base, "--directory", &place],
        )?;
        Ok(root)
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Runs a command in the system and fails when it does; its output passes through.
    pub(super) fn run(&self, name: &str, arguments: &[&str]) -> Result<()> {
        step(&format!("in the fresh root: {name}"), self.inside(arguments)).map(drop)
    }

    /// What a command in the system prints.
    pub(super) fn output(&self, arguments: &[&str]) -> Result<String> {
        let output = self.inside(arguments).output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{} ended with {}: {said}", arguments.join(" "), output.status);
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Copies a file of this machine into the system.
    pub(super) fn copy(&self, from: &Path, to: &str) -> Result<()> {
        let to = self.folder.join(to);
        self.outside("cp", &[&from.to_string_lossy(), &to.to_string_lossy()])
    }

    pub(super) fn remove(&self) -> Result<()> {
        self.outside("rm", &["-rf", "--one-file-system", &self.folder.to_string_lossy()])
    }

    fn inside(&self, arguments: &[&str]) -> Command {
        let place = self.folder.to_string_lossy();
        let apart = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", ENTER, "enter", &place];
        let clean = [
            "/usr/bin/env",
            "-i",
            "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
            "LC_ALL=C.UTF-8",
            "HOME=/root",
            "DEBIAN_FRONTEND=noninteractive",
        ];
        self.led(&[&apart[..], &clean[..], arguments].concat())
    }

    fn led(&self, words: &[&str]) -> Command {
        let words = [&self.leader[..], words].concat();
        program(words[0], Path::new("/"), &words[1..])
    }

    fn outside(&self, name: &str, arguments: &[&str]) -> Result<()> {
        let status = self.led(&[&[name], arguments].concat()).status()?;
        ensure!(status.success(), "{name} ended with {status}");
        Ok(())
    }

    fn make_base(&self, codename: &str, base: &Path) -> Result<()> {
        self.remove()?;
        let mirror = mirror(codename)?;
        let place = self.folder.to_string_lossy().into_owned();
        let include = format!("--include={TOOLS}");
        // The mirror's address stays out of what is printed.
        let made = self.led(&["debootstrap", "--variant=minbase", &include, codename, &place, &mirror]).output()?;
        let said = String::from_utf8_lossy(&made.stdout).replace(&mirror, "MIRROR");
        let end: Vec<&str> = said.lines().rev().take(5).collect();
        ensure!(made.status.success(), "debootstrap ended with {}: {}", made.status, end.join(" < "));
        for name in ["resolv.conf", "hosts"] {
            let file = Path::new("/etc").join(name);
            if file.exists() {
                self.copy(&file, &format!("etc/{name}"))?;
            }
        }
        // No daemon is started in there.
        self.run(
            "policy-rc.d",
            &[
                "sh",
                "-c",
                "printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d && chmod 755 /usr/sbin/policy-rc.d",
            ],
        )?;
        self.run("an ordinary user", &["useradd", "--create-home", "--home-dir", "/srv/tester", "tester"])?;
        let unfinished = base.with_extension("part");
        let part = unfinished.to_string_lossy();
        self.outside(
            "tar",
            &["--create", "--numeric-owner", "--one-file-system", "--file", &part, "--directory", &place, "."],
        )?;
        self.outside("mv", &[&part, &base.to_string_lossy()])
    }
}

fn codename(os_release: &str) -> Result<String> {
    let line = os_release.lines().find_map(|line| line.strip_prefix("VERSION_CODENAME="));
    line.map(|name| name.trim_matches('"').to_owned())
        .context("no code name in /etc/os-release: not a Debian or Ubuntu?")
}

/// Where this machine itself gets the release from.
fn mirror(codename: &str) -> Result<String> {
    let mut files = vec![PathBuf::from("/etc/apt/sources.list")];
    if let Ok(entries) = fs::read_dir("/etc/apt/sources.list.d") {
        files.extend(entries.filter_map(|entry| Some(entry.ok()?.path())));
    }
    let texts = files.iter().filter_map(|file| fs::read_to_string(file).ok());
    match texts.into_iter().find_map(|text| mirror_in(&text, codename)) {
        Some(mirror) => Ok(mirror),
        None => bail!("no source of {codename} in /etc/apt: where shall debootstrap get it?"),
    }
}

/// The address that a sources file, of either form, gives for the release itself, not for its updates.
fn mirror_in(text: &str, codename: &str) -> Option<String> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.starts_with('#')).collect();
    let one_line = lines.iter().find_map(|line| {
        let words = line.strip_prefix("deb ")?.trim_start();
        let words = if words.starts_with('[') { words.split_once(']')?.1 } else { words };
        let mut words = words.split_whitespace();
        let address = words.next()?;
        (words.next()? == codename).then_some(address)
    });
    let stanza = lines.split(|line| line.is_empty()).find_map(|stanza| {
        let field = |name: &str| stanza.iter().find_map(|line| line.strip_prefix(name));
        let ours = field("Suites:")?.split_whitespace().any(|suite| suite == codename);
        field("URIs:")?.split_whitespace().next().filter(|_| ours)
    });
    one_line.or(stanza).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mirror_is_found_in_both_forms_of_sources() {
        let old = "# deb http://a/ trixie main\ndeb [signed-by=/k] http://other.example/apt tool main\ndeb http://b.example/debian bookworm main\n";
        assert_eq!(mirror_in(old, "bookworm").as_deref(), Some("http://b.example/debian"));
        let new = "Types: deb\nURIs: http://c.example/security\nSuites: bookworm-security\n\nTypes: deb\n# comment\nURIs: http://d.example/debian\nSuites: bookworm bookworm-updates\n";
        assert_eq!(mirror_in(new, "bookworm").as_deref(), Some("http://d.example/debian"));
        assert_eq!(mirror_in(new, "trixie"), None);
    }

    #[test]
    fn the_code_name_is_read() {
        assert_eq!(codename("ID=debian\nVERSION_CODENAME=bookworm\n").expect("a name"), "bookworm");
    }
}
