//! What lies on the session's display and on its clipboard beside Casefolio's windows.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    ConnectionExt, CreateWindowAux, InputFocus, KEY_PRESS_EVENT, KEY_RELEASE_EVENT, MapState, WindowClass,
};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

use crate::process::{Daemon, marked_programs, output, processor_times};
use crate::{Session, program, until};

/// A window of another program that covers the whole display. It goes when it is dropped.
#[derive(Debug)]
pub struct Cover {
    display: RustConnection,
    root: u32,
    window: u32,
}

impl Cover {
    /// Whether nothing lies above it.
    pub fn is_on_top(&self) -> Result<bool> {
        let tree = self.display.query_tree(self.root)?.reply()?;
        // From the lowest to the highest.
        let at = tree.children.iter().position(|window| *window == self.window).context("the cover is gone")?;
        for above in &tree.children[at + 1..] {
            let seen = self.display.get_window_attributes(*above)?.reply()?;
            let size = self.display.get_geometry(*above)?.reply()?;
            // Windows of a pixel are for messages, not for people.
            if u8::from(seen.map_state) == 2 && size.width > 100 {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// The largest of the windows that can be seen.
fn largest_window(display: &RustConnection, root: u32) -> Result<u32> {
    let mut largest = None;
    for window in display.query_tree(root)?.reply()?.children {
        let seen = display.get_window_attributes(window)?.reply()?.map_state == MapState::VIEWABLE;
        let size = display.get_geometry(window)?.reply()?;
        let area = u32::from(size.width) * u32::from(size.height);
        if seen && largest.is_none_or(|(most, _)| area > most) {
            largest = Some((area, window));
        }
    }
    Ok(largest.context("no window on the display")?.1)
}

impl Session {
    /// Covers the display with a window of another program.
    pub fn cover(&self) -> Result<Cover> {
        let (display, screen) = x11rb::connect(self.variable("DISPLAY"))?;
        let root = &display.setup().roots[screen];
        let (root, width, height) = (root.root, root.width_in_pixels, root.height_in_pixels);
        let window = display.generate_id()?;
        let look = CreateWindowAux::new().background_pixel(0);
        display.create_window(0, window, root, 0, 0, width, height, 0, WindowClass::INPUT_OUTPUT, 0, &look)?;
        display.map_window(window)?;
        display.sync()?;
        Ok(Cover { display, root, window })
    }

    /// What lies on the clipboard now, as text.
    #[must_use]
    pub fn clipboard(&self) -> String {
        // An empty clipboard is an error to xclip.
        output(&["xclip", "-selection", "clipboard", "-out"], self.environment()).unwrap_or_default()
    }

    /// The kinds in which the clipboard is offered.
    #[must_use]
    pub fn clipboard_kinds(&self) -> String {
        output(&["xclip", "-selection", "clipboard", "-out", "-target", "TARGETS"], self.environment())
            .unwrap_or_default()
    }

    /// Copies a text as another program does; it lies there until somebody else copies.
    pub fn copy(&mut self, text: &str) -> Result<()> {
        let log = self.path("xclip.log");
        let words = ["xclip", "-quiet", "-selection", "clipboard", "-in"];
        let mut copying = Daemon::start(&words, self.environment(), &log, Stdio::piped())?;
        copying.stdin().context("xclip reads nothing")?.write_all(text.as_bytes())?;
        self.keep(copying);
        Ok(())
    }

    /// Presses the keys of small letters, spaces and line ends, one after the other, as a keyboard does, for the largest window.
    pub fn types(&self, text: &str) -> Result<()> {
        let (display, screen) = x11rb::connect(self.variable("DISPLAY"))?;
        let setup = display.setup();
        let (root, first, last) = (setup.roots[screen].root, setup.min_keycode, setup.max_keycode);
        let window = largest_window(&display, root)?;
        display.set_input_focus(InputFocus::PARENT, window, x11rb::CURRENT_TIME)?;
        let mapping = display.get_keyboard_mapping(first, last - first + 1)?.reply()?;
        for character in text.chars() {
            // The X Window System names the keys of Latin letters as Latin-1 does; Return has a name of its own.
            let symbol = if character == '\n' { 0xff0d } else { u32::from(character) };
            let columns = mapping.keysyms.chunks(usize::from(mapping.keysyms_per_keycode));
            let key = (first..=last).zip(columns).find(|(_, symbols)| symbols.first() == Some(&symbol));
            let (key, _) = key.with_context(|| format!("no key for {character:?}"))?;
            for event in [KEY_PRESS_EVENT, KEY_RELEASE_EVENT] {
                display.xtest_fake_input(event, key, x11rb::CURRENT_TIME, root, 0, 0, 0)?;
            }
            display.sync()?;
        }
        Ok(())
    }

    /// The process that runs a program of that name.
    pub fn process(&self, name: &str) -> Result<u32> {
        let running = marked_programs(self.environment(), name);
        Ok(running.first().with_context(|| format!("{name} does not run"))?.parse()?)
    }

    /// The time that each process of Casefolio and of its pages' engine has spent on processors, by its number.
    pub fn processor_times(&self) -> Result<BTreeMap<String, Duration>> {
        processor_times(self.environment())
    }

    /// Kills a program of that name, as a lack of memory does: it gets no chance to do anything.
    pub fn kill(&self, name: &str) -> Result<()> {
        output(&["sh", "-c", "kill -9 \"$0\"", &self.process(name)?.to_string()], self.environment()).map(drop)
    }

    /// Starts a program once more, as from the menu, and waits until this start has ended.
    pub async fn start_again(&self, name: &str) -> Result<()> {
        let program = program(name)?;
        let before = marked_programs(self.environment(), name).len();
        let log = self.path("second.log");
        let mut second = Daemon::start(&[&program.to_string_lossy()], self.environment(), &log, Stdio::null())?;
        until("the end of the second start", 20, async || Ok(second.still_runs().is_err().then_some(()))).await?;
        ensure!(marked_programs(self.environment(), name).len() == before, "the second start goes on");
        Ok(())
    }

    /// Whether a program of that name ends soon.
    pub async fn ended(&self, name: &str) -> bool {
        until("the end of the program", 20, async || {
            Ok(marked_programs(self.environment(), name).is_empty().then_some(()))
        })
        .await
        .is_ok()
    }
}
