//! What becomes of a program's memory when the program falls: nothing of it may lie on the disk, for the keys are in it.

/// From now on the system writes no image of this process and of those it starts when one of them falls. To be called first
/// in `main`. What the system refuses is not told: the program is no worse for trying, and there is nothing a person could do.
///
/// - Linux: no core file, and none through a pipe to a collector. In a release nobody but root may look into the process
///   either (`PR_SET_DUMPABLE`); a program built for debugging can still be debugged.
/// - macOS: no core file.
/// - Windows: no report with the heap in it, and no box that offers one.
pub fn never_dump() {
    here();
}

/// On Linux a limit of 1 is less than any core file can be, and the one value that is heeded also where `core_pattern` names
/// a program; 0 is not heeded there. Source: Linux, `fs/coredump.c`.
#[cfg(target_os = "linux")]
const CORE: u64 = 1;
/// No byte. Source: POSIX, `setrlimit`.
#[cfg(all(unix, not(target_os = "linux")))]
const CORE: u64 = 0;

#[cfg(unix)]
fn here() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    // A limit that is lower already cannot be raised, and need not be.
    let _lower = setrlimit(Resource::Core, Rlimit { current: Some(CORE), maximum: Some(CORE) });
    #[cfg(all(target_os = "linux", not(debug_assertions)))]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        let _refused = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}

/// Source: Microsoft, `SetErrorMode` and `WerSetFlags`.
#[cfg(windows)]
#[expect(unsafe_code, reason = "the modes are set by calls of the system's")]
fn here() {
    use windows_sys::Win32::System::Diagnostics::Debug::{
        SEM_FAILCRITICALERRORS, SEM_NOGPFAULTERRORBOX, SEM_NOOPENFILEERRORBOX, SetErrorMode,
    };
    use windows_sys::Win32::System::ErrorReporting::{WER_FAULT_REPORTING_FLAG_NOHEAP, WerSetFlags};
    // SAFETY: takes a number and touches no memory of ours.
    unsafe { SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX | SEM_NOOPENFILEERRORBOX) };
    // SAFETY: as above.
    unsafe { WerSetFlags(WER_FAULT_REPORTING_FLAG_NOHEAP) };
}
