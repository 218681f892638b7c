/* Preloaded into a dispatch: SIGKILL at the call number DIE_AT that changes one of the crate's own
 * files. With DIE_HALFWAY a write gets half of its bytes out first. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static long fatal, calls;
static int halfway;

__attribute__((constructor)) static void begin(void) {
    const char *number = getenv("DIE_AT");
    fatal = number ? atol(number) : 0;
    halfway = getenv("DIE_HALFWAY") != NULL;
    /* Not for the hook tools that this process starts. */
    unsetenv("LD_PRELOAD");
}

static int is_ours(const char *path) { return strstr(path, ".charm-tracing") != NULL; }

static int is_ours_at(int file) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return is_ours(path);
}

static void die(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

/* Whether this is the fatal call. */
static int counts(int ours) { return ours && ++calls == fatal; }

#define REAL(name, ...) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))(__VA_ARGS__)

ssize_t write(int file, const void *bytes, size_t length) {
    if (counts(is_ours_at(file))) {
        if (halfway) REAL(write, file, bytes, length / 2);
        die();
    }
    return REAL(write, file, bytes, length);
}

ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t at) {
    if (counts(is_ours_at(file))) {
        if (halfway) REAL(pwrite64, file, bytes, length / 2, at);
        die();
    }
    return REAL(pwrite64, file, bytes, length, at);
}

int open64(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = va_arg(rest, mode_t);
    va_end(rest);
    if (counts((flags & O_CREAT) && is_ours(path))) die();
    return REAL(open64, path, flags, mode);
}

int ftruncate64(int file, off64_t length) {
    if (counts(is_ours_at(file))) die();
    return REAL(ftruncate64, file, length);
}

int fsync(int file) {
    if (counts(is_ours_at(file))) die();
    return REAL(fsync, file);
}

int fdatasync(int file) {
    if (counts(is_ours_at(file))) die();
    return REAL(fdatasync, file);
}

int rename(const char *from, const char *to) {
    if (counts(is_ours(from) || is_ours(to))) die();
    return REAL(rename, from, to);
}

int unlink(const char *path) {
    if (counts(is_ours(path))) die();
    return REAL(unlink, path);
}
