/*
 * A layer between a program and its files, loaded by LD_PRELOAD (Linux, glibc or musl).
 *
 * It counts the calls that touch files below one folder, and makes one of them go wrong. The program under test is the unchanged
 * one: SQLite and Rust's standard library reach the system through these functions of the C library.
 *
 * CASEFOLIO_FAULT_FOLDER   the folder; calls about any other path pass through unseen
 * CASEFOLIO_FAULT_CLASSES  which calls count, a letter each: o a file opened to be made, r read, w write, t set length,
 *                          s sync, n rename, link, unlink, folder made or removed
 * CASEFOLIO_FAULT_REPORT   a file outside the folder: "fired LETTER PATH" when the fault comes, "calls N" at the end
 * CASEFOLIO_FAULT          what happens:
 *     count                nothing
 *     kill N               the process is killed before the N-th call
 *     half N               the N-th call, a write, is done by half; then the process is killed
 *     fail N ERRNO once    the N-th call fails with this number (5 EIO, 28 ENOSPC)
 *     fail N ERRNO on      and every one after it
 *     short N              the N-th call, a write, is done by half and says so; the next write fails with ENOSPC
 *     trace FILE           every changing call and every sync is appended to FILE, with what it wrote, in the order in which they were
 *                          done; so is every line on standard output, by which the program says what it holds for committed
 *
 * The program may say that space has returned: it makes a folder called "space-returns" below the folder. That is not done, and from
 * then on nothing fails.
 *
 * One lock is held over counting, deciding and doing, so that the order of calls is one, also where threads make them.
 * A program that hangs is ended by SIGALRM after a minute.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum mode { OFF, COUNT, KILL, HALF, FAIL, SHORT, TRACE };
enum verdict { PASS, PART, REFUSE };

static enum mode mode = OFF;
static char folder[PATH_MAX];
static size_t folder_length;
static char classes[16] = "orwtsn";
static char report[PATH_MAX];
static unsigned long long wanted, calls;
static int error_number, lasting, full_next;
static int trace_fd = -1;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void write_all(int fd, const void *bytes, size_t length)
{
    const char *at = bytes;
    while (length > 0) {
        long done = syscall(SYS_write, fd, at, length);
        if (done <= 0) {
            return;
        }
        at += done;
        length -= (size_t)done;
    }
}

static void say(const char *line)
{
    if (!report[0]) {
        return;
    }
    int fd = (int)syscall(SYS_openat, AT_FDCWD, report, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd >= 0) {
        write_all(fd, line, strlen(line));
        syscall(SYS_close, fd);
    }
}

__attribute__((constructor)) static void begin(void)
{
    const char *where = getenv("CASEFOLIO_FAULT_FOLDER"), *what = getenv("CASEFOLIO_FAULT");
    if (!where || !what) {
        return;
    }
    snprintf(folder, sizeof folder, "%s", where);
    folder_length = strlen(folder);
    if (getenv("CASEFOLIO_FAULT_CLASSES")) {
        snprintf(classes, sizeof classes, "%s", getenv("CASEFOLIO_FAULT_CLASSES"));
    }
    if (getenv("CASEFOLIO_FAULT_REPORT")) {
        snprintf(report, sizeof report, "%s", getenv("CASEFOLIO_FAULT_REPORT"));
    }
    char how[8] = "", file[PATH_MAX];
    if (!strcmp(what, "count")) {
        mode = COUNT;
    } else if (sscanf(what, "kill %llu", &wanted) == 1) {
        mode = KILL;
    } else if (sscanf(what, "half %llu", &wanted) == 1) {
        mode = HALF;
    } else if (sscanf(what, "short %llu", &wanted) == 1) {
        mode = SHORT;
    } else if (sscanf(what, "fail %llu %d %7s", &wanted, &error_number, how) == 3) {
        mode = FAIL;
        lasting = !strcmp(how, "on");
    } else if (sscanf(what, "trace %4095s", file) == 1) {
        mode = TRACE;
        trace_fd = (int)syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    } else {
        _exit(99); /* a harness that asks for what is not there must not pass */
    }
    alarm(60);
}

__attribute__((destructor)) static void end(void)
{
    if (mode != OFF) {
        char line[64];
        snprintf(line, sizeof line, "calls %llu\n", calls);
        say(line);
    }
}

/* Whether a path lies in the folder. Relative ones do not: neither program under test uses any. */
static int inside(const char *path)
{
    return mode != OFF && path && !strncmp(path, folder, folder_length)
        && (path[folder_length] == '/' || path[folder_length] == 0);
}

/* The path of an open file; its present name if it was renamed. */
static int path_of(int fd, char *path)
{
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, link, path, PATH_MAX - 1);
    if (length < 0) {
        return 0;
    }
    path[length] = 0;
    return inside(path);
}

/* A path given beside a folder's descriptor, made whole. */
static const char *whole(int dir, const char *path, char *buffer)
{
    if (path && path[0] != '/' && dir != AT_FDCWD) {
        char base[PATH_MAX];
        if (!path_of(dir, base)) {
            return path;
        }
        if (snprintf(buffer, PATH_MAX, "%s/%s", base, path) >= PATH_MAX) {
            return path;
        }
        return buffer;
    }
    return path;
}

static void fire(char letter, const char *path)
{
    char line[PATH_MAX + 16];
    snprintf(line, sizeof line, "fired %c %s\n", letter, path);
    say(line);
}

/* Counts the call and says what becomes of it. The lock is held. */
static enum verdict judge(char letter, const char *path)
{
    if (full_next && letter == 'w') {
        full_next = 0;
        errno = ENOSPC;
        return REFUSE;
    }
    if (!strchr(classes, letter)) {
        return PASS;
    }
    calls++;
    switch (mode) {
    case KILL:
        if (calls == wanted) {
            fire(letter, path);
            kill(getpid(), SIGKILL);
            pause();
        }
        return PASS;
    case HALF:
    case SHORT:
        if (calls == wanted) {
            fire(letter, path);
            return letter == 'w' ? PART : PASS;
        }
        return PASS;
    case FAIL:
        if (calls == wanted || (lasting && calls > wanted)) {
            if (calls == wanted) {
                fire(letter, path);
            }
            errno = error_number;
            return REFUSE;
        }
        return PASS;
    default:
        return PASS;
    }
}

/* After half a write: the end, or a disk that is full. */
static void after_part(void)
{
    if (mode == HALF) {
        kill(getpid(), SIGKILL);
        pause();
    }
    full_next = 1;
}

/* One record: letter, lengths of both paths, offset, length; then both paths and the bytes. Little endian, as the machine is. */
static void record(char letter, const char *path, const char *other, uint64_t offset, const void *bytes, uint64_t length)
{
    if (mode != TRACE) {
        return;
    }
    uint32_t lengths[2] = {(uint32_t)strlen(path), (uint32_t)(other ? strlen(other) : 0)};
    uint64_t numbers[2] = {offset, length};
    write_all(trace_fd, &letter, 1);
    write_all(trace_fd, lengths, sizeof lengths);
    write_all(trace_fd, numbers, sizeof numbers);
    write_all(trace_fd, path, lengths[0]);
    if (other) {
        write_all(trace_fd, other, lengths[1]);
    }
    if (bytes) {
        write_all(trace_fd, bytes, length);
    }
}

#define HOLD pthread_mutex_lock(&lock)
#define RELEASE \
    do { \
        int kept = errno; \
        pthread_mutex_unlock(&lock); \
        errno = kept; \
    } while (0)

/* ---- opening ---- */

static int opening(int dir, const char *path, int flags, mode_t rights)
{
    char buffer[PATH_MAX];
    const char *name = whole(dir, path, buffer);
    if (!(flags & (O_CREAT | O_TRUNC)) || !inside(name)) {
        return (int)syscall(SYS_openat, dir, path, flags, rights);
    }
    HOLD;
    struct stat seen;
    int new = syscall(SYS_newfstatat, AT_FDCWD, name, &seen, 0) != 0, fd = -1;
    if (judge('o', name) == PASS) {
        fd = (int)syscall(SYS_openat, dir, path, flags, rights);
        if (fd >= 0 && new) {
            record('c', name, NULL, 0, NULL, 0);
        } else if (fd >= 0 && (flags & O_TRUNC)) {
            record('t', name, NULL, 0, NULL, 0);
        }
    }
    RELEASE;
    return fd;
}

#define RIGHTS(flags, last) \
    mode_t rights = 0; \
    if ((flags) & (O_CREAT | O_TMPFILE)) { \
        va_list more; \
        va_start(more, last); \
        rights = va_arg(more, mode_t); \
        va_end(more); \
    }

int open(const char *path, int flags, ...)
{
    RIGHTS(flags, flags)
    return opening(AT_FDCWD, path, flags, rights);
}

int open64(const char *path, int flags, ...)
{
    RIGHTS(flags, flags)
    return opening(AT_FDCWD, path, flags | O_LARGEFILE, rights);
}

int openat(int dir, const char *path, int flags, ...)
{
    RIGHTS(flags, flags)
    return opening(dir, path, flags, rights);
}

int openat64(int dir, const char *path, int flags, ...)
{
    RIGHTS(flags, flags)
    return opening(dir, path, flags | O_LARGEFILE, rights);
}

int creat(const char *path, mode_t rights)
{
    return opening(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, rights);
}

int creat64(const char *path, mode_t rights)
{
    return opening(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC | O_LARGEFILE, rights);
}

/* ---- reading ---- */

#define READING(call) \
    char path[PATH_MAX]; \
    if (mode == OFF || mode == TRACE || !path_of(fd, path)) { \
        return call; \
    } \
    HOLD; \
    ssize_t done = -1; \
    if (judge('r', path) == PASS) { \
        done = call; \
    } \
    RELEASE; \
    return done;

ssize_t read(int fd, void *to, size_t length)
{
    READING(syscall(SYS_read, fd, to, length))
}

ssize_t pread(int fd, void *to, size_t length, off_t offset)
{
    READING(syscall(SYS_pread64, fd, to, length, offset))
}

ssize_t pread64(int fd, void *to, size_t length, off64_t offset)
{
    READING(syscall(SYS_pread64, fd, to, length, offset))
}

ssize_t readv(int fd, const struct iovec *to, int count)
{
    READING(syscall(SYS_readv, fd, to, count))
}

/* ---- writing ---- */

/* offset -1: where the file stands. */
static ssize_t writing(int fd, const void *bytes, size_t length, off64_t offset)
{
    char path[PATH_MAX];
    int at_place = offset >= 0;
    if (mode == TRACE && fd == STDOUT_FILENO) {
        HOLD;
        ssize_t said = syscall(SYS_write, fd, bytes, length);
        if (said > 0) {
            record('a', "", NULL, 0, bytes, (uint64_t)said);
        }
        RELEASE;
        return said;
    }
    if (mode == OFF || !path_of(fd, path)) {
        return at_place ? syscall(SYS_pwrite64, fd, bytes, length, offset) : syscall(SYS_write, fd, bytes, length);
    }
    HOLD;
    ssize_t done = -1;
    enum verdict verdict = judge('w', path);
    if (verdict != REFUSE) {
        size_t part = verdict == PART ? length / 2 : length;
        off64_t from = offset;
        if (!at_place) {
            int flags = fcntl(fd, F_GETFL);
            from = lseek64(fd, 0, flags >= 0 && (flags & O_APPEND) ? SEEK_END : SEEK_CUR);
        }
        done = at_place ? syscall(SYS_pwrite64, fd, bytes, part, offset) : syscall(SYS_write, fd, bytes, part);
        if (done > 0) {
            record('w', path, NULL, (uint64_t)from, bytes, (uint64_t)done);
        }
        if (verdict == PART) {
            after_part();
        }
    }
    RELEASE;
    return done;
}

ssize_t write(int fd, const void *bytes, size_t length)
{
    return writing(fd, bytes, length, -1);
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset)
{
    return writing(fd, bytes, length, offset);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset)
{
    return writing(fd, bytes, length, offset);
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
    char path[PATH_MAX];
    if ((mode == OFF || !path_of(fd, path)) && !(mode == TRACE && fd == STDOUT_FILENO)) {
        return syscall(SYS_writev, fd, parts, count);
    }
    /* A short write of the first part that has any bytes is allowed; callers come again with the rest. */
    for (int at = 0; at < count; at++) {
        if (parts[at].iov_len > 0) {
            return writing(fd, parts[at].iov_base, parts[at].iov_len, -1);
        }
    }
    return 0;
}

/* Ways of copying that show no bytes: whoever copies falls back on reading and writing. */
ssize_t copy_file_range(int from, off64_t *from_at, int to, off64_t *to_at, size_t length, unsigned flags)
{
    char path[PATH_MAX];
    if (mode != OFF && path_of(to, path)) {
        errno = ENOSYS;
        return -1;
    }
    return syscall(SYS_copy_file_range, from, from_at, to, to_at, length, flags);
}

ssize_t sendfile(int to, int from, off_t *offset, size_t length)
{
    char path[PATH_MAX];
    if (mode != OFF && path_of(to, path)) {
        errno = EINVAL;
        return -1;
    }
    return syscall(SYS_sendfile, to, from, offset, length);
}

ssize_t sendfile64(int to, int from, off64_t *offset, size_t length)
{
    return sendfile(to, from, (off_t *)offset, length);
}

/* ---- length and sync ---- */

static int setting_length(int fd, off64_t length)
{
    char path[PATH_MAX];
    if (mode == OFF || !path_of(fd, path)) {
        return (int)syscall(SYS_ftruncate, fd, length);
    }
    HOLD;
    int done = -1;
    if (judge('t', path) == PASS) {
        done = (int)syscall(SYS_ftruncate, fd, length);
        if (done == 0) {
            record('t', path, NULL, (uint64_t)length, NULL, 0);
        }
    }
    RELEASE;
    return done;
}

int ftruncate(int fd, off_t length)
{
    return setting_length(fd, length);
}

int ftruncate64(int fd, off64_t length)
{
    return setting_length(fd, length);
}

static int syncing(int fd, long number)
{
    char path[PATH_MAX];
    if (mode == OFF || !path_of(fd, path)) {
        return (int)syscall(number, fd);
    }
    HOLD;
    int done = -1;
    if (judge('s', path) == PASS) {
        struct stat seen;
        int is_folder = fstat(fd, &seen) == 0 && S_ISDIR(seen.st_mode);
        done = (int)syscall(number, fd);
        if (done == 0) {
            record(is_folder ? 'd' : 's', path, NULL, 0, NULL, 0);
        }
    }
    RELEASE;
    return done;
}

int fsync(int fd)
{
    return syncing(fd, SYS_fsync);
}

int fdatasync(int fd)
{
    return syncing(fd, SYS_fdatasync);
}

/* ---- names ---- */

#define NAMING(letter, name, other, call) \
    HOLD; \
    int done = -1; \
    if (judge('n', name) == PASS) { \
        done = (int)(call); \
        if (done == 0) { \
            record(letter, name, other, 0, NULL, 0); \
        } \
    } \
    RELEASE; \
    return done;

static int renaming(int from_dir, const char *from, int to_dir, const char *to, unsigned flags)
{
    char from_buffer[PATH_MAX], to_buffer[PATH_MAX];
    const char *one = whole(from_dir, from, from_buffer), *other = whole(to_dir, to, to_buffer);
    if (!inside(one) && !inside(other)) {
        return (int)syscall(SYS_renameat2, from_dir, from, to_dir, to, flags);
    }
    NAMING('m', one, other, syscall(SYS_renameat2, from_dir, from, to_dir, to, flags))
}

int rename(const char *from, const char *to)
{
    return renaming(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int renameat(int from_dir, const char *from, int to_dir, const char *to)
{
    return renaming(from_dir, from, to_dir, to, 0);
}

int renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned flags)
{
    return renaming(from_dir, from, to_dir, to, flags);
}

int linkat(int from_dir, const char *from, int to_dir, const char *to, int flags)
{
    char from_buffer[PATH_MAX], to_buffer[PATH_MAX];
    const char *one = whole(from_dir, from, from_buffer), *other = whole(to_dir, to, to_buffer);
    if (!inside(one) && !inside(other)) {
        return (int)syscall(SYS_linkat, from_dir, from, to_dir, to, flags);
    }
    NAMING('l', one, other, syscall(SYS_linkat, from_dir, from, to_dir, to, flags))
}

int link(const char *from, const char *to)
{
    return linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int unlinkat(int dir, const char *path, int flags)
{
    char buffer[PATH_MAX];
    const char *name = whole(dir, path, buffer);
    if (!inside(name)) {
        return (int)syscall(SYS_unlinkat, dir, path, flags);
    }
    NAMING('u', name, NULL, syscall(SYS_unlinkat, dir, path, flags))
}

int unlink(const char *path)
{
    return unlinkat(AT_FDCWD, path, 0);
}

int rmdir(const char *path)
{
    return unlinkat(AT_FDCWD, path, AT_REMOVEDIR);
}

int mkdirat(int dir, const char *path, mode_t rights)
{
    char buffer[PATH_MAX];
    const char *name = whole(dir, path, buffer);
    if (!inside(name)) {
        return (int)syscall(SYS_mkdirat, dir, path, rights);
    }
    const char *last = strrchr(name, '/');
    if (last && !strcmp(last, "/space-returns")) {
        HOLD;
        if (mode == FAIL || mode == SHORT) {
            mode = COUNT;
            full_next = 0;
        }
        errno = EEXIST;
        RELEASE;
        return -1;
    }
    NAMING('k', name, NULL, syscall(SYS_mkdirat, dir, path, rights))
}

int mkdir(const char *path, mode_t rights)
{
    return mkdirat(AT_FDCWD, path, rights);
}
