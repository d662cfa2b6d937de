//! The desktop program.
#![cfg_attr(windows, windows_subsystem = "windows")]

use std::alloc::System;

use zeroizing_alloc::ZeroAlloc;

/// What the program frees is wiped (docs/decisions/0010).
#[global_allocator]
static MEMORY: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> std::process::ExitCode {
    casefolio_system::memory::never_dump();
    casefolio::run()
}
