//! `cargo xtask icons`: every icon from the one drawing, `icons/casefolio.svg`.

mod drawing;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow, ensure};
use icns::{IconFamily, IconType, PixelFormat};
use ico::{IconDir, IconDirEntry, IconImage, ResourceType};

use crate::workspace::Workspace;
use drawing::{Drawing, Dye, Master};

const MASTER: &str = "casefolio.svg";

/// Widths in the Windows icon: what its shell asks for at 100 to 250 percent, and the largest that it knows.
const WINDOWS: [u32; 8] = [16, 20, 24, 32, 40, 48, 64, 256];

const MAC: [(IconType, u32); 10] = [
    (IconType::RGBA32_16x16, 16),
    (IconType::RGBA32_16x16_2x, 32),
    (IconType::RGBA32_32x32, 32),
    (IconType::RGBA32_32x32_2x, 64),
    (IconType::RGBA32_128x128, 128),
    (IconType::RGBA32_128x128_2x, 256),
    (IconType::RGBA32_256x256, 256),
    (IconType::RGBA32_256x256_2x, 512),
    (IconType::RGBA32_512x512, 512),
    (IconType::RGBA32_512x512_2x, 1024),
];

/// What Tauri's bundler asks for, and the sizes of Linux's menus and panels.
const PLAIN: [(&str, u32); 7] = [
    ("16x16.png", 16),
    ("24x24.png", 24),
    ("32x32.png", 32),
    ("48x48.png", 48),
    ("128x128.png", 128),
    ("128x128@2x.png", 256),
    ("icon.png", 512),
];

/// The beginning of a tray icon's two names (without news, and with `-unread`), its drawing, its width in pixels, its colours.
type Tray = (&'static str, Drawing, u32, Dye);

/// A light panel takes dark ink; macOS colours its template by itself, at 18 points; where the panel is not known (Linux) the mark on
/// its own ground stands out on any, and 48 pixels go evenly into the 24 and 16 of its panels.
const TRAYS: [Tray; 4] = [
    ("tray", Drawing::At16, 48, Dye { ink: "#ffffff", news: "#f5a742" }),
    ("tray-light", Drawing::Tray16, 32, Dye { ink: "#1b2330", news: "#c2610c" }),
    ("tray-dark", Drawing::Tray16, 32, Dye { ink: "#ffffff", news: "#f5a742" }),
    ("tray-template", Drawing::Tray18, 36, Dye { ink: "#000000", news: "#000000" }),
];

/// A file of the set: its name in `icons/` and what is in it.
type Icon = (String, Vec<u8>);

/// Writes the set.
pub(crate) fn icons(workspace: &Workspace) -> Result<()> {
    let folder = workspace.root().join("icons");
    for (name, bytes) in set(&folder)? {
        fs::write(folder.join(&name), bytes).with_context(|| format!("icons/{name} cannot be written"))?;
        println!("icons/{name}");
    }
    Ok(())
}

/// Says whether the committed set is what the drawing gives: no file of another make, none missing, none left over.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let folder = workspace.root().join("icons");
    let set = set(&folder)?;
    let known: BTreeSet<&str> = set.iter().map(|(name, _)| name.as_str()).chain([MASTER]).collect();
    for entry in fs::read_dir(&folder)? {
        let name = entry?.file_name();
        let is_known = name.to_str().is_some_and(|name| known.contains(name));
        ensure!(is_known, "icons/{} is not made by `cargo xtask icons`", name.display());
    }
    for (name, bytes) in &set {
        let committed = fs::read(folder.join(name)).ok();
        let is_same = committed.as_ref() == Some(bytes);
        ensure!(is_same, "icons/{name} is not what icons/{MASTER} gives: run `cargo xtask icons`");
    }
    println!("{} icons are what the drawing gives", set.len());
    Ok(())
}

fn set(folder: &Path) -> Result<Vec<Icon>> {
    let path = folder.join(MASTER);
    let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let master = Master::read(&text)?;
    let mut icons = vec![("icon.ico".to_owned(), windows(&master)?), ("icon.icns".to_owned(), mac(&master)?)];
    for (name, width) in PLAIN {
        icons.push((name.to_owned(), master.mark(width)?.encode_png()?));
    }
    for (name, drawing, width, dye) in TRAYS {
        icons.push((format!("{name}.png"), master.tray(drawing, width, dye, false)?.encode_png()?));
        icons.push((format!("{name}-unread.png"), master.tray(drawing, width, dye, true)?.encode_png()?));
    }
    Ok(icons)
}

fn windows(master: &Master) -> Result<Vec<u8>> {
    let mut folder = IconDir::new(ResourceType::Icon);
    for width in WINDOWS {
        let image = IconImage::from_rgba_data(width, width, master.mark(width)?.take_demultiplied());
        // Only the largest may be packed: some programs read the small ones as bitmaps alone.
        let entry = if width > 64 { IconDirEntry::encode_as_png(&image) } else { IconDirEntry::encode_as_bmp(&image) };
        folder.add_entry(entry?);
    }
    let mut bytes = Vec::new();
    folder.write(&mut bytes)?;
    Ok(bytes)
}

fn mac(master: &Master) -> Result<Vec<u8>> {
    let mut family = IconFamily::new();
    for (kind, width) in MAC {
        let pixels = master.mark_in_margin(width)?.take_demultiplied();
        let image = icns::Image::from_data(PixelFormat::RGBA, width, width, pixels)
            .map_err(|error| anyhow!("an image for macOS: {error}"))?;
        family.add_icon_with_type(&image, kind)?;
    }
    let mut bytes = Vec::new();
    family.write(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../icons");
    const CONFIG: &str = include_str!("../../../../tauri.conf.json");

    #[test]
    fn the_bundler_is_told_of_icons_that_are_made() {
        let made: Vec<String> = set(Path::new(COMMITTED)).expect("drawn").into_iter().map(|(name, _)| name).collect();
        let config: serde_json::Value = serde_json::from_str(CONFIG).expect("JSON");
        let named = config["bundle"]["icon"].as_array().expect("a list of icons");
        for path in named {
            let name = path.as_str().and_then(|path| path.strip_prefix("../icons/")).expect("a file in icons/");
            assert!(made.iter().any(|made| made == name), "{name}");
        }
    }

    #[test]
    fn the_same_drawing_gives_the_same_bytes() {
        assert_eq!(set(Path::new(COMMITTED)).expect("drawn"), set(Path::new(COMMITTED)).expect("drawn again"));
    }

    #[test]
    fn windows_finds_each_size_it_asks_for() {
        let icons = set(Path::new(COMMITTED)).expect("drawn");
        let (_, bytes) = icons.iter().find(|(name, _)| name == "icon.ico").expect("icon.ico");
        let folder = IconDir::read(std::io::Cursor::new(bytes)).expect("an icon");
        let widths: Vec<u32> = folder.entries().iter().map(IconDirEntry::width).collect();
        assert_eq!(widths, WINDOWS);
        assert!(folder.entries().iter().all(|entry| entry.decode().is_ok()));
    }
}
