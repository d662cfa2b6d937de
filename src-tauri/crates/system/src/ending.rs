//! The end of the program, before the libraries in it take themselves apart.

use std::ffi::c_int;

#[expect(unsafe_code, reason = "the system's own list of what is done at the end")]
// SAFETY: both are as the C standard has them, on every system. Neither touches memory of ours.
unsafe extern "C" {
    safe fn atexit(work: extern "C" fn()) -> c_int;
    safe fn _exit(status: c_int) -> !;
}

/// Does `work` when the program ends by itself: before anything that was set up earlier than this is taken apart, on the thread that ends the
/// program, while the others go on. Not where the program is killed.
pub fn at_the_end(work: extern "C" fn()) {
    // The list takes 32 at least; there is nothing a person could do where it is full.
    let _full = atexit(work);
}

/// Ends the program as a kill does: nothing more is done, by nobody.
pub fn end_now() -> ! {
    const FAILED: c_int = 1;
    _exit(FAILED)
}
