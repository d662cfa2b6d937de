//! Linux: the kind of the file system; of one that a program serves (FUSE), the name under which it is mounted.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// The numbers of file systems of other computers (statfs(2)): NFS, SMB, CIFS, SMB2, 9P, Ceph, AFS (two), Coda, NCP.
const REMOTE: [u64; 10] =
    [0x6969, 0x517b, 0xff53_4d42, 0xfe53_4d42, 0x0102_1997, 0x00c3_6400, 0x5346_414f, 0x6b41_4653, 0x7375_7245, 0x564c];
const FUSE: u64 = 0x6573_5546;
/// The names of those that a program serves.
const REMOTE_BY_PROGRAM: [&str; 9] = [
    "fuse.sshfs",
    "fuse.rclone",
    "fuse.gvfsd-fuse",
    "fuse.kio-fuse",
    "fuse.davfs",
    "fuse.davfs2",
    "fuse.s3fs",
    "fuse.glusterfs",
    "fuse.curlftpfs",
];

/// `EIO`.
pub(super) const OF_A_FAILING_DISK: [i32; 1] = [rustix::io::Errno::IO.raw_os_error()];

pub(super) fn is_remote(folder: &Path) -> io::Result<bool> {
    // The kernel's number has 32 bits, whatever this machine's type for it.
    #[expect(clippy::cast_sign_loss, clippy::cast_possible_truncation, reason = "the low 32 bits are what is compared")]
    let kind = u64::from(rustix::fs::statfs(folder)?.f_type as u32);
    if kind != FUSE {
        return Ok(REMOTE.contains(&kind));
    }
    let device = fs::metadata(folder)?.dev();
    let name = format!("{}:{}", rustix::fs::major(device), rustix::fs::minor(device));
    Ok(served_from_afar(&fs::read_to_string("/proc/self/mountinfo")?, &name))
}

/// Whether the mount of this device is one of another computer: `36 35 98:0 / /mnt rw - fuse.sshfs …` (proc(5)).
fn served_from_afar(mounts: &str, device: &str) -> bool {
    mounts.lines().any(|line| {
        let (place, kind) = line.split_once(" - ").unwrap_or((line, ""));
        let kind = kind.split(' ').next().unwrap_or_default();
        place.split(' ').nth(2) == Some(device) && REMOTE_BY_PROGRAM.contains(&kind)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// catalogue 39
    #[test]
    fn a_mount_that_a_program_serves_is_told_by_its_name() {
        let mounts = "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n\
                      99 22 0:51 / /mnt/far rw,nosuid shared:3 - fuse.sshfs a@far:/ rw,user_id=0\n\
                      98 22 0:52 / /media/stick rw - fuseblk /dev/sdb1 rw\n";
        assert!(served_from_afar(mounts, "0:51"));
        assert!(!served_from_afar(mounts, "0:52") && !served_from_afar(mounts, "8:1") && !served_from_afar("", "0:51"));
    }
}
