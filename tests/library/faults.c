/* Stands between a program and the C library (LD_PRELOAD): counts the calls that change files
   below a folder, fails one of them, and records them in order. Tests drive it with ctypes.

   A record is one line: NUMBER CALL PATH [PATH]; what a file held when it was synced is copied to
   TRACE/NUMBER. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static char folder[PATH_MAX];
static char trace[PATH_MAX];
static long count, fail_at;
static int fail_with, record = -1;
static long records;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

#define REAL(type, name, ...) \
    static type (*real)(__VA_ARGS__); \
    if (!real) real = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

/* Calls below `path` from now on are counted, and number `at` fails with the error `error`. */
void faults_arm(const char *path, long at, int error) {
    pthread_mutex_lock(&lock);
    snprintf(folder, sizeof folder, "%s", path);
    count = 0;
    fail_at = at;
    fail_with = error;
    pthread_mutex_unlock(&lock);
}

long faults_count(void) { return count; }

static ssize_t put(int fd, const void *data, size_t size) {
    REAL(ssize_t, write, int, const void *, size_t);
    return real(fd, data, size);
}

static int real_open(const char *path, int flags, mode_t mode) {
    REAL(int, open, const char *, int, ...);
    return real(path, flags, mode);
}

/* Record calls in the folder `path`; with an empty one, no longer. */
void faults_record(const char *path) {
    char name[PATH_MAX + 8];
    pthread_mutex_lock(&lock);
    snprintf(trace, sizeof trace, "%s", path);
    if (record >= 0) close(record);
    snprintf(name, sizeof name, "%s/calls", path);
    record = *path ? real_open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600) : -1;
    records = 0;
    pthread_mutex_unlock(&lock);
}

static void note(const char *call, const char *one, const char *two) {
    char line[2 * PATH_MAX + 64];
    if (record < 0) return;
    pthread_mutex_lock(&lock);
    int size = snprintf(line, sizeof line, "%ld\t%s\t%s\t%s\n", ++records, call, one, two);
    put(record, line, size);
    pthread_mutex_unlock(&lock);
}

/* A line of the test itself, such as an acknowledgement. */
void faults_mark(const char *what) { note("mark", what, ""); }

static void keep_copy(const char *path) {
    char name[PATH_MAX + 32], data[65536];
    ssize_t size;
    if (record < 0) return;
    snprintf(name, sizeof name, "%s/%ld", trace, records);
    int from = real_open(path, O_RDONLY, 0), to = real_open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    while (from >= 0 && to >= 0 && (size = read(from, data, sizeof data)) > 0) put(to, data, size);
    if (from >= 0) close(from);
    if (to >= 0) close(to);
}

static int below(const char *path) {
    size_t size = strlen(folder);
    return size && !strncmp(path, folder, size) && (path[size] == '/' || !path[size]);
}

static int of_fd(int fd, char *path) {
    char name[64];
    int kept = errno;
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    ssize_t size = *folder && fd >= 0 ? readlink(name, path, PATH_MAX - 1) : -1;
    errno = kept;
    path[size > 0 ? size : 0] = 0;
    return size > 0 && below(path);
}

static int of_name(int at, const char *name, char *path) {
    if (name[0] == '/' || at == AT_FDCWD) {
        snprintf(path, PATH_MAX, "%s", name);
        return below(path);
    }
    if (!of_fd(at, path)) return 0;
    size_t size = strlen(path);
    snprintf(path + size, PATH_MAX - size, "/%s", name);
    return 1;
}

/* Whether this call, one below the folder, is the one to fail. */
static int failing(void) {
    pthread_mutex_lock(&lock);
    int now = ++count == fail_at;
    pthread_mutex_unlock(&lock);
    if (now) errno = fail_with;
    return now;
}

static int opened(int at, const char *name, int flags, mode_t mode) {
    REAL(int, openat, int, const char *, int, ...);
    char path[PATH_MAX];
    if (!of_name(at, name, path)) return real(at, name, flags, mode);
    if (failing()) return -1;
    int fresh = (flags & O_CREAT) && access(path, F_OK);
    int fd = real(at, name, flags, mode);
    if (fd >= 0 && (flags & O_ACCMODE) != O_RDONLY) {
        if (fresh) note("create", path, "");
        else if (flags & O_TRUNC) note("write", path, "");
    }
    return fd;
}

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        va_list rest; \
        va_start(rest, flags); \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
        va_end(rest); \
        return opened(AT_FDCWD, path, flags, mode); \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name) \
    int name(int at, const char *path, int flags, ...) { \
        va_list rest; \
        va_start(rest, flags); \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
        va_end(rest); \
        return opened(at, path, flags, mode); \
    }
OPENAT(openat)
OPENAT(openat64)

#define ON_FD(type, name, call, arguments, values) \
    type name arguments { \
        static type(*real) arguments; \
        char path[PATH_MAX]; \
        if (!real) real = (type(*) arguments)dlsym(RTLD_NEXT, #name); \
        int ours = of_fd(fd, path); \
        if (ours && failing()) return -1; \
        type result = real values; \
        if (ours) note(call, path, ""); \
        return result; \
    }
ON_FD(ssize_t, write, "write", (int fd, const void *data, size_t size), (fd, data, size))
ON_FD(ssize_t, writev, "write", (int fd, const struct iovec *data, int size), (fd, data, size))
ON_FD(ssize_t, pwrite, "write", (int fd, const void *data, size_t size, off_t at), (fd, data, size, at))
ON_FD(ssize_t, pwrite64, "write", (int fd, const void *data, size_t size, off_t at), (fd, data, size, at))
ON_FD(int, ftruncate, "write", (int fd, off_t size), (fd, size))
ON_FD(int, ftruncate64, "write", (int fd, off_t size), (fd, size))

#define SYNC(name) \
    int name(int fd) { \
        REAL(int, name, int); \
        char path[PATH_MAX]; \
        int ours = of_fd(fd, path); \
        if (ours && failing()) return -1; \
        int result = real(fd); \
        if (ours) { \
            note("sync", path, ""); \
            keep_copy(path); \
        } \
        return result; \
    }
SYNC(fsync)
SYNC(fdatasync)

#define MAP(name) \
    void *name(void *place, size_t size, int use, int flags, int fd, off_t at) { \
        REAL(void *, name, void *, size_t, int, int, int, off_t); \
        char path[PATH_MAX]; \
        if (fd >= 0 && of_fd(fd, path) && failing()) return MAP_FAILED; \
        return real(place, size, use, flags, fd, at); \
    }
MAP(mmap)
MAP(mmap64)

static int renamed(int from_at, const char *from, int to_at, const char *to, unsigned flags) {
    REAL(int, renameat2, int, const char *, int, const char *, unsigned);
    char one[PATH_MAX], two[PATH_MAX];
    int ours = of_name(from_at, from, one) | of_name(to_at, to, two);
    if (ours && failing()) return -1;
    int result = real(from_at, from, to_at, to, flags);
    if (ours && !result) note("rename", one, two);
    return result;
}
int rename(const char *from, const char *to) { return renamed(AT_FDCWD, from, AT_FDCWD, to, 0); }
int renameat(int at, const char *from, int to_at, const char *to) { return renamed(at, from, to_at, to, 0); }
int renameat2(int at, const char *from, int to_at, const char *to, unsigned flags) {
    return renamed(at, from, to_at, to, flags);
}

int mkdirat(int at, const char *name, mode_t mode) {
    REAL(int, mkdirat, int, const char *, mode_t);
    char path[PATH_MAX];
    int ours = of_name(at, name, path);
    if (ours && failing()) return -1;
    int result = real(at, name, mode);
    if (ours && !result) note("mkdir", path, "");
    return result;
}
int mkdir(const char *name, mode_t mode) { return mkdirat(AT_FDCWD, name, mode); }

/* Removing is recorded, and never fails: nothing depends on it. */
int unlinkat(int at, const char *name, int flags) {
    REAL(int, unlinkat, int, const char *, int);
    char path[PATH_MAX];
    int ours = of_name(at, name, path);
    int result = real(at, name, flags);
    if (ours && !result) note("remove", path, "");
    return result;
}
int unlink(const char *name) { return unlinkat(AT_FDCWD, name, 0); }
int rmdir(const char *name) { return unlinkat(AT_FDCWD, name, AT_REMOVEDIR); }
