//! A desktop session of its own: display, bus, key store, notification service, home. Everything of it ends when it is dropped.

use std::io::Write;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::process::{Daemon, Environment, MARK, kill_marked, output, search_path};
use crate::{Events, Notes, until};

/// A bus without service files: nothing but what this session starts can answer on it.
const BUS: &str = include_str!("bus.xml");

/// Notes stay until they are clicked or closed.
const DUNST: &str = "[global]\nsort = no\n[urgency_low]\ntimeout = 0\n[urgency_normal]\ntimeout = 0\n[stay]\nappname = \"*\"\noverride_dbus_timeout = 0\n";

const SECRETS: &str = "org.freedesktop.secrets";
const LOGIN: &str = "/org/freedesktop/secrets/collection/login";

/// The running session. Fields are dropped in order: programs first, their folder last.
#[derive(Debug)]
pub struct Session {
    daemons: Vec<Daemon>,
    environment: Environment,
    folder: TempDir,
}

impl Session {
    /// Starts display, bus, key store and notification service, and waits until each of them answers.
    pub async fn start() -> Result<Self> {
        let folder =
            tempfile::Builder::new().prefix("casefolio-e2e-").tempdir().context("no folder for the session")?;
        let mut session = Self { daemons: Vec::new(), environment: environment(folder.path())?, folder };
        session.display().await.context("the virtual display (Xvfb)")?;
        session.bus().await.context("the private bus (dbus-daemon)")?;
        session.key_store().await.context("the key store (gnome-keyring-daemon)")?;
        session.notification_service().await.context("the notification service (dunst)")?;
        Ok(session)
    }

    /// Where Casefolio keeps its data in this session.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.path("home/data/casefolio")
    }

    /// The home folder: Casefolio's data, and whatever else it or the page's engine leaves behind.
    #[must_use]
    pub fn home(&self) -> PathBuf {
        self.path("home")
    }

    /// What the program said on its two outputs.
    pub fn said(&self) -> Result<String> {
        Ok(std::fs::read_to_string(self.path("program.log"))?)
    }

    /// The notification service's record.
    #[must_use]
    pub fn notes(&self) -> Notes {
        Notes { record: self.path("dunst.log"), environment: self.environment.clone() }
    }

    /// The practice mode's record.
    #[must_use]
    pub fn events(&self) -> Events {
        Events { record: self.path("events.jsonl") }
    }

    /// The attributes of every entry in the key store, as text. Secrets are not asked for.
    pub fn key_store_entries(&self) -> Result<Vec<String>> {
        let items = self.property(LOGIN, "org.freedesktop.Secret.Collection", "Items")?;
        let paths = items.split_whitespace().filter(|word| word.starts_with(LOGIN));
        paths.map(|path| self.property(path, "org.freedesktop.Secret.Item", "Attributes")).collect()
    }

    /// Starts a program beside the one that runs, and waits for its end: its exit code and what it said. Without the bus it finds nobody.
    pub fn start_beside(&self, program: &Path, with_bus: bool) -> Result<(Option<i32>, String)> {
        let mut command = Command::new(program);
        command.env_clear().envs(self.environment.iter().cloned()).stdin(Stdio::null());
        if !with_bus {
            command.env("DBUS_SESSION_BUS_ADDRESS", format!("unix:path={}", self.path("no-bus").display()));
        }
        let output = command.output()?;
        Ok((output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned()))
    }

    /// The address of the private bus.
    pub(crate) fn bus_address(&self) -> Result<&str> {
        let found = self.environment.iter().find(|(name, _)| name == "DBUS_SESSION_BUS_ADDRESS");
        found.map(|(_, address)| address.as_str()).context("the bus has no address")
    }

    pub(crate) fn environment(&self) -> &Environment {
        &self.environment
    }

    /// The value of a variable in the session's environment.
    pub(crate) fn variable(&self, name: &str) -> Option<&str> {
        self.environment.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Keeps a program running as long as the session.
    pub(crate) fn keep(&mut self, daemon: Daemon) {
        self.daemons.push(daemon);
    }

    pub(crate) fn path(&self, inside: &str) -> PathBuf {
        self.folder.path().join(inside)
    }

    async fn display(&mut self) -> Result<()> {
        let log = self.path("xvfb.log");
        self.daemon(&["Xvfb", "-displayfd", "1", "-screen", "0", "1440x900x24", "-nolisten", "tcp"], &log)?;
        let number = self.first_line(&log, |line| line.parse::<u32>().is_ok()).await?;
        self.set("DISPLAY", format!(":{number}"));
        Ok(())
    }

    async fn bus(&mut self) -> Result<()> {
        let (config, log) = (self.path("bus.conf"), self.path("bus.log"));
        std::fs::write(&config, BUS.replace("SOCKET", &self.path("run/bus").to_string_lossy()))?;
        let config = format!("--config-file={}", config.display());
        self.daemon(&["dbus-daemon", &config, "--nofork", "--print-address=1"], &log)?;
        let address = self.first_line(&log, |line| line.starts_with("unix:")).await?;
        // One bus stands for both: nothing of the computer outside is heard.
        self.set("DBUS_SYSTEM_BUS_ADDRESS", address.clone());
        self.set("DBUS_SESSION_BUS_ADDRESS", address);
        Ok(())
    }

    async fn key_store(&mut self) -> Result<()> {
        let words = ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"];
        let mut daemon = Daemon::start(&words, &self.environment, &self.path("keyring.log"), Stdio::piped())?;
        // The password of the login collection ends with the input.
        daemon.stdin().context("no input")?.write_all(b"session")?;
        self.daemons.push(daemon);
        until("an unlocked login collection", 20, async || {
            Ok(self.property(LOGIN, "org.freedesktop.Secret.Collection", "Locked")?.contains("false").then_some(()))
        })
        .await
    }

    async fn notification_service(&mut self) -> Result<()> {
        let config = self.path("dunstrc");
        std::fs::write(&config, DUNST)?;
        self.daemon(&["dunst", "-conf", &config.to_string_lossy(), "-print"], &self.path("dunst.log"))?;
        until("dunst on the bus", 20, async || output(&["dunstctl", "debug"], &self.environment).map(Some))
            .await
            .map(drop)
    }

    fn daemon(&mut self, words: &[&str], log: &Path) -> Result<()> {
        self.daemons.push(Daemon::start(words, &self.environment, log, Stdio::null())?);
        Ok(())
    }

    /// Waits for a line in the log of the daemon started last.
    async fn first_line(&mut self, log: &Path, wanted: impl Fn(&str) -> bool) -> Result<String> {
        let Some(daemon) = self.daemons.last_mut() else { anyhow::bail!("no daemon was started") };
        let found = until("its first line", 20, async || {
            let text = std::fs::read_to_string(log)?;
            let whole = text.rsplit_once('\n').map_or("", |(lines, _)| lines);
            let line = whole.lines().find(|line| wanted(line.trim())).map(|line| line.trim().to_owned());
            if line.is_none() {
                daemon.still_runs()?;
            }
            Ok(line)
        })
        .await;
        found.with_context(|| std::fs::read_to_string(log).unwrap_or_default())
    }

    fn set(&mut self, name: &str, value: impl Into<String>) {
        self.environment.push((name.to_owned(), value.into()));
    }

    fn property(&self, path: &str, interface: &str, name: &str) -> Result<String> {
        let (to, interface, name) =
            (format!("--dest={SECRETS}"), format!("string:{interface}"), format!("string:{name}"));
        let words = [
            "dbus-send",
            "--session",
            "--print-reply=literal",
            &to,
            path,
            "org.freedesktop.DBus.Properties.Get",
            &interface,
            &name,
        ];
        output(&words, &self.environment)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        kill_marked(&self.folder.path().to_string_lossy());
    }
}

/// The session's environment and the private folders that it names.
fn environment(folder: &Path) -> Result<Environment> {
    for name in ["run", "home", "home/data", "home/config", "home/cache", "home/state"] {
        std::fs::create_dir(folder.join(name))?;
        std::fs::set_permissions(folder.join(name), PermissionsExt::from_mode(0o700))?;
    }
    let path = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let fixed = [
        ("LANG", "en_US.UTF-8"),
        ("TZ", "UTC"),
        ("NO_AT_BRIDGE", "1"),
        ("GDK_BACKEND", "x11"),
        ("GSETTINGS_BACKEND", "memory"),
        ("GTK_THEME", "Adwaita"),
        // Drawn by the processor: a virtual display has no graphics card. (Switching DMA-BUF off, too, makes pictures hang.)
        ("LIBGL_ALWAYS_SOFTWARE", "1"),
        ("TAURI_WEBVIEW_AUTOMATION", "true"),
    ];
    let mut environment: Environment = fixed.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    environment.push((MARK.to_owned(), folder.to_string_lossy().into_owned()));
    environment.push(("PATH".to_owned(), search_path()));
    let folders = [
        ("HOME", "home"),
        ("XDG_RUNTIME_DIR", "run"),
        ("XDG_DATA_HOME", "home/data"),
        ("XDG_CONFIG_HOME", "home/config"),
        ("XDG_CACHE_HOME", "home/cache"),
        ("XDG_STATE_HOME", "home/state"),
        ("CASEFOLIO_HOME", "home/data/casefolio"),
        ("CASEFOLIO_EVENTS", "events.jsonl"),
    ];
    environment.extend(folders.map(|(name, inside)| (name.to_owned(), path(inside))));
    Ok(environment)
}

/// A port that is free now.
pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0)).context("no free port")?.local_addr()?.port())
}
