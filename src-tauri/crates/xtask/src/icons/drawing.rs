//! The master drawing: the mark itself, and in its `defs` the same drawn anew for few pixels and for trays.

use anyhow::{Context, Result};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::roxmltree::{Document, Node};
use resvg::usvg::{Options, Tree};

/// How much of an icon's width macOS gives to its ground, and from which width on; below that every pixel is needed.
/// Source: Apple's icon grid, 824 of 1,024.
const MAC_GROUND: f32 = 824.0 / 1024.0;
const MAC_MARGIN_FROM: u32 = 32;
/// How much of the mark's width its ground has: 480 of 512.
const GROUND: f32 = 480.0 / 512.0;

/// What can be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Drawing {
    /// What the master shows by itself: sharp at 32 pixels and whole multiples of them.
    Mark,
    /// The mark on 16 pixels.
    At16,
    /// The mark on 20 pixels.
    At20,
    /// The mark on 24 pixels.
    At24,
    /// The mark without its ground, on 16 pixels.
    Tray16,
    /// The mark without its ground, on 18 pixels.
    Tray18,
}

impl Drawing {
    /// The one whose lines fall between pixels when it is so many pixels wide.
    fn of_mark(width: u32) -> Self {
        match width {
            16 => Self::At16,
            20 | 40 => Self::At20,
            24 | 48 => Self::At24,
            _ => Self::Mark,
        }
    }

    /// Its name in the master.
    fn id(self) -> Option<&'static str> {
        match self {
            Self::Mark => None,
            Self::At16 => Some("at-16"),
            Self::At20 => Some("at-20"),
            Self::At24 => Some("at-24"),
            Self::Tray16 => Some("tray-16"),
            Self::Tray18 => Some("tray-18"),
        }
    }
}

/// The colours of a drawing for trays: of what is drawn in the current colour, and of the dot.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dye {
    pub(super) ink: &'static str,
    pub(super) news: &'static str,
}

/// The master, read.
pub(super) struct Master<'a>(Document<'a>);

impl<'a> Master<'a> {
    /// Reads the text of the SVG file.
    pub(super) fn read(text: &'a str) -> Result<Self> {
        Document::parse(text).map(Self).context("the drawing is not XML")
    }

    /// The mark, so many pixels wide and high.
    pub(super) fn mark(&self, width: u32) -> Result<Pixmap> {
        render(&self.text(Drawing::of_mark(width), "")?, width, 1.0)
    }

    /// The mark as macOS wants it: inside a margin.
    pub(super) fn mark_in_margin(&self, width: u32) -> Result<Pixmap> {
        if width < MAC_MARGIN_FROM {
            return self.mark(width);
        }
        render(&self.text(Drawing::Mark, "")?, width, MAC_GROUND / GROUND)
    }

    /// A drawing for a tray, with the dot that stands for news or without.
    pub(super) fn tray(&self, drawing: Drawing, width: u32, dye: Dye, news: bool) -> Result<Pixmap> {
        let dot = if news { format!("fill: {}", dye.news) } else { "display: none".to_owned() };
        render(&self.text(drawing, &format!("svg {{ color: {} }} .news {{ {dot} }}", dye.ink))?, width, 1.0)
    }

    /// The drawing as an SVG of its own.
    fn text(&self, drawing: Drawing, style: &str) -> Result<String> {
        let Some(id) = drawing.id() else { return Ok(self.0.input_text().to_owned()) };
        let symbol = self.0.descendants().find(|node| node.attribute("id") == Some(id));
        let symbol = symbol.with_context(|| format!("the drawing has no symbol {id}"))?;
        let grid = symbol.attribute("viewBox").with_context(|| format!("the symbol {id} has no viewBox"))?;
        let shapes: String =
            symbol.children().filter(Node::is_element).map(|shape| &self.0.input_text()[shape.range()]).collect();
        Ok(format!("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"{grid}\"><style>{style}</style>{shapes}</svg>"))
    }
}

/// Draws an SVG in the middle of a square picture; `part` of the width is its own.
fn render(text: &str, width: u32, part: f32) -> Result<Pixmap> {
    let tree = Tree::from_str(text, &Options::default()).context("the drawing is not read")?;
    let mut picture = Pixmap::new(width, width).context("a picture without pixels")?;
    #[expect(clippy::cast_precision_loss, reason = "icons are at most 1,024 pixels wide")]
    let pixels = width as f32;
    let scale = pixels * part / tree.size().width();
    let margin = pixels * (1.0 - part) / 2.0;
    resvg::render(&tree, Transform::from_row(scale, 0.0, 0.0, scale, margin, margin), &mut picture.as_mut());
    Ok(picture)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MASTER: &str = include_str!("../../../../../icons/casefolio.svg");
    const GROUND: [u8; 4] = [0x1f, 0x4f, 0xa3, 0xff];
    const FOLDER: [u8; 4] = [0xff, 0xff, 0xff, 0xff];
    const NEWS: [u8; 4] = [0xf5, 0xa7, 0x42, 0xff];
    const NOTHING: [u8; 4] = [0, 0, 0, 0];

    fn master() -> Master<'static> {
        Master::read(MASTER).expect("the master")
    }

    /// The colours of one row of pixels, then of one column, at so many percent of the width.
    fn cross(picture: Pixmap, row: usize, column: usize) -> Vec<[u8; 4]> {
        let width = picture.width() as usize;
        let pixels = picture.take_demultiplied();
        let at = |x: usize, y: usize| pixels[(y * width + x) * 4..][..4].try_into().expect("four bytes");
        let row = (0..width).map(|x| at(x, width * row / 100));
        row.chain((0..width).map(|y| at(width * column / 100, y))).collect()
    }

    #[test]
    fn straight_edges_are_sharp_where_pixels_are_few() {
        // A dot has no straight edge.
        let text: String = MASTER.lines().filter(|line| !line.contains("<circle")).collect();
        let master = Master::read(&text).expect("XML");
        for width in [16, 20, 24, 32, 40, 48, 64, 96, 128] {
            for pixel in cross(master.mark(width).expect("drawn"), 50, 58) {
                assert!([NOTHING, GROUND, FOLDER].contains(&pixel), "{pixel:?} at {width} pixels");
            }
        }
    }

    #[test]
    fn trays_are_sharp_and_have_one_colour_without_news() {
        let dye = Dye { ink: "#0000ff", news: "#00ff00" };
        for (drawing, width) in
            [(Drawing::Tray16, 16), (Drawing::Tray16, 32), (Drawing::Tray18, 18), (Drawing::Tray18, 36)]
        {
            let picture = master().tray(drawing, width, dye, false).expect("drawn");
            for pixel in cross(picture, 60, 75) {
                assert!([NOTHING, [0, 0, 255, 255]].contains(&pixel), "{pixel:?} in {drawing:?}");
            }
        }
    }

    #[test]
    fn news_is_a_dot_in_its_own_colour() {
        let dye = Dye { ink: "#0000ff", news: "#00ff00" };
        let dots = |news| {
            let picture = master().tray(Drawing::Tray16, 32, dye, news).expect("drawn");
            cross(picture, 60, 75).into_iter().filter(|pixel| *pixel == [0, 255, 0, 255]).count()
        };
        assert_eq!(dots(false), 0);
        assert!(dots(true) > 10);
    }

    #[test]
    fn every_mark_has_the_dot() {
        for width in [16, 20, 24, 32, 256] {
            assert!(cross(master().mark(width).expect("drawn"), 55, 74).contains(&NEWS), "{width}");
        }
    }

    #[test]
    fn macos_gets_a_margin_where_there_is_room() {
        let row = |width| cross(master().mark_in_margin(width).expect("drawn"), 50, 50);
        assert_eq!(row(1024)[98..102], [NOTHING, NOTHING, GROUND, GROUND]);
        assert_eq!(row(16)[0], GROUND);
    }

    #[test]
    fn a_drawing_that_is_missing_is_said() {
        let other = Master::read("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 2 2\"/>").expect("XML");
        let missing = other.mark(16).expect_err("no symbol");
        assert_eq!(missing.to_string(), "the drawing has no symbol at-16");
    }
}
