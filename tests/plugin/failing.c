/* SPDX-License-Identifier: GPL-2.0-or-later */
/* failing.c - see failing.h.  tests.mk has the same names as WRAPPED. */
#include "failing.h"

#include <errno.h>
#include <gelf.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

/*
 * Function, what it returns, what it returns when it fails, errno of that, what
 * else it is called, parameters, arguments.
 */
#define FAILING(X)                                                             \
    X(malloc, void *, NULL, ENOMEM, "memory", (size_t size), (size))           \
    X(calloc, void *, NULL, ENOMEM, "memory", (size_t n, size_t size),         \
      (n, size))                                                               \
    X(realloc, void *, NULL, ENOMEM, "memory", (void *old, size_t size),       \
      (old, size))                                                             \
    X(reallocarray, void *, NULL, ENOMEM, "memory",                            \
      (void *old, size_t n, size_t size), (old, n, size))                      \
    X(strdup, char *, NULL, ENOMEM, "memory", (const char *text), (text))      \
    X(open, int, -1, EMFILE, "", (const char *path, int flags), (path, flags)) \
    X(read, ssize_t, -1, EIO, "", (int fd, void *data, size_t size),           \
      (fd, data, size))                                                        \
    X(readlink, ssize_t, -1, EACCES, "",                                       \
      (const char *path, char *text, size_t size), (path, text, size))         \
    X(stat, int, -1, EACCES, "", (const char *path, struct stat *st),          \
      (path, st))                                                              \
    X(statx, int, -1, ENOSYS, "",                                              \
      (int fd, const char *path, int flags, unsigned mask, struct statx *st),  \
      (fd, path, flags, mask, st))                                             \
    X(shmctl, int, -1, EINVAL, "", (int id, int what, struct shmid_ds *ds),    \
      (id, what, ds))                                                          \
    X(madvise, int, -1, EINVAL, "", (void *start, size_t size, int what),      \
      (start, size, what))                                                     \
    X(process_vm_readv, ssize_t, -1, EPERM, "",                                \
      (pid_t pid, const struct iovec *to, unsigned long n_to,                  \
       const struct iovec *from, unsigned long n_from, unsigned long flags),   \
      (pid, to, n_to, from, n_from, flags))                                    \
    X(memmem, void *, NULL, 0, "",                                             \
      (const void *in, size_t n, const void *what, size_t size),               \
      (in, n, what, size))                                                     \
    X(elf_begin, Elf *, NULL, ENOMEM, "", (int fd, Elf_Cmd what, Elf *old),    \
      (fd, what, old))                                                         \
    X(gelf_getphdr, GElf_Phdr *, NULL, ENOMEM, "",                             \
      (Elf * elf, int i, GElf_Phdr *phdr), (elf, i, phdr))

#define FAILING_NAMES(name, ...) #name,
static const char *const names[] = {FAILING(FAILING_NAMES) "asprintf"};

/* Writer: failing_set(), when nothing else runs. */
static const char *chosen;
static bool has_to_go_on;
static atomic_int n_until; /* calls till the one that fails */
static atomic_uint n_failed;

bool failing_set(const char *name, unsigned nth, bool and_all_after)
{
    bool is_known = name == NULL || strcmp(name, "memory") == 0;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && !is_known; i++) {
        is_known = strcmp(name, names[i]) == 0;
    }
    chosen = name;
    has_to_go_on = and_all_after;
    atomic_store(&n_until, nth);
    atomic_store(&n_failed, 0);
    return is_known;
}

unsigned failing_count(void)
{
    return atomic_load(&n_failed);
}

static bool fails(const char *name, const char *other_name, int error)
{
    int left;

    if (chosen == NULL ||
        (strcmp(chosen, name) != 0 && strcmp(chosen, other_name) != 0)) {
        return false;
    }
    left = atomic_fetch_sub(&n_until, 1);
    if (left > 1 || (left < 1 && !has_to_go_on)) {
        return false;
    }
    atomic_fetch_add(&n_failed, 1);
    if (failing_happens != NULL) {
        failing_happens(name);
    }
    errno = error;
    return true;
}

#define FAILING_WRAP(name, type, failure, error, other, parameters, arguments) \
    type __real_##name parameters;                                             \
    type __wrap_##name parameters;                                             \
    type __wrap_##name parameters                                              \
    {                                                                          \
        return fails(#name, other, error) ? failure : __real_##name arguments; \
    }
FAILING(FAILING_WRAP)

int __wrap_asprintf(char **text, const char *format, ...);
int __wrap_asprintf(char **text, const char *format, ...)
{
    va_list args;
    int n;

    if (fails("asprintf", "memory", ENOMEM)) {
        return -1;
    }
    va_start(args, format);
    n = vasprintf(text, format, args);
    va_end(args);
    return n;
}
