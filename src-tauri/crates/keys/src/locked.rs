//! Memory for a secret: never written to the swap file where the system allows that, and wiped when dropped.

use std::sync::atomic::{AtomicBool, Ordering};

use region::LockGuard;
use zeroize::Zeroize;

/// Bytes of a secret.
const SECRET: usize = 32;

/// A fact about the process: the system counts locked memory for the whole of it.
static PROCESS: Refusals = Refusals::none();

/// Whether the system has so far kept every secret of this process out of its swap file. It is tried once more when asked, so
/// that the answer is right before the first secret too. Programs warn once where it is false, and go on.
#[must_use]
pub fn memory_is_locked() -> bool {
    drop(Locked::zeros());
    PROCESS.are_none()
}

/// Whether the system has refused to lock memory.
struct Refusals(AtomicBool);

impl Refusals {
    const fn none() -> Self {
        Self(AtomicBool::new(false))
    }

    fn are_none(&self) -> bool {
        !self.0.load(Ordering::Relaxed)
    }

    /// The lock on a page, or a remembered refusal.
    fn heed(&self, locked: region::Result<LockGuard>) -> Option<LockGuard> {
        if locked.is_err() {
            self.0.store(true, Ordering::Relaxed);
        }
        locked.ok()
    }
}

/// 32 bytes on a page of memory that nothing else lies on. The system counts no locks: unlocking a page that two secrets
/// share would unlock both.
pub(crate) struct Locked {
    /// As many pieces as fill two pages, so that one whole page is among them wherever they begin.
    pieces: Box<[[u8; SECRET]]>,
    /// The piece that holds the secret: the first that begins on that page.
    at: usize,
    /// None where the system refused.
    lock: Option<LockGuard>,
}

impl Locked {
    /// Zeros, to be written over in place: what is made elsewhere first leaves a copy there.
    pub(crate) fn zeros() -> Self {
        Self::with(&PROCESS, |address| region::lock(address, SECRET))
    }

    /// The bytes that `fill` writes.
    pub(crate) fn filled<E>(fill: impl FnOnce(&mut [u8; SECRET]) -> Result<(), E>) -> Result<Self, E> {
        let mut made = Self::zeros();
        fill(made.expose_mut())?;
        Ok(made)
    }

    pub(crate) fn expose(&self) -> &[u8; SECRET] {
        &self.pieces[self.at]
    }

    fn expose_mut(&mut self) -> &mut [u8; SECRET] {
        &mut self.pieces[self.at]
    }

    fn with(refusals: &Refusals, lock: impl FnOnce(*const u8) -> region::Result<LockGuard>) -> Self {
        let page = region::page::size();
        let pieces = vec![[0; SECRET]; 2 * page / SECRET + 1].into_boxed_slice();
        let begin = pieces.as_ptr().addr();
        let at = (begin.next_multiple_of(page) - begin).div_ceil(SECRET);
        let lock = refusals.heed(lock(pieces[at].as_ptr()));
        Self { pieces, at, lock }
    }
}

impl Drop for Locked {
    fn drop(&mut self) {
        // Wiped while it is still locked.
        self.expose_mut().zeroize();
        self.lock = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(byte: u8) -> Locked {
        Locked::filled(|bytes| {
            bytes.fill(byte);
            Ok::<(), std::convert::Infallible>(())
        })
        .unwrap()
    }

    fn page_of(locked: &Locked) -> usize {
        locked.expose().as_ptr().addr() / region::page::size()
    }

    #[test]
    fn a_secret_has_a_whole_page_of_its_own_wherever_it_lies() {
        let page = region::page::size();
        let many: Vec<Locked> = (0..64).map(filled).collect();
        let mut pages: Vec<usize> = many.iter().map(page_of).collect();
        for (byte, secret) in (0..).zip(&many) {
            assert_eq!(secret.expose(), &[byte; SECRET]);
            let (begin, end) = (secret.pieces.as_ptr().addr(), secret.pieces.as_ptr_range().end.addr());
            let own = page_of(secret) * page;
            assert!(begin <= own && own + page <= end, "the page is shared with something else");
            assert!(secret.expose().as_ptr_range().end.addr() <= own + page, "the secret lies on two pages");
        }
        pages.sort_unstable();
        pages.dedup();
        assert_eq!(pages.len(), many.len());
    }

    /// Whether the page that an address lies on is locked. Source: Linux, `proc_pid_smaps(5)`: `lo` in `VmFlags`.
    #[cfg(target_os = "linux")]
    fn is_locked(address: usize) -> bool {
        let maps = std::fs::read_to_string("/proc/self/smaps").unwrap();
        let mut within = false;
        for line in maps.lines() {
            let range = line.split(' ').next().and_then(|first| first.split_once('-'));
            if let Some((begin, end)) = range
                && let (Ok(begin), Ok(end)) = (usize::from_str_radix(begin, 16), usize::from_str_radix(end, 16))
            {
                within = (begin..end).contains(&address);
            } else if within && let Some(flags) = line.strip_prefix("VmFlags:") {
                return flags.split_whitespace().any(|flag| flag == "lo");
            }
        }
        panic!("the address is nowhere");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn unlocking_one_secret_leaves_the_others_locked() {
        let secrets: Vec<Locked> = (0..8).map(filled).collect();
        let addresses: Vec<usize> = secrets.iter().map(|secret| secret.expose().as_ptr().addr()).collect();
        assert!(addresses.iter().all(|at| is_locked(*at)), "this computer allows no memory to be locked");
        let kept: Vec<Locked> =
            secrets.into_iter().enumerate().filter(|(at, _)| at % 2 == 0).map(|(_, secret)| secret).collect();
        assert!(kept.iter().all(|secret| is_locked(secret.expose().as_ptr().addr())));
    }

    /// catalogue 15
    #[test]
    fn a_refused_lock_is_remembered_and_the_secret_is_kept_all_the_same() {
        let refusals = Refusals::none();
        let allowed = Locked::with(&refusals, |address| region::lock(address, SECRET));
        assert!(allowed.lock.is_some() && refusals.are_none());
        let mut refused = Locked::with(&refusals, |_| Err(region::Error::UnmappedRegion));
        refused.expose_mut().fill(7);
        assert_eq!((refused.expose(), refused.lock.is_none()), (&[7; SECRET], true));
        assert!(!refusals.are_none());
        drop(Locked::with(&refusals, |address| region::lock(address, SECRET)));
        assert!(!refusals.are_none(), "one refusal is enough, whatever comes after it");
    }
}
