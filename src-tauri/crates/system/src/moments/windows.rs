//! Windows: a window that only receives messages, on a thread of its own.
//! Source: Microsoft, `RegisterSuspendResumeNotification`, `WTSRegisterSessionNotification` and their messages
//! `WM_POWERBROADCAST` and `WM_WTSSESSION_CHANGE`. Both send to the registered window, whatever its kind.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::{null, null_mut};
use std::sync::mpsc;
use std::thread::{self, JoinHandle};

use windows_sys::Win32::Foundation::{ERROR_CLASS_ALREADY_EXISTS, HWND, LPARAM, LRESULT, WPARAM};
use windows_sys::Win32::System::LibraryLoader::GetModuleHandleW;
use windows_sys::Win32::System::Power::{
    HPOWERNOTIFY, RegisterSuspendResumeNotification, UnregisterSuspendResumeNotification,
};
use windows_sys::Win32::System::RemoteDesktop::{
    NOTIFY_FOR_THIS_SESSION, WTSRegisterSessionNotification, WTSUnRegisterSessionNotification,
};
use windows_sys::Win32::UI::WindowsAndMessaging::{
    CreateWindowExW, DEVICE_NOTIFY_WINDOW_HANDLE, DefWindowProcW, DestroyWindow, DispatchMessageW, GWLP_USERDATA,
    GetMessageW, GetWindowLongPtrW, HWND_MESSAGE, MSG, PBT_APMRESUMEAUTOMATIC, PBT_APMSUSPEND, PostMessageW,
    PostQuitMessage, RegisterClassW, SetWindowLongPtrW, WM_CLOSE, WM_POWERBROADCAST, WM_WTSSESSION_CHANGE, WNDCLASSW,
    WTS_SESSION_LOCK, WTS_SESSION_UNLOCK,
};

use super::{Moment, Tell, Unheard, tell_of};

/// The window class, with a zero at the end.
const CLASS: [u16; 18] = class_name(b"Casefolio moments\0");

/// The thread and the window it serves.
pub(super) struct Ears {
    /// A window is a number to all threads but its own.
    window: usize,
    thread: Option<JoinHandle<()>>,
}

pub(super) fn listen(tell: &Tell) -> Result<Ears, Unheard> {
    let tell = Tell::clone(tell);
    let (answer, answers) = mpsc::channel();
    let thread = thread::Builder::new().name("moments".into()).spawn(move || {
        match Registered::new(&tell) {
            Ok(registered) => {
                // Nobody waits for the answer any more: then the window is not wanted either.
                if answer.send(Ok(registered.window.expose_provenance())).is_ok() {
                    serve(&registered);
                }
            }
            Err(error) => drop(answer.send(Err(error))),
        }
    })?;
    let window = answers.recv().map_err(io::Error::other)??;
    Ok(Ears { window, thread: Some(thread) })
}

impl Drop for Ears {
    #[expect(unsafe_code, reason = "messages are sent by a call of the system's")]
    fn drop(&mut self) {
        let window: HWND = std::ptr::with_exposed_provenance_mut(self.window);
        // SAFETY: takes numbers alone. The window lives until its thread was told to end, which only this does.
        unsafe { PostMessageW(window, WM_CLOSE, 0, 0) };
        // Dropped by what it tells, it cannot wait for itself.
        if let Some(thread) = self.thread.take().filter(|thread| thread.thread().id() != thread::current().id()) {
            // A listener that panicked has said so on its own.
            let _ = thread.join();
        }
    }
}

/// The computer waits for the answer to `WM_POWERBROADCAST`, about two seconds, by itself.
pub(super) fn hold_sleep(_ears: &Ears, _wanted: bool) {}

/// The window with its registrations. Lives and dies on one thread.
struct Registered<'a> {
    window: HWND,
    power: HPOWERNOTIFY,
    _tell: &'a Tell,
}

impl<'a> Registered<'a> {
    #[expect(unsafe_code, reason = "windows are made and registered by calls of the system's")]
    fn new(tell: &'a Tell) -> io::Result<Self> {
        let window = make_window()?;
        let mut registered = Self { window, power: 0, _tell: tell };
        // SAFETY: the window is ours and of this thread. `tell` outlives it: it is borrowed by what destroys the window.
        unsafe { SetWindowLongPtrW(window, GWLP_USERDATA, (&raw const *tell).expose_provenance().cast_signed()) };
        // SAFETY: the window is ours and lives until it is unregistered.
        registered.power = unsafe { RegisterSuspendResumeNotification(window, DEVICE_NOTIFY_WINDOW_HANDLE) };
        if registered.power == 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: as above.
        if unsafe { WTSRegisterSessionNotification(window, NOTIFY_FOR_THIS_SESSION) } == 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(registered)
    }
}

impl Drop for Registered<'_> {
    #[expect(unsafe_code, reason = "windows are unregistered and destroyed by calls of the system's")]
    fn drop(&mut self) {
        // SAFETY: the window is ours and of this thread; what was never registered is refused without harm.
        unsafe { WTSUnRegisterSessionNotification(self.window) };
        if self.power != 0 {
            // SAFETY: registered by us, and unregistered here alone.
            unsafe { UnregisterSuspendResumeNotification(self.power) };
        }
        // SAFETY: ours, of this thread, and destroyed here alone.
        unsafe { DestroyWindow(self.window) };
    }
}

#[expect(unsafe_code, reason = "windows are made by calls of the system's")]
fn make_window() -> io::Result<HWND> {
    // SAFETY: without a name it is the handle of this program.
    let program = unsafe { GetModuleHandleW(null()) };
    let class = WNDCLASSW {
        lpfnWndProc: Some(receive),
        hInstance: program,
        lpszClassName: CLASS.as_ptr(),
        ..WNDCLASSW::default()
    };
    // SAFETY: the class is filled in, and its name ends in a zero.
    if unsafe { RegisterClassW(&raw const class) } == 0 {
        let error = io::Error::last_os_error();
        // A second listener uses the class of the first.
        if error.raw_os_error() != Some(ERROR_CLASS_ALREADY_EXISTS.cast_signed()) {
            return Err(error);
        }
    }
    let name = CLASS.as_ptr();
    // SAFETY: the names end in a zero; a window below `HWND_MESSAGE` is never seen.
    let window = unsafe { CreateWindowExW(0, name, name, 0, 0, 0, 0, 0, HWND_MESSAGE, null_mut(), program, null()) };
    if window.is_null() { Err(io::Error::last_os_error()) } else { Ok(window) }
}

/// Until the window is told to close.
#[expect(unsafe_code, reason = "messages are received by calls of the system's")]
fn serve(_registered: &Registered<'_>) {
    let mut message = MSG::default();
    // SAFETY: the message is ours; -1 is a failure, 0 the end.
    while unsafe { GetMessageW(&raw mut message, null_mut(), 0, 0) } > 0 {
        // SAFETY: the message was just filled in.
        unsafe { DispatchMessageW(&raw const message) };
    }
}

#[expect(unsafe_code, reason = "the system calls this for every message to the window")]
unsafe extern "system" fn receive(window: HWND, message: u32, wparam: WPARAM, lparam: LPARAM) -> LRESULT {
    if message == WM_CLOSE {
        // Ends the loop; the window goes with what registered it.
        // SAFETY: takes a number alone.
        unsafe { PostQuitMessage(0) };
        return 0;
    }
    if let Some(moment) = moment(message, wparam) {
        // SAFETY: the window is ours and of this thread.
        let told: *const Tell =
            std::ptr::with_exposed_provenance(unsafe { GetWindowLongPtrW(window, GWLP_USERDATA) }.cast_unsigned());
        // SAFETY: null, or put there by `Registered`, which borrows it for as long as there is a window.
        if let Some(tell) = unsafe { told.as_ref() } {
            // A panic must not pass through the system's own code. It has said so on its own.
            drop(catch_unwind(AssertUnwindSafe(|| tell_of(tell, moment))));
        }
    }
    // SAFETY: what came in goes on unchanged.
    unsafe { DefWindowProcW(window, message, wparam, lparam) }
}

fn moment(message: u32, wparam: WPARAM) -> Option<Moment> {
    match (message, u32::try_from(wparam).ok()?) {
        (WM_POWERBROADCAST, PBT_APMSUSPEND) => Some(Moment::Suspending),
        (WM_POWERBROADCAST, PBT_APMRESUMEAUTOMATIC) => Some(Moment::Resumed),
        (WM_WTSSESSION_CHANGE, WTS_SESSION_LOCK) => Some(Moment::ScreenLocked),
        (WM_WTSSESSION_CHANGE, WTS_SESSION_UNLOCK) => Some(Moment::ScreenUnlocked),
        _ => None,
    }
}

const fn class_name(name: &[u8; 18]) -> [u16; 18] {
    let mut wide = [0; 18];
    let mut at = 0;
    while at < name.len() {
        wide[at] = name[at] as u16;
        at += 1;
    }
    wide
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use windows_sys::Win32::UI::WindowsAndMessaging::SendMessageW;

    use super::*;

    #[expect(unsafe_code, reason = "the test sends what the system would")]
    fn send(ears: &Ears, message: u32, wparam: u32) {
        let window: HWND = std::ptr::with_exposed_provenance_mut(ears.window);
        // SAFETY: takes numbers alone.
        unsafe { SendMessageW(window, message, wparam as usize, 0) };
    }

    fn hearing(tell: impl Fn(Moment) + Send + Sync + 'static) -> Ears {
        let tell: Tell = Arc::new(move |moment, _| tell(moment));
        listen(&tell).unwrap()
    }

    #[test]
    fn each_message_of_the_system_is_told_and_others_are_not() {
        let told = Arc::new(Mutex::new(Vec::new()));
        let list = Arc::clone(&told);
        let ears = hearing(move |moment| list.lock().unwrap().push(moment));
        send(&ears, WM_POWERBROADCAST, PBT_APMSUSPEND);
        send(&ears, WM_POWERBROADCAST, PBT_APMRESUMEAUTOMATIC);
        send(&ears, WM_POWERBROADCAST, 10);
        send(&ears, WM_WTSSESSION_CHANGE, WTS_SESSION_LOCK);
        send(&ears, WM_WTSSESSION_CHANGE, WTS_SESSION_UNLOCK);
        send(&ears, WM_WTSSESSION_CHANGE, 1);
        let wanted = [Moment::Suspending, Moment::Resumed, Moment::ScreenLocked, Moment::ScreenUnlocked];
        assert_eq!(*told.lock().unwrap(), wanted);
        drop(ears);
        assert_eq!(Arc::strong_count(&told), 1, "nothing is kept after the end");
    }

    #[test]
    fn two_may_listen_and_a_panic_of_one_is_its_own() {
        let first = hearing(|_| std::panic::resume_unwind(Box::new(())));
        let told = Arc::new(Mutex::new(Vec::new()));
        let list = Arc::clone(&told);
        let second = hearing(move |moment| list.lock().unwrap().push(moment));
        for ears in [&first, &second] {
            send(ears, WM_WTSSESSION_CHANGE, WTS_SESSION_LOCK);
        }
        drop(first);
        send(&second, WM_WTSSESSION_CHANGE, WTS_SESSION_UNLOCK);
        assert_eq!(*told.lock().unwrap(), [Moment::ScreenLocked, Moment::ScreenUnlocked]);
    }
}
