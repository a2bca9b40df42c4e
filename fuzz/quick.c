/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * quick.c - what would make an input slow, in place of what the product calls:
 * clocks that go on instead of sleep, and memory of many pages and contexts of
 * zstd that are kept.
 *
 * Linked with --wrap (fuzz.mk).  AddressSanitizer marks each byte of what is
 * allocated and freed, which of megabytes takes longer than all else of an
 * input.  So blocks of that size are mapped here: behind each is a page that
 * nobody may touch, and freed ones are used again.
 */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <zstd.h>

#include "channel.h"
#include "fuzz.h"

#define LARGE (32u << 10)
#define PAGE 4096u
#define ALIGNMENT 16u
#define MOST_LARGE 512

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *block, size_t size);
void *__real_reallocarray(void *block, size_t n, size_t size);
void __real_free(void *block);
ZSTD_DCtx *__real_ZSTD_createDCtx(void);
size_t __real_ZSTD_freeDCtx(ZSTD_DCtx *context);
ZSTD_CCtx *__real_ZSTD_createCCtx(void);
size_t __real_ZSTD_freeCCtx(ZSTD_CCtx *context);
int __real_clock_gettime(clockid_t clock, struct timespec *time);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *block, size_t size);
void *__wrap_reallocarray(void *block, size_t n, size_t size);
void __wrap_free(void *block);
ZSTD_DCtx *__wrap_ZSTD_createDCtx(void);
size_t __wrap_ZSTD_freeDCtx(ZSTD_DCtx *context);
ZSTD_CCtx *__wrap_ZSTD_createCCtx(void);
size_t __wrap_ZSTD_freeCCtx(ZSTD_CCtx *context);
int __wrap_clock_gettime(clockid_t clock, struct timespec *time);
void __wrap_channel_futex_wait(_Atomic(uint32_t) *word, uint32_t value,
                               unsigned timeout_ms);

void __lsan_register_root_region(const void *begin, size_t size);
void __lsan_unregister_root_region(const void *begin, size_t size);

/* A mapping; what it is used for ends where its last page begins. */
struct large {
    char *start;
    size_t pages_bytes;
    char *block; /* NULL: free */
    size_t size;
    bool is_zero;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct large large[MOST_LARGE]; /* guarded by the lock */
static size_t n_large;
/* All of them lie between these. */
static _Atomic(uintptr_t) lowest = UINTPTR_MAX, highest;

static size_t up(size_t size, size_t unit)
{
    return (size + unit - 1) / unit * unit;
}

static bool map(struct large *it, size_t pages_bytes)
{
    char *start = mmap(NULL, pages_bytes + PAGE, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (start == MAP_FAILED) {
        return false;
    }
    mprotect(start + pages_bytes, PAGE, PROT_NONE);
    __lsan_register_root_region(start, pages_bytes);
    *it = (struct large){
        .start = start, .pages_bytes = pages_bytes, .is_zero = true};
    if ((uintptr_t)start < atomic_load(&lowest)) {
        atomic_store(&lowest, (uintptr_t)start);
    }
    if ((uintptr_t)start + pages_bytes > atomic_load(&highest)) {
        atomic_store(&highest, (uintptr_t)start + pages_bytes);
    }
    return true;
}

/* Of the same number of pages, or a new one, or any that is free. */
static struct large *find_free(size_t pages_bytes)
{
    struct large *any = NULL;

    for (size_t i = 0; i < n_large; i++) {
        if (!large[i].block && large[i].pages_bytes == pages_bytes) {
            return &large[i];
        }
        if (!large[i].block) {
            any = &large[i];
        }
    }
    if (n_large < MOST_LARGE) {
        return map(&large[n_large], pages_bytes) ? &large[n_large++] : NULL;
    }
    if (any) {
        __lsan_unregister_root_region(any->start, any->pages_bytes);
        munmap(any->start, any->pages_bytes + PAGE);
        return map(any, pages_bytes) ? any : NULL;
    }
    return NULL;
}

static void *take_large(size_t size, bool is_zero)
{
    size_t used = up(size, ALIGNMENT);
    struct large *it;
    void *block = NULL;

    pthread_mutex_lock(&lock);
    it = find_free(up(used, PAGE));
    if (it) {
        if (is_zero && !it->is_zero) {
            madvise(it->start, it->pages_bytes, MADV_DONTNEED);
        }
        it->block = it->start + it->pages_bytes - used;
        it->size = size;
        it->is_zero = false;
        block = it->block;
    }
    pthread_mutex_unlock(&lock);
    return block;
}

/* Return: its size, or 0 where it is none of these; free it then, too. */
static size_t large_size(const void *block, bool is_freed)
{
    size_t size = 0;

    if ((uintptr_t)block < atomic_load(&lowest) ||
        (uintptr_t)block >= atomic_load(&highest)) {
        return 0;
    }
    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < n_large && size == 0; i++) {
        if (large[i].block == block) {
            size = large[i].size;
            large[i].block = is_freed ? NULL : large[i].block;
        }
    }
    pthread_mutex_unlock(&lock);
    return size;
}

void *__wrap_malloc(size_t size)
{
    void *block = size >= LARGE ? take_large(size, false) : NULL;

    return block ? block : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
    size_t bytes;
    void *block = NULL;

    if (!__builtin_mul_overflow(n, size, &bytes) && bytes >= LARGE) {
        block = take_large(bytes, true);
    }
    return block ? block : __real_calloc(n, size);
}

/* One that grows large stays where it is, as others do, till it is freed. */
void *__wrap_realloc(void *block, size_t size)
{
    size_t before = large_size(block, false);
    void *moved;

    if (!before) {
        return __real_realloc(block, size);
    }
    moved = __wrap_malloc(size);
    if (moved) {
        memcpy(moved, block, before < size ? before : size);
        large_size(block, true);
    }
    return moved;
}

void *__wrap_reallocarray(void *block, size_t n, size_t size)
{
    size_t bytes;

    if (__builtin_mul_overflow(n, size, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    return __wrap_realloc(block, bytes);
}

/* Of nothing, many times over: AddressSanitizer would look at the stack. */
void __wrap_free(void *block)
{
    if (block && !large_size(block, true)) {
        __real_free(block);
    }
}

/* Contexts that nobody uses now. */
struct contexts {
    void *free[32];
    size_t n;
};

static struct contexts decompressors, compressors; /* guarded by the lock */

static void *take_context(struct contexts *contexts)
{
    void *context = NULL;

    pthread_mutex_lock(&lock);
    if (contexts->n > 0) {
        context = contexts->free[--contexts->n];
    }
    pthread_mutex_unlock(&lock);
    return context;
}

static bool keep_context(struct contexts *contexts, void *context)
{
    bool is_kept;

    pthread_mutex_lock(&lock);
    is_kept = contexts->n < sizeof(contexts->free) / sizeof(void *);
    if (is_kept) {
        contexts->free[contexts->n++] = context;
    }
    pthread_mutex_unlock(&lock);
    return is_kept;
}

ZSTD_DCtx *__wrap_ZSTD_createDCtx(void)
{
    ZSTD_DCtx *context = take_context(&decompressors);

    return context ? context : __real_ZSTD_createDCtx();
}

size_t __wrap_ZSTD_freeDCtx(ZSTD_DCtx *context)
{
    if (!context) {
        return 0;
    }
    ZSTD_DCtx_reset(context, ZSTD_reset_session_and_parameters);
    return keep_context(&decompressors, context)
               ? 0
               : __real_ZSTD_freeDCtx(context);
}

ZSTD_CCtx *__wrap_ZSTD_createCCtx(void)
{
    ZSTD_CCtx *context = take_context(&compressors);

    return context ? context : __real_ZSTD_createCCtx();
}

size_t __wrap_ZSTD_freeCCtx(ZSTD_CCtx *context)
{
    if (!context) {
        return 0;
    }
    ZSTD_CCtx_reset(context, ZSTD_reset_session_and_parameters);
    return keep_context(&compressors, context) ? 0
                                               : __real_ZSTD_freeCCtx(context);
}

/* What would have been slept so far. */
static _Atomic(uint64_t) slept_ns;

int __wrap_clock_gettime(clockid_t clock, struct timespec *time)
{
    int error = __real_clock_gettime(clock, time);
    uint64_t ns = (uint64_t)time->tv_nsec + atomic_load(&slept_ns);

    time->tv_sec += (time_t)(ns / 1000000000u);
    time->tv_nsec = (long)(ns % 1000000000u);
    return error;
}

void __wrap_channel_futex_wait(_Atomic(uint32_t) *word, uint32_t value,
                               unsigned timeout_ms)
{
    if (atomic_load(word) == value) {
        atomic_fetch_add(&slept_ns, timeout_ms * UINT64_C(1000000));
    }
}
