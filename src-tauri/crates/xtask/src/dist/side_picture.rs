//! The picture at the side of the installer's first and last page: the mark on a light ground.

use std::path::Path;

use anyhow::{Context, Result};
use resvg::tiny_skia::{Color, Pixmap, PixmapPaint, Transform};

/// What Modern UI shows without stretching it.
const WIDTH: u32 = 164;
const HEIGHT: u32 = 314;
const FROM_TOP: i32 = 48;
const GROUND: [u8; 3] = [0xe6, 0xed, 0xf8];

/// A Windows bitmap with the mark from a picture that is narrower than the page's side.
pub(super) fn side_picture(mark: &Path) -> Result<Vec<u8>> {
    let mark = Pixmap::load_png(mark).with_context(|| format!("{} is no picture", mark.display()))?;
    let mut picture = Pixmap::new(WIDTH, HEIGHT).context("a picture without room")?;
    picture.fill(Color::from_rgba8(GROUND[0], GROUND[1], GROUND[2], 0xff));
    let left = i32::try_from(WIDTH.saturating_sub(mark.width()) / 2)?;
    picture.draw_pixmap(left, FROM_TOP, mark.as_ref(), &PixmapPaint::default(), Transform::identity(), None);
    Ok(bitmap(&picture))
}

/// 24 bits a pixel, the lowest row first, each row filled up to a multiple of four bytes (wingdi.h, BITMAPINFOHEADER).
fn bitmap(picture: &Pixmap) -> Vec<u8> {
    const HEADERS: u32 = 14 + 40;
    let row = (picture.width() * 3).next_multiple_of(4);
    let size = row * picture.height();
    let mut bytes = b"BM".to_vec();
    let file = [HEADERS + size, 0, HEADERS];
    let image = [40, picture.width(), picture.height(), 1 | 24 << 16, 0, size, 0, 0, 0, 0];
    bytes.extend(file.iter().chain(&image).flat_map(|number| number.to_le_bytes()));
    for line in picture.pixels().chunks(picture.width() as usize).rev() {
        let start = bytes.len();
        bytes.extend(line.iter().flat_map(|pixel| [pixel.blue(), pixel.green(), pixel.red()]));
        bytes.resize(start + row as usize, 0);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bitmap_begins_with_its_lowest_row() {
        let mut picture = Pixmap::new(1, 2).expect("room");
        picture.fill(Color::from_rgba8(1, 2, 3, 255));
        let lowest = picture.data_mut();
        lowest[4..8].copy_from_slice(&[9, 8, 7, 255]);
        let bytes = bitmap(&picture);
        assert_eq!(bytes.len(), 54 + 2 * 4);
        assert_eq!(bytes[54..], [7, 8, 9, 0, 3, 2, 1, 0]);
        assert_eq!(bytes[18..30], [1, 0, 0, 0, 2, 0, 0, 0, 1, 0, 24, 0]);
    }
}
