//! The targets under libFuzzer: `CASEFOLIO_FUZZ=TARGET casefolio-fuzz [OPTION ...] CORPUS`. Started by `cargo xtask fuzz`.
#![no_main]

use std::cell::RefCell;

use casefolio_fuzz::{Check, Target};
use libfuzzer_sys::fuzz_target;

thread_local! {
    static CHECK: RefCell<Check> = RefCell::new(chosen().start());
}

#[expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    reason = "the one place of this program that reads the environment"
)]
fn chosen() -> Target {
    let name = std::env::var("CASEFOLIO_FUZZ").unwrap_or_default();
    Target::named(&name).expect("CASEFOLIO_FUZZ names a target")
}

fuzz_target!(|input: &[u8]| CHECK.with_borrow_mut(|check| check(input)));
