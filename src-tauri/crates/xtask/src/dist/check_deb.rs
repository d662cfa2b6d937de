//! The .deb, tried out in a fresh Debian: installed by apt, started on a virtual display, removed without a trace but the data.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::linux::contents_of_deb;
use super::listing::{self, Listing};
use super::root::Root;
use crate::command::timed;
use crate::tools::{Need, setup};
use crate::workspace::Workspace;

const SESSION: &str = include_str!("session.sh");
const PACKAGE: &str = "casefolio";
const APT: [&str; 6] = ["apt-get", "-q", "-y", "--no-install-recommends", "-o", "Dpkg::Use-Pty=0"];

/// Where the package system itself keeps books, where the display listens, and the icon theme's own index, which is written anew
/// whenever a package brings icons.
const NOT_COUNTED: [&str; 6] = [
    "var/lib/dpkg/",
    "var/lib/apt/",
    "var/cache/",
    "var/log/",
    "tmp/.X11-unix",
    "usr/share/icons/hicolor/icon-theme.cache",
];
const HOME: &str = "srv/tester/";
/// What the program leaves in a home folder: the data, and the web view's own folders.
const LEFT: [&str; 4] = [
    "srv/tester/.local/share/casefolio",
    "srv/tester/.local/share/org.casefolio.Casefolio",
    "srv/tester/.cache",
    "srv/tester/.config",
];

/// Takes a minute or two, and an administrator; the packages it depends on come from this machine's own mirror.
pub(crate) fn check_deb(workspace: &Workspace, deb: &Path) -> Result<()> {
    setup(workspace, Need::Packages)?;
    let folder = workspace.target().join("fresh-root");
    let root = timed("a fresh root", || Root::fresh(&folder))?;
    root.copy(deb, "casefolio.deb")?;
    let depends = Command::new("dpkg-deb").arg("--field").arg(deb).arg("Depends").output()?;
    let depends = String::from_utf8(depends.stdout)?;
    root.run("apt-get update", &[&APT[..], &["update"]].concat())?;
    // First, so that afterwards only what is the package's own differs.
    root.run("what it depends on", &[&APT[..], &["satisfy", depends.trim()]].concat())?;
    let before = state(&root)?;
    root.run("apt-get install", &[&APT[..], &["install", "/casefolio.deb"]].concat())?;
    timed("what installation brought", || installed(&root, &before))?;
    timed("practice mode on a virtual display", || session(&root, &folder))?;
    root.run("apt-get purge", &[&APT[..], &["purge", PACKAGE]].concat())?;
    timed("what is left after removal", || removed(&root, &before))?;
    root.remove()
}

/// The system's files and packages.
struct State {
    files: Listing,
    packages: Listing,
}

fn state(root: &Root) -> Result<State> {
    let files = root.output(&["find", "/", "-xdev", "-mindepth", "1", "-printf", "%P\\n"])?;
    let mut files = listing::of(files.lines());
    files.retain(|path| !NOT_COUNTED.iter().any(|place| path.starts_with(place)));
    let packages = root.output(&["dpkg-query", "--show", "--showformat", "${Package} ${db:Status-Status}\\n"])?;
    Ok(State { files, packages: listing::of(packages.lines()) })
}

fn installed(root: &Root, before: &State) -> Result<()> {
    let now = state(root)?;
    let mut packages = before.packages.clone();
    packages.insert(format!("{PACKAGE} installed"));
    listing::ensure_same("packages", &now.packages, &packages)?;
    let mut files = before.files.clone();
    for file in contents_of_deb() {
        files.extend(Path::new(&file).ancestors().map(|path| path.to_string_lossy().into_owned()));
    }
    files.remove("");
    listing::ensure_same("files after installation", &now.files, &files)
}

fn session(root: &Root, folder: &Path) -> Result<()> {
    let script = folder.join("session.sh");
    fs::write(&script, SESSION)?;
    root.copy(&script, &format!("{HOME}session.sh"))?;
    let user =
        ["setpriv", "--reuid=tester", "--regid=tester", "--init-groups", "env", "HOME=/srv/tester", "USER=tester"];
    root.run("practice mode", &[&user[..], &["sh", "/srv/tester/session.sh"]].concat())?;
    let seen = root.folder().join(HOME).join("seen");
    let events = fs::read_to_string(seen.join("events")).context("no changes were written")?;
    println!(
        "{} changes of invented cases; the first: {}",
        events.lines().count(),
        events.lines().next().unwrap_or_default()
    );
    let class = fs::read_to_string(seen.join("class.txt"))?;
    // What StartupWMClass in the desktop entry says, so that the window stands under its own icon.
    ensure!(class.contains("\"casefolio\""), "the window's class is {class}");
    let picture = folder.join("window.xwd");
    fs::copy(seen.join("window.xwd"), &picture).context("no picture was taken")?;
    println!("the window: {}", picture.display());
    Ok(())
}

fn removed(root: &Root, before: &State) -> Result<()> {
    let mut now = state(root)?;
    let ours = |path: &str| ["seen", "run", "session.sh"].iter().any(|name| path.starts_with(&format!("{HOME}{name}")));
    let left: Listing = now.files.iter().filter(|path| path.starts_with(HOME) && !ours(path)).cloned().collect();
    let left: Listing = left.difference(&before.files).cloned().collect();
    let known = |path: &str| LEFT.iter().any(|folder| path.starts_with(folder) || folder.starts_with(path));
    let there: Vec<&str> = LEFT.into_iter().filter(|folder| left.contains(*folder)).collect();
    println!("left in the home folder: {}", there.join(", "));
    let strangers: Vec<&String> = left.iter().filter(|path| !known(path)).collect();
    ensure!(strangers.is_empty(), "nobody knows what these are: {strangers:?}");
    now.files.retain(|path| !path.starts_with(HOME) || before.files.contains(path));
    listing::ensure_same("files after removal", &now.files, &before.files)?;
    listing::ensure_same("packages after removal", &now.packages, &before.packages)
}
