/* Makes system calls fail, for tests of what a full, broken or read-only disk does.
 *
 * Loaded with LD_PRELOAD. Only calls on paths below one of FAULT_PREFIXES (colon separated, from the environment) count and fail.
 * A process arms itself with fault_arm(kinds, first, last, error): of the calls of these kinds, numbers first..last fail. fault_calls()
 * tells how many were counted since. A process that cannot call us is armed by the environment: with FAULT_KINDS and FAULT_ERROR every
 * call of these kinds fails for as long as the file FAULT_WHILE exists.
 *
 * With FAULT_LOCK, the path of a lock file, every write and truncation of a file named journal.db or journal.db-wal must happen while somebody
 * holds that lock; fault_unlocked() counts those that do not, and each appends a line to FAULT_REPORT.
 *
 * Kinds are letters: o open, r read, w write and truncate, s sync, n rename, l link, m mkdir. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))real(#name))

static const char *prefixes, *lasting, *lock_file, *report;
static long unlocked;
static char kinds[16];
static long first = 1, last = -1, seen;
static int error;

static void *real(const char *name) { return dlsym(RTLD_NEXT, name); }

__attribute__((constructor)) static void from_environment(void)
{
    prefixes = getenv("FAULT_PREFIXES");
    lasting = getenv("FAULT_WHILE");
    lock_file = getenv("FAULT_LOCK");
    report = getenv("FAULT_REPORT");
    if (lasting && getenv("FAULT_KINDS") && getenv("FAULT_ERROR")) {
        snprintf(kinds, sizeof kinds, "%s", getenv("FAULT_KINDS"));
        error = atoi(getenv("FAULT_ERROR"));
        last = __LONG_MAX__;
    }
}

void fault_arm(const char *of, long from, long to, int with)
{
    snprintf(kinds, sizeof kinds, "%s", of);
    first = from, last = to, error = with, seen = 0;
}

long fault_calls(void) { return seen; }
long fault_unlocked(void) { return unlocked; }

static int below(const char *path)
{
    for (const char *at = prefixes; at && *at; at = strchr(at, ':') ? strchr(at, ':') + 1 : NULL) {
        size_t length = strcspn(at, ":");
        if (length && !strncmp(path, at, length) && (path[length] == '/' || !path[length]))
            return 1;
    }
    return 0;
}

static int here(int folder, const char *path)
{
    char full[8192] = "", link[64];
    if (!prefixes || !path)
        return 0;
    if (path[0] != '/') {
        snprintf(link, sizeof link, folder == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/%d", folder);
        ssize_t length = readlink(link, full, 4000);
        if (length < 0)
            return 0;
        full[length] = '/', full[length + 1] = 0;
    }
    strncat(full, path, 4000);
    return below(full);
}

static int open_here(int file)
{
    char link[64], full[4096] = "";
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    return prefixes && readlink(link, full, sizeof full - 1) > 0 && below(full);
}

/* Whether this call, which is on one of our paths, is to fail. */
static int fails(char kind)
{
    if (!strchr(kinds, kind) || (lasting && access(lasting, F_OK)))
        return 0;
    seen++;
    if (seen < first || seen > last)
        return 0;
    errno = error;
    return 1;
}

static void say(const char *path)
{
    int file = report ? REAL(open)(report, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600) : -1;
    if (file >= 0) {
        dprintf(file, "%s\n", path);
        REAL(close)(file);
    }
}

/* A lock that we can take is held by nobody. */
static void check_lock(int file)
{
    char link[64], full[4096] = "";
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    if (!lock_file || readlink(link, full, sizeof full - 1) <= 0)
        return;
    const char *name = strrchr(full, '/');
    if (!name || (strcmp(name, "/journal.db") && strcmp(name, "/journal.db-wal")))
        return;
    int lock = REAL(open)(lock_file, O_RDWR | O_CLOEXEC);
    if (lock < 0 || !flock(lock, LOCK_EX | LOCK_NB)) {
        unlocked++;
        say(full);
    }
    if (lock >= 0)
        REAL(close)(lock);
}

#define ON_PATH(kind, folder, path) do { int kept = errno; if (here(folder, path) && fails(kind)) return -1; errno = kept; } while (0)
#define ON_FILE(kind, file) do { int kept = errno; if (kind == 'w') check_lock(file); if (open_here(file) && fails(kind)) return -1; errno = kept; } while (0)
#define MODE(flags) mode_t mode = 0; if ((flags) & (O_CREAT | O_TMPFILE)) { va_list more; va_start(more, flags); mode = va_arg(more, mode_t); va_end(more); }

int open(const char *path, int flags, ...) { MODE(flags) ON_PATH('o', AT_FDCWD, path); return REAL(open)(path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags) ON_PATH('o', AT_FDCWD, path); return REAL(open64)(path, flags, mode); }
int openat(int folder, const char *path, int flags, ...) { MODE(flags) ON_PATH('o', folder, path); return REAL(openat)(folder, path, flags, mode); }
int openat64(int folder, const char *path, int flags, ...) { MODE(flags) ON_PATH('o', folder, path); return REAL(openat64)(folder, path, flags, mode); }
ssize_t read(int file, void *data, size_t size) { ON_FILE('r', file); return REAL(read)(file, data, size); }
ssize_t pread(int file, void *data, size_t size, off_t at) { ON_FILE('r', file); return REAL(pread)(file, data, size, at); }
ssize_t pread64(int file, void *data, size_t size, off64_t at) { ON_FILE('r', file); return REAL(pread64)(file, data, size, at); }
ssize_t write(int file, const void *data, size_t size) { ON_FILE('w', file); return REAL(write)(file, data, size); }
ssize_t pwrite(int file, const void *data, size_t size, off_t at) { ON_FILE('w', file); return REAL(pwrite)(file, data, size, at); }
ssize_t pwrite64(int file, const void *data, size_t size, off64_t at) { ON_FILE('w', file); return REAL(pwrite64)(file, data, size, at); }
int ftruncate(int file, off_t size) { ON_FILE('w', file); return REAL(ftruncate)(file, size); }
int ftruncate64(int file, off64_t size) { ON_FILE('w', file); return REAL(ftruncate64)(file, size); }
int fsync(int file) { ON_FILE('s', file); return REAL(fsync)(file); }
int fdatasync(int file) { ON_FILE('s', file); return REAL(fdatasync)(file); }
int mkdir(const char *path, mode_t mode) { ON_PATH('m', AT_FDCWD, path); return REAL(mkdir)(path, mode); }
int mkdirat(int folder, const char *path, mode_t mode) { ON_PATH('m', folder, path); return REAL(mkdirat)(folder, path, mode); }
int rename(const char *from, const char *to) { ON_PATH('n', AT_FDCWD, to); return REAL(rename)(from, to); }
int renameat(int a, const char *from, int b, const char *to) { ON_PATH('n', b, to); return REAL(renameat)(a, from, b, to); }
int link(const char *from, const char *to) { ON_PATH('l', AT_FDCWD, to); return REAL(link)(from, to); }
int linkat(int a, const char *from, int b, const char *to, int flags) { ON_PATH('l', b, to); return REAL(linkat)(a, from, b, to, flags); }
