//! The Windows installer, made by Debian's makensis from the scripts in `src-tauri/installer/`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use super::side_picture::side_picture;
use crate::command::{program, step};
use crate::workspace::{Workspace, variable};

/// What cargo's release folder has to hold. The loader is laid beside the program by Tauri's build script.
pub(super) const PROGRAMS: [&str; 3] = ["casefolio.exe", "casefolio-cli.exe", "WebView2Loader.dll"];

/// This version, in three numbers; Windows knows no other form.
pub(super) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Makes the installer of this version from the programs in a folder.
pub(super) fn installer(workspace: &Workspace, programs: &Path) -> Result<PathBuf> {
    let folder = made_here(workspace)?;
    let installer = folder.join(format!("Casefolio_{VERSION}_x64-setup.exe"));
    compile(workspace, programs, (VERSION, Packing::Small), &installer)?;
    Ok(installer)
}

/// A folder for what is made on the way.
pub(super) fn made_here(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.target().join("windows").join("installer");
    fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    Ok(folder)
}

/// How hard the installer is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    /// As small as it gets: what people download. More than a minute.
    Small,
    /// Seconds, for one that is only tried out.
    Quick,
}

/// Makes an installer that says it is of this version. `CASEFOLIO_SIGN`, a command that takes a file's path, signs installer and
/// uninstaller; the programs have to be signed before.
pub(super) fn compile(
    workspace: &Workspace,
    programs: &Path,
    (version, packing): (&str, Packing),
    installer: &Path,
) -> Result<()> {
    ensure!(is_three_numbers(version), "a Windows installer needs a version of three numbers, not {version}");
    let root = workspace.root();
    let mut size = 0;
    for path in PROGRAMS.map(|name| programs.join(name)).into_iter().chain([root.join("LICENSE")]) {
        let found = fs::metadata(&path).with_context(|| format!("{} is not there: build it first", path.display()))?;
        size += found.len();
    }
    let picture = made_here(workspace)?.join("side.bmp");
    fs::write(&picture, side_picture(&root.join("icons").join("128x128.png"))?)?;
    let mut defines = vec![
        format!("-DVERSION={version}"),
        format!("-DPROGRAMS={}", programs.display()),
        format!("-DROOT={}", root.display()),
        format!("-DSIZE_KIB={}", size.div_ceil(1024)),
        format!("-DSIDE={}", picture.display()),
        format!("-DOUTPUT={}", installer.display()),
    ];
    defines.extend(variable("CASEFOLIO_SIGN").map(|command| format!("-DSIGN={command}")));
    if packing == Packing::Quick {
        defines.push("-DQUICK".to_owned());
    }
    makensis(workspace, "casefolio.nsi", &defines)
}

/// Runs makensis on a script of the project; a warning is an error.
pub(super) fn makensis(workspace: &Workspace, script: &str, defines: &[String]) -> Result<()> {
    let mut arguments = vec!["-WX", "-V2", "-INPUTCHARSET", "UTF8"];
    arguments.extend(defines.iter().map(String::as_str));
    arguments.push(script);
    let folder = workspace.root().join("src-tauri").join("installer");
    step(&format!("makensis {script}"), program("makensis", &folder, &arguments)).map(drop)
}

fn is_three_numbers(version: &str) -> bool {
    version.split('.').count() == 3 && version.split('.').all(|part| part.parse::<u16>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENGLISH: &str = include_str!("../../../../installer/words.en.nsh");
    const SPANISH: &str = include_str!("../../../../installer/words.es.nsh");

    /// Name, and what is filled in, of each text.
    fn texts(words: &str) -> Vec<(&str, Vec<&str>)> {
        let lines = words.lines().filter_map(|line| line.strip_prefix("LangString "));
        lines
            .map(|line| {
                let name = line.split(' ').next().expect("a name");
                let marks = ["${VERSION}", "$Installed", "$INSTDIR"];
                (name, marks.into_iter().filter(|mark| line.contains(mark)).collect())
            })
            .collect()
    }

    #[test]
    fn both_languages_of_the_installer_say_the_same_things() {
        assert!(texts(ENGLISH).len() > 15);
        assert_eq!(texts(ENGLISH), texts(SPANISH));
    }

    #[test]
    fn windows_takes_versions_of_three_numbers() {
        assert!(is_three_numbers("0.1.0") && is_three_numbers(VERSION));
        assert!(!is_three_numbers("0.2.0-beta.1") && !is_three_numbers("1.2"));
    }
}
