//! Wine: Windows programs on Linux, in a prefix of their own, without a display.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::command::{program, step};

const SHIM: &str = include_str!("shim.c");
const COMPILER: &str = "x86_64-w64-mingw32-gcc";

/// A Windows that is made anew for each use.
pub(crate) struct Wine {
    prefix: PathBuf,
}

impl Wine {
    /// Makes a fresh prefix at `prefix`, with what Wine 8 lacks.
    pub(crate) fn fresh(prefix: PathBuf) -> Result<Self> {
        if prefix.exists() {
            std::fs::remove_dir_all(&prefix).with_context(|| format!("{} cannot be removed", prefix.display()))?;
        }
        std::fs::create_dir_all(&prefix)?;
        let wine = Self { prefix };
        // 32-bit parts are not installed, and Wine remarks on it.
        step("wine (a fresh prefix)", wine.command("wineboot", &["--init"]))?;
        wine.add_shim()?;
        Ok(wine)
    }

    /// Where everything of this Windows lies.
    pub(crate) fn prefix(&self) -> &Path {
        &self.prefix
    }

    /// Drive C.
    pub(crate) fn drive_c(&self) -> PathBuf {
        self.prefix.join("drive_c")
    }

    /// A Windows program, not started. Paths of this system are meant as [`windows_path`] says them.
    pub(crate) fn command(&self, name: &str, arguments: &[&str]) -> Command {
        let mut words = vec![name];
        words.extend(arguments);
        let mut command = program("wine", &self.prefix, &words);
        for leak in ["DISPLAY", "WAYLAND_DISPLAY", "CASEFOLIO_HOME"] {
            command.env_remove(leak);
        }
        command
            .env("WINEPREFIX", &self.prefix)
            // In another one, Wine cannot say a file's name with a letter beyond English.
            .env("LC_ALL", "C.UTF-8")
            // Its own remarks off; neither .NET nor a browser is fetched.
            .env("WINEDEBUG", "-all")
            .env("WINEDLLOVERRIDES", "mscoree,mshtml=");
        command
    }

    /// Waits until nothing runs in the prefix: only then is the registry on the disk.
    pub(crate) fn settle(&self) -> Result<()> {
        let settled = self.server("--wait").status()?;
        ensure!(settled.success(), "wineserver --wait ended with {settled}");
        Ok(())
    }

    fn server(&self, order: &str) -> Command {
        let mut server = program("wineserver", &self.prefix, &[order]);
        server.env("WINEPREFIX", &self.prefix).stdout(Stdio::null()).stderr(Stdio::null());
        server
    }

    fn add_shim(&self) -> Result<()> {
        let source = self.prefix.join("shim.c");
        std::fs::write(&source, SHIM)?;
        let library = self.drive_c().join("windows/system32/bcryptprimitives.dll");
        let (library, source) = (library.to_string_lossy().into_owned(), source.to_string_lossy().into_owned());
        let arguments = ["-shared", "-Os", "-o", &library, &source, "-ladvapi32"];
        step("bcryptprimitives.dll for Wine", program(COMPILER, &self.prefix, &arguments)).map(drop)
    }
}

impl Drop for Wine {
    /// Ends what still runs in the prefix; nothing is left waiting.
    fn drop(&mut self) {
        // Where nothing runs any more there is nothing to end.
        drop(self.server("--kill").status());
    }
}

/// A path of this system as a Windows program has to be told it: Wine shows the root as drive Z.
pub(crate) fn windows_path(path: &Path) -> String {
    format!("Z:{}", path.to_string_lossy().replace('/', "\\"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_of_this_system_is_drive_z() {
        assert_eq!(windows_path(Path::new("/tmp/a b/portfolio.db")), "Z:\\tmp\\a b\\portfolio.db");
    }
}
