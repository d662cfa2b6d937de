//! The Windows installer, tried out: what 7-Zip finds in it, and what it does under Wine, silently, to files and registry.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, ensure};

use super::installer::{PROGRAMS, Packing, VERSION, compile, made_here, makensis};
use super::listing::{self, Listing};
use super::registry::{self, Registry};
use crate::command::timed;
use crate::wine::Wine;
use crate::workspace::Workspace;

/// What stands beside the programs once they are installed.
const BESIDE: [&str; 3] = ["LICENSE.txt", "casefolio.png", "uninstall.exe"];
/// What the installer needs while it runs, and takes away again.
const MEANWHILE: [&str; 4] = ["System.dll", "LangDLL.dll", "nsDialogs.dll", "modern-wizard.bmp"];

const APP_ID: &str = "org.casefolio.Casefolio";
const PLACE: &str = "AppData/Local/Programs/Casefolio";
const SHORTCUT: &str = "AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Casefolio.lnk";
const DATA: &str = "AppData/Local/casefolio/Casefolio/data";
const WEB_CACHE: &str = "AppData/Local/org.casefolio.Casefolio";

const WINDOWS_KEY: &str = r"Software\Microsoft\Windows\CurrentVersion";
/// Above every real version.
const NEWER: &str = "999.0.0";

/// The exit codes that `casefolio.nsi` promises.
const DONE: i32 = 0;
const NEWER_IS_INSTALLED: i32 = 3;
const IS_RUNNING: i32 = 4;
const WINDOWS_TOO_OLD: i32 = 5;

/// Unpacks the installer, installs, upgrades, refuses and removes; fails at the first thing that is not as it should be.
pub(crate) fn check_installer(workspace: &Workspace, programs: &Path, installer: &Path) -> Result<()> {
    let folder = made_here(workspace)?;
    timed("the installer unpacks to the files it should hold", || unpack(programs, installer, &folder))?;
    let trial = Trial::set(&folder)?;
    timed("Windows 7 is refused", || trial.too_old(installer))?;
    let before = trial.state()?;
    timed("silent installation", || trial.install(installer, programs, &before))?;
    timed("the AppUserModelID", || trial.identity(workspace))?;
    timed("a running Casefolio is noticed", || trial.while_running(installer))?;
    timed("upgrade and return", || trial.upgrade(workspace, installer, programs))?;
    timed("silent removal, without and with the data", || trial.remove(installer, &before))
}

fn unpack(programs: &Path, installer: &Path, folder: &Path) -> Result<()> {
    let unpacked = folder.join("unpacked");
    remove(&unpacked)?;
    let listed = Command::new("7z").args(["l", "-ba", "-slt"]).arg(installer).output()?;
    ensure!(listed.status.success(), "7-Zip cannot read the installer");
    let text = String::from_utf8_lossy(&listed.stdout).replace('\\', "/");
    let found = listing::of(text.lines().filter_map(|line| line.strip_prefix("Path = ")));
    let meanwhile = MEANWHILE.map(|name| format!("$PLUGINSDIR/{name}"));
    let expected = PROGRAMS.into_iter().chain(BESIDE).chain(meanwhile.iter().map(String::as_str));
    listing::ensure_same("7-Zip's listing", &found, &listing::of(expected))?;
    let to = format!("-o{}", unpacked.display());
    let done = Command::new("7z").args(["x", "-y", &to]).arg(installer).stdout(Stdio::null()).status()?;
    ensure!(done.success(), "7-Zip cannot unpack the installer");
    same_programs(programs, &unpacked)
}

fn same_programs(built: &Path, installed: &Path) -> Result<()> {
    for name in PROGRAMS {
        ensure!(fs::read(built.join(name))? == fs::read(installed.join(name))?, "{name} is not what was built");
    }
    Ok(())
}

fn remove(path: &Path) -> Result<()> {
    if path.exists() {
        fs::remove_dir_all(path).with_context(|| format!("{} cannot be removed", path.display()))?;
    }
    Ok(())
}

/// Files below drive C, and the user's registry, at a moment when nothing runs.
struct State {
    files: Listing,
    registry: Registry,
}

/// A Windows of its own, with a home folder of its own around it.
struct Trial {
    wine: Wine,
    home: PathBuf,
    /// The user's folder below drive C: `users/NAME`.
    user: String,
}

impl Trial {
    fn set(folder: &Path) -> Result<Self> {
        let home = folder.join("home");
        remove(&home)?;
        fs::create_dir_all(&home)?;
        let wine = Wine::fresh(folder.join("prefix"))?;
        let users = wine.drive_c().join("users");
        let names = fs::read_dir(&users)?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let user = names.into_iter().find(|name| name != "Public").context("Wine made no user")?;
        let trial = Self { wine, home, user: format!("users/{user}") };
        // What every real Windows has, so that it is no trace of ours.
        fs::create_dir_all(trial.path("AppData/Local/Programs"))?;
        let keys = [format!(r"{WINDOWS_KEY}\Uninstall"), format!(r"{WINDOWS_KEY}\Run"), r"Software\Classes".to_owned()];
        for key in keys {
            trial.run("reg", &["add", &format!(r"HKCU\{key}"), "/f"], DONE)?;
        }
        Ok(trial)
    }

    /// A path below the user's folder.
    fn path(&self, below: &str) -> PathBuf {
        self.wine.drive_c().join(&self.user).join(below)
    }

    /// The same path as Windows says it.
    fn windows(&self, below: &str) -> String {
        format!("C:/{}/{below}", self.user).replace('/', "\\")
    }

    fn command(&self, name: &str, arguments: &[&str]) -> Command {
        let mut command = self.wine.command(name, arguments);
        // Else Wine writes menu entries for shortcuts into the home folder of whoever runs this.
        command
            .env("HOME", &self.home)
            .env("WINEDLLOVERRIDES", "mscoree,mshtml=;winemenubuilder.exe=d")
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    /// Runs a Windows program to its end and expects its exit code.
    fn run(&self, name: &str, arguments: &[&str], expected: i32) -> Result<()> {
        let status = self.command(name, arguments).status().context("wine cannot be started")?;
        ensure!(status.code() == Some(expected), "{name} {}: {status}, not {expected}", arguments.join(" "));
        Ok(())
    }

    fn run_silently(&self, installer: &Path, expected: i32) -> Result<()> {
        self.run(&installer.to_string_lossy(), &["/S"], expected)
    }

    /// Waits until nothing runs in the prefix: only then is the registry on the disk, and the uninstaller through.
    fn state(&self) -> Result<State> {
        self.wine.settle()?;
        let mut files = listing::below(&self.wine.drive_c())?;
        files.retain(|path| !path.contains("/Temp/") && !path.contains("/temp/"));
        Ok(State { files, registry: registry::read(self.wine.prefix())? })
    }

    fn installed_version(&self) -> Result<Option<String>> {
        let name = format!(r"{WINDOWS_KEY}\Uninstall\{APP_ID}|DisplayVersion");
        Ok(self.state()?.registry.remove(&name))
    }

    fn too_old(&self, installer: &Path) -> Result<()> {
        self.run("winecfg", &["-v", "win7"], DONE)?;
        self.run_silently(installer, WINDOWS_TOO_OLD)?;
        self.run("winecfg", &["-v", "win10"], DONE)?;
        ensure!(!self.path(PLACE).exists(), "something was installed all the same");
        Ok(())
    }

    fn install(&self, installer: &Path, programs: &Path, before: &State) -> Result<()> {
        self.run_silently(installer, DONE)?;
        let after = self.state()?;
        let mut expected = before.files.clone();
        expected.extend([format!("{}/{PLACE}", self.user), format!("{}/{SHORTCUT}", self.user)]);
        expected.extend(PROGRAMS.iter().chain(&BESIDE).map(|name| format!("{}/{PLACE}/{name}", self.user)));
        listing::ensure_same("files after installation", &after.files, &expected)?;
        same_programs(programs, &self.path(PLACE))?;
        let added = registry::added(&before.registry, &after.registry);
        let size = added.get(&format!(r"{WINDOWS_KEY}\Uninstall\{APP_ID}|EstimatedSize")).cloned();
        ensure!(added == self.expected_entries(size.unwrap_or_default()), "entries in the registry: {added:#?}");
        Ok(())
    }

    fn expected_entries(&self, size: String) -> Registry {
        let place = self.windows(PLACE);
        let uninstaller = format!("\"{place}\\uninstall.exe\"");
        let uninstall = [
            ("DisplayIcon", format!("{place}\\casefolio.exe")),
            ("DisplayName", "Casefolio".to_owned()),
            ("DisplayVersion", VERSION.to_owned()),
            ("EstimatedSize", size),
            ("InstallLocation", place.clone()),
            ("Language", "00000409".to_owned()),
            ("NoModify", "00000001".to_owned()),
            ("NoRepair", "00000001".to_owned()),
            ("Publisher", "The Casefolio contributors".to_owned()),
            ("QuietUninstallString", format!("{uninstaller} /S")),
            ("UninstallString", uninstaller),
        ];
        let identity = [("DisplayName", "Casefolio".to_owned()), ("IconUri", format!("{place}\\casefolio.png"))];
        let mut expected = Registry::new();
        let keys = [
            (format!(r"{WINDOWS_KEY}\Uninstall\{APP_ID}"), uninstall.to_vec()),
            (format!(r"Software\Classes\AppUserModelId\{APP_ID}"), identity.to_vec()),
        ];
        for (key, values) in keys {
            expected.extend(values.into_iter().map(|(name, value)| (format!("{key}|{name}"), value)));
            expected.insert(key, String::new());
        }
        expected
    }

    /// The shortcut leads to the program. Wine 8 answers `SetValue` of a shortcut's property store without keeping anything, so the
    /// `AppUserModelID` is written by the same lines into a property store in memory, and read back from there.
    fn identity(&self, workspace: &Workspace) -> Result<()> {
        let shortcut = fs::read(self.path(SHORTCUT))?;
        let target = format!("{}\\casefolio.exe", self.windows(PLACE));
        ensure!(holds(&shortcut, target.as_bytes()), "the shortcut does not lead to {target}");
        let wide: Vec<u8> = APP_ID.encode_utf16().flat_map(u16::to_le_bytes).collect();
        println!("the shortcut under Wine keeps the AppUserModelID: {}", holds(&shortcut, &wide));
        let probe = self.home.join("probe.exe");
        makensis(workspace, "probe.nsi", &[format!("-DOUTPUT={}", probe.display())])?;
        self.run(&probe.to_string_lossy(), &[], DONE)?;
        let read = fs::read_to_string(self.home.join("identity.txt")).context("the probe wrote nothing")?;
        // 31: VT_LPWSTR
        ensure!(read == format!("31 {APP_ID}"), "the property store gives back {read:?}");
        Ok(())
    }

    fn while_running(&self, installer: &Path) -> Result<()> {
        let running = self.practice_service()?;
        let outcome = self.run_silently(installer, IS_RUNNING);
        running.end()?;
        outcome
    }

    /// Runs from the installed command line until it is ended.
    fn practice_service(&self) -> Result<Running> {
        let program = self.path(PLACE).join("casefolio-cli.exe");
        let mut command = self.command(&program.to_string_lossy(), &["--json", "practice", "--port", "0"]);
        let mut child = command.stdout(Stdio::piped()).spawn().context("the practice service was not started")?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("no output")?).read_line(&mut line)?;
        ensure!(line.contains("token_url"), "the practice service did not start: {line:?}");
        Ok(Running(child))
    }

    fn upgrade(&self, workspace: &Workspace, installer: &Path, programs: &Path) -> Result<()> {
        let newer = self.home.join(format!("Casefolio_{NEWER}_x64-setup.exe"));
        compile(workspace, programs, (NEWER, Packing::Quick), &newer)?;
        let before = self.state()?.files;
        self.run_silently(&newer, DONE)?;
        ensure!(self.installed_version()?.as_deref() == Some(NEWER), "the newer version is not installed");
        listing::ensure_same("files after the upgrade", &self.state()?.files, &before)?;
        self.run_silently(installer, NEWER_IS_INSTALLED)?;
        ensure!(self.installed_version()?.as_deref() == Some(NEWER), "the newer version was replaced");
        Ok(())
    }

    /// After removal there is what was there before, and the data; after removal with the data there is nothing but what was before.
    fn remove(&self, installer: &Path, before: &State) -> Result<()> {
        self.use_it()?;
        let mut expected = before.files.clone();
        let data = self.path(DATA);
        ensure!(data.join("portfolios").is_dir(), "the data are not in {}", data.display());
        let kept = Path::new(&self.user).join(DATA);
        expected.extend(listing::below(&data)?.iter().map(|path| kept.join(path).to_string_lossy().into_owned()));
        let above = kept.ancestors().map(|path| path.to_string_lossy().into_owned());
        expected.extend(above.filter(|path| !path.is_empty()));
        self.uninstall(&[])?;
        self.ensure_left("files after removal", &expected, before)?;
        ensure!(self.keeps_keys()?, "a key of a portfolio that was kept is gone from the credential store");
        self.run_silently(installer, DONE)?;
        self.uninstall(&["/DELETE-DATA"])?;
        self.ensure_left("files after removal with the data", &before.files, before)?;
        ensure!(!self.keeps_keys()?, "a key of a portfolio that is gone stays in the credential store");
        Ok(())
    }

    /// What a user leaves: a portfolio and its key, the web view's cache, starting at login.
    fn use_it(&self) -> Result<()> {
        let program = self.path(PLACE).join("casefolio-cli.exe");
        let arguments = ["portfolio", "create", "--user-id", "trial", "--password-stdin"];
        let mut command = self.command(&program.to_string_lossy(), &arguments);
        let mut child = command.stdin(Stdio::piped()).spawn().context("casefolio-cli.exe was not started")?;
        child.stdin.take().context("no input")?.write_all(b"lantern river orange seven\n")?;
        let status = child.wait()?;
        ensure!(status.success(), "casefolio-cli.exe ended with {status}");
        fs::create_dir_all(self.path(WEB_CACHE).join("EBWebView"))?;
        let run = format!(r"HKCU\{WINDOWS_KEY}\Run");
        self.run("reg", &["add", &run, "/v", "Casefolio", "/d", "casefolio.exe --hidden", "/f"], DONE)
    }

    fn uninstall(&self, more: &[&str]) -> Result<()> {
        let uninstaller = self.path(PLACE).join("uninstall.exe");
        self.run(&uninstaller.to_string_lossy(), &[&["/S"], more].concat(), DONE)
    }

    fn ensure_left(&self, what: &str, files: &Listing, before: &State) -> Result<()> {
        let after = self.state()?;
        listing::ensure_same(what, &after.files, files)?;
        let added = registry::added(&before.registry, &after.registry);
        ensure!(after.registry == before.registry, "left in the registry: {added:#?}");
        Ok(())
    }

    /// Whether Wine's credential store, which lies in its registry, holds a key of ours.
    fn keeps_keys(&self) -> Result<bool> {
        Ok(fs::read_to_string(self.wine.prefix().join("user.reg"))?.contains(&format!(".{APP_ID}]")))
    }
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// A program that is ended by its own handle.
struct Running(Child);

impl Running {
    fn end(mut self) -> Result<()> {
        self.0.kill().context("the practice service cannot be ended")?;
        self.0.wait().map(drop).context("the practice service cannot be waited for")
    }
}
