//! The stack, on which ciphers and hashes leave copies of the keys they were given.

use zeroize::Zeroize;

/// Bytes of the stack that are wiped: opening a database takes more than 64 KiB and less than 128; a thread has a mebibyte and more.
const DEPTH: usize = 256 * 1024;

/// Does the work, and wipes what it left on the stack: values that move leave themselves behind, and wiping them where they end up
/// does not reach those copies.
pub fn leaving_no_trace<T>(work: impl FnOnce() -> T) -> T {
    let outcome = below(work);
    wipe();
    outcome
}

/// A frame of its own, so that all of the work lies where the wiping goes.
#[inline(never)]
fn below<T>(work: impl FnOnce() -> T) -> T {
    work()
}

#[inline(never)]
#[expect(clippy::large_stack_arrays, reason = "it is there to lie on the stack")]
fn wipe() {
    let mut stack = [0_u8; DEPTH];
    stack.zeroize();
    std::hint::black_box(&mut stack);
}
