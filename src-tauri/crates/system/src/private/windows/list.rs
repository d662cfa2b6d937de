//! One access list, made from text and read back.
//! Source of the text form: Microsoft, "Security Descriptor String Format".

use std::fs::File;
use std::io;
use std::os::windows::io::AsRawHandle;
use std::ptr::{null, null_mut};

use windows_sys::Win32::Foundation::{CloseHandle, ERROR_SUCCESS, HANDLE, LocalFree};
use windows_sys::Win32::Security::Authorization::{
    ConvertSidToStringSidW, ConvertStringSecurityDescriptorToSecurityDescriptorW, GetSecurityInfo, SDDL_REVISION_1,
    SE_FILE_OBJECT, SetSecurityInfo,
};
use windows_sys::Win32::Security::{
    ACCESS_ALLOWED_ACE, ACE_HEADER, ACL, DACL_SECURITY_INFORMATION, GetAce, GetSecurityDescriptorDacl,
    GetTokenInformation, PROTECTED_DACL_SECURITY_INFORMATION, PSECURITY_DESCRIPTOR, PSID, SECURITY_ATTRIBUTES,
    TOKEN_QUERY, TOKEN_USER, TokenUser,
};
use windows_sys::Win32::System::SystemServices::{ACCESS_ALLOWED_ACE_TYPE, ACCESS_DENIED_ACE_TYPE};
use windows_sys::Win32::System::Threading::{GetCurrentProcess, OpenProcessToken};

/// The system itself: `S-1-5-18`, in an access list `SY`.
const SYSTEM: &str = "S-1-5-18";

/// An access list that takes nothing over from above: full access for this user and the system, for nobody else.
pub(super) struct Protection(Allocated);

impl Protection {
    /// Of a folder; what is made inside takes it over.
    pub(super) fn of_a_folder() -> io::Result<Self> {
        let user = this_user()?;
        Self::of(&format!("D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;{user})"))
    }

    /// Of a file.
    pub(super) fn of_a_file() -> io::Result<Self> {
        let user = this_user()?;
        Self::of(&format!("D:P(A;;FA;;;SY)(A;;FA;;;{user})"))
    }

    #[expect(unsafe_code, reason = "access lists are made by the system alone")]
    pub(super) fn of(text: &str) -> io::Result<Self> {
        let text: Vec<u16> = text.encode_utf16().chain([0]).collect();
        let mut made: PSECURITY_DESCRIPTOR = null_mut();
        // SAFETY: the text ends in a zero; the descriptor is allocated by the call and freed by `Allocated`.
        let done = unsafe {
            ConvertStringSecurityDescriptorToSecurityDescriptorW(
                text.as_ptr(),
                SDDL_REVISION_1,
                &raw mut made,
                null_mut(),
            )
        };
        if done == 0 { Err(io::Error::last_os_error()) } else { Ok(Self(Allocated(made))) }
    }

    /// For what is made with it. Points into this: not to be used after it.
    pub(super) fn attributes(&self) -> SECURITY_ATTRIBUTES {
        let length = u32::try_from(size_of::<SECURITY_ATTRIBUTES>()).unwrap_or_default();
        SECURITY_ATTRIBUTES { nLength: length, lpSecurityDescriptor: self.0.0, bInheritHandle: 0 }
    }

    /// In the place of the list that a file or folder has. Needs a handle with `WRITE_DAC`.
    #[expect(unsafe_code, reason = "access lists are set by the system alone")]
    pub(super) fn put_on(&self, file: &File) -> io::Result<()> {
        let (mut present, mut defaulted, mut list) = (0, 0, null_mut::<ACL>());
        // SAFETY: the descriptor is a whole one, made by the system; the list points into it.
        let done = unsafe { GetSecurityDescriptorDacl(self.0.0, &raw mut present, &raw mut list, &raw mut defaulted) };
        if done == 0 {
            return Err(io::Error::last_os_error());
        }
        // A list that is not there would let everyone in.
        if present == 0 || list.is_null() {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let what = DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION;
        // SAFETY: the handle is open for the length of the call, and the list lives in `self`.
        let outcome = unsafe {
            SetSecurityInfo(file.as_raw_handle(), SE_FILE_OBJECT, what, null_mut(), null_mut(), list, null())
        };
        succeeded(outcome)
    }
}

/// Whether the access list lets in only this user and the system.
#[expect(unsafe_code, reason = "access lists are read by the system alone")]
pub(super) fn names_nobody_else(file: &File) -> io::Result<bool> {
    let (mut list, mut descriptor) = (null_mut::<ACL>(), null_mut());
    // SAFETY: the handle is open for the length of the call; the descriptor is freed by `Allocated`.
    let outcome = unsafe {
        GetSecurityInfo(
            file.as_raw_handle(),
            SE_FILE_OBJECT,
            DACL_SECURITY_INFORMATION,
            null_mut(),
            null_mut(),
            &raw mut list,
            null_mut(),
            &raw mut descriptor,
        )
    };
    succeeded(outcome)?;
    let _descriptor = Allocated(descriptor);
    // No list at all: everyone may do everything.
    if list.is_null() {
        return Ok(false);
    }
    let user = this_user()?;
    // SAFETY: the list is a whole one, given by the system, and lives in the descriptor.
    let count = u32::from(unsafe { (*list).AceCount });
    for index in 0..count {
        match admitted(list, index)? {
            Admitted::Nobody => {}
            Admitted::One(sid) if sid == user || sid == SYSTEM => {}
            Admitted::One(_) | Admitted::Unknown => return Ok(false),
        }
    }
    Ok(true)
}

/// Whom one entry of an access list lets in.
enum Admitted {
    Nobody,
    /// By the text form of the security identifier.
    One(String),
    Unknown,
}

#[expect(unsafe_code, reason = "the entries of an access list are of different shapes, told apart by their header")]
fn admitted(list: *const ACL, index: u32) -> io::Result<Admitted> {
    let mut entry = null_mut();
    // SAFETY: the list is a whole one, given by the system; the entry points into it.
    if unsafe { GetAce(list, index, &raw mut entry) } == 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: every entry begins with a header.
    let kind = u32::from(unsafe { (*entry.cast::<ACE_HEADER>()).AceType });
    match kind {
        ACCESS_DENIED_ACE_TYPE => Ok(Admitted::Nobody),
        ACCESS_ALLOWED_ACE_TYPE => {
            // SAFETY: by its header the entry is of this shape, whose last field is where the identifier begins.
            let sid = unsafe { &raw mut (*entry.cast::<ACCESS_ALLOWED_ACE>()).SidStart };
            Ok(Admitted::One(sid_text(sid.cast())?))
        }
        _ => Ok(Admitted::Unknown),
    }
}

/// The security identifier of the user this program runs as, in its text form.
#[expect(unsafe_code, reason = "only the system tells who runs this program")]
fn this_user() -> io::Result<String> {
    // SAFETY: gives a constant.
    let process = unsafe { GetCurrentProcess() };
    let mut token: HANDLE = null_mut();
    // SAFETY: this process is open while it runs; the token is closed by `Token`.
    if unsafe { OpenProcessToken(process, TOKEN_QUERY, &raw mut token) } == 0 {
        return Err(io::Error::last_os_error());
    }
    let token = Token(token);
    // Room for the structure and the longest identifier (68 bytes), aligned for its pointer.
    let mut room = [0_u64; 16];
    let size = u32::try_from(size_of_val(&room)).unwrap_or_default();
    let mut used = 0;
    // SAFETY: the room is as large as is said, and well aligned.
    let done = unsafe { GetTokenInformation(token.0, TokenUser, room.as_mut_ptr().cast(), size, &raw mut used) };
    if done == 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the call filled the room with this structure, whose pointer leads into the room.
    let sid = unsafe { (*room.as_ptr().cast::<TOKEN_USER>()).User.Sid };
    sid_text(sid)
}

#[expect(unsafe_code, reason = "the text form of an identifier comes from the system")]
fn sid_text(sid: PSID) -> io::Result<String> {
    let mut text: *mut u16 = null_mut();
    // SAFETY: the identifier is a valid one, given by the system; the text is freed by `Allocated`.
    if unsafe { ConvertSidToStringSidW(sid, &raw mut text) } == 0 {
        return Err(io::Error::last_os_error());
    }
    let _text = Allocated(text.cast());
    // SAFETY: nothing is read behind the zero in which the text ends.
    let units = (0..).map(|at| unsafe { text.wrapping_add(at).read() }).take_while(|&unit| unit != 0);
    Ok(char::decode_utf16(units).map(|sign| sign.unwrap_or(char::REPLACEMENT_CHARACTER)).collect())
}

fn succeeded(outcome: u32) -> io::Result<()> {
    if outcome == ERROR_SUCCESS {
        return Ok(());
    }
    Err(io::Error::from_raw_os_error(outcome.cast_signed()))
}

/// Memory the system allocated for us.
struct Allocated(*mut core::ffi::c_void);

impl Drop for Allocated {
    #[expect(unsafe_code, reason = "memory of the system's goes back to it")]
    fn drop(&mut self) {
        // SAFETY: allocated by a call whose documentation asks for `LocalFree`, and freed here alone.
        unsafe { LocalFree(self.0) };
    }
}

/// The access token of this process.
struct Token(HANDLE);

impl Drop for Token {
    #[expect(unsafe_code, reason = "a handle of the system's goes back to it")]
    fn drop(&mut self) {
        // SAFETY: opened by us and closed here alone.
        unsafe { CloseHandle(self.0) };
    }
}
