//! `casefolio-tour FOLDER`: what `cargo xtask run` shows on a machine without a display.
fn main() {}
