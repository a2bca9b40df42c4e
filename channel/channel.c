/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * channel.c - what both sides of the channel need: its memory, the lists of
 * free chunks and slots, and waiting.
 */
#include "channel.h"

#include "clock_check.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define MIN_SOFT_CHUNKS 8

/*
 * Beyond the buffer each slot may hold its first chunk, which never waits,
 * and one that is drained but not linked to a next one yet.  The memory is
 * sparse: a chunk that was never used costs nothing.
 */
#define SPARE_CHUNKS 2u /* a slot */

/*
 * Where the address space is limited (RLIMIT_AS) the channel takes at most this
 * part of it, and has fewer slots for that.
 */
#define PART_OF_SPACE 8
#define LEAST_SLOTS 256u

#define WORST_PATH 4096

/* A robust mutex of several processes. */
static int init_robust(pthread_mutex_t *mutex)
{
    pthread_mutexattr_t attr;
    int error;

    pthread_mutexattr_init(&attr);
    pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
    error = pthread_mutex_init(mutex, &attr);
    pthread_mutexattr_destroy(&attr);
    return error;
}

/*
 * The memory counts as a file: a limit on the size of files, which is for
 * the guest's, is put aside for the moment.  Return: as ftruncate().
 */
static int set_size(int fd, uint64_t size)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    struct sigaction before;
    struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};
    struct rlimit more;
    int saved;
    int error;

    getrlimit(RLIMIT_FSIZE, &limit);
    more = (struct rlimit){RLIM_INFINITY, RLIM_INFINITY};
    if (setrlimit(RLIMIT_FSIZE, &more) != 0) {
        more = (struct rlimit){limit.rlim_max, limit.rlim_max};
        setrlimit(RLIMIT_FSIZE, &more);
    }
    sigaction(SIGXFSZ, &ignore, &before);
    error = ftruncate(fd, size);
    saved = errno;
    sigaction(SIGXFSZ, &before, NULL);
    setrlimit(RLIMIT_FSIZE, &limit);
    errno = saved;
    return error;
}

/* How many slots a channel has in the address space that there may be. */
static uint32_t count_slots(void)
{
    uint64_t bytes_a_slot = SPARE_CHUNKS * CHANNEL_CHUNK_BYTES;
    struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};
    uint64_t n;

    getrlimit(RLIMIT_AS, &limit);
    n = limit.rlim_cur / PART_OF_SPACE / bytes_a_slot;
    if (limit.rlim_cur == RLIM_INFINITY || n > CHANNEL_SLOTS) {
        n = CHANNEL_SLOTS;
    }
    return n < LEAST_SLOTS ? LEAST_SLOTS : n;
}

/* An unlinked file in a folder that has room for @bytes. Return: or -1. */
static int open_unlinked(const char *folder, uint64_t bytes)
{
    char path[WORST_PATH];
    struct statvfs fs;
    int fd;

    /* To store to a page that the file system has no room for is to die. */
    if (statvfs(folder, &fs) != 0 || fs.f_bavail * fs.f_frsize < bytes) {
        return -1;
    }
    fd = open(folder, O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0 || snprintf(path, sizeof(path), "%s/memtrace-XXXXXX", folder) >=
                       (int)sizeof(path)) {
        return fd;
    }
    fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0) {
        unlink(path);
    }
    return fd;
}

/*
 * Memory that has a descriptor.  A sandbox may refuse memfd_create(): a file
 * without a name does as well.
 */
static int open_memory(uint64_t bytes)
{
    const char *folders[] = {"/dev/shm", getenv("TMPDIR"), "/tmp"};
    int fd = memfd_create("memtrace-channel", MFD_CLOEXEC);
    int error = errno;

    for (size_t i = 0; i < sizeof(folders) / sizeof(*folders) && fd < 0; i++) {
        if (folders[i] != NULL) {
            fd = open_unlinked(folders[i], bytes);
        }
    }
    errno = error;
    return fd;
}

struct channel *channel_create(const struct channel_config *config, int *fd)
{
    uint64_t soft = config->buffer_bytes / CHANNEL_CHUNK_BYTES;
    uint32_t n_slots = count_slots();
    struct channel *channel;
    uint64_t n_chunks;
    uint64_t size;

    if (soft < MIN_SOFT_CHUNKS) {
        soft = MIN_SOFT_CHUNKS;
    }
    if (soft > UINT32_MAX / 2) {
        errno = EINVAL;
        return NULL;
    }
    n_chunks = soft + (uint64_t)n_slots * SPARE_CHUNKS;
    size = CHANNEL_CHUNKS_OFFSET + n_chunks * CHANNEL_CHUNK_BYTES;

    *fd = open_memory(CHANNEL_CHUNKS_OFFSET + 2 * soft * CHANNEL_CHUNK_BYTES);
    if (*fd < 0) {
        return NULL;
    }
    channel = MAP_FAILED;
    if (set_size(*fd, size) == 0) {
        channel = mmap(NULL, size, PROT_READ | PROT_WRITE,
                       MAP_SHARED | MAP_NORESERVE, *fd, 0);
    }
    if (channel == MAP_FAILED || init_robust(&channel->recorder_life) != 0 ||
        init_robust(&channel->lookup.askers) != 0) {
        close(*fd);
        *fd = -1;
        return NULL;
    }
    channel->magic = CHANNEL_MAGIC;
    channel->version = CHANNEL_VERSION;
    channel->overflow = config->overflow;
    channel->size_bytes = size;
    channel->n_chunks = n_chunks;
    channel->most_slots = n_slots;
    channel->soft_chunks = soft;
    channel->low_chunks = soft * 3 / 4;
    channel->stamp_interval = config->stamp_interval;
    channel->n_dense = config->n_dense;
    channel->clock = clock_choose(config->clock);
    atomic_init(&channel->next_tick, 1);
    atomic_init(&channel->next_insn, 1);
    return channel;
}

static bool header_is_sound(const struct channel *channel, uint64_t size)
{
    uint64_t n_chunks;

    if (channel->magic != CHANNEL_MAGIC ||
        channel->version != CHANNEL_VERSION || channel->size_bytes != size ||
        size < CHANNEL_CHUNKS_OFFSET) {
        return false;
    }
    n_chunks = (size - CHANNEL_CHUNKS_OFFSET) / CHANNEL_CHUNK_BYTES;
    return channel->n_chunks <= n_chunks && channel->stamp_interval > 0 &&
           channel->most_slots <= CHANNEL_SLOTS;
}

struct channel *channel_map(int fd)
{
    struct channel *channel;
    struct stat st;

    if (fstat(fd, &st) != 0) {
        return NULL;
    }
    if (st.st_size < (off_t)sizeof(struct channel)) {
        errno = EPROTO;
        return NULL;
    }
    channel = mmap(NULL, st.st_size, PROT_READ | PROT_WRITE,
                   MAP_SHARED | MAP_NORESERVE, fd, 0);
    if (channel == MAP_FAILED) {
        return NULL;
    }
    if (!header_is_sound(channel, st.st_size)) {
        munmap(channel, st.st_size);
        errno = EPROTO;
        return NULL;
    }
    return channel;
}

void channel_unmap(struct channel *channel)
{
    munmap(channel, channel->size_bytes);
}

/*
 * The free lists are stacks.  The head holds a count beside the index, which
 * every change raises, so that a compare-and-swap never takes a head that
 * went and came back meanwhile (ABA).  A link is read before the swap and
 * may be stale by then; the swap fails in that case, and the value read is
 * only an index, so nothing is followed.
 */
#define HEAD_INDEX(head) ((uint32_t)(head))
#define HEAD_MAKE(old, index) (((old) >> 32) + 1) << 32 | (index)

static _Atomic(uint32_t) *chunk_link(struct channel *channel, uint32_t i)
{
    return &channel_chunk(channel, i)->next_free;
}

static _Atomic(uint32_t) *slot_link(struct channel *channel, uint32_t i)
{
    return &channel_slot(channel, i)->next_free;
}

typedef _Atomic(uint32_t) *(*link_function)(struct channel *, uint32_t);

static uint32_t pop(struct channel *channel, _Atomic(uint64_t) *head,
                    link_function link, uint32_t n)
{
    uint64_t old = atomic_load(head);
    uint32_t next;

    do {
        /* An index beyond the list is a stray store of the guest's. */
        if (HEAD_INDEX(old) == 0 || HEAD_INDEX(old) > n) {
            return CHANNEL_NONE;
        }
        next = atomic_load(link(channel, HEAD_INDEX(old) - 1));
    } while (!atomic_compare_exchange_weak(head, &old, HEAD_MAKE(old, next)));
    return HEAD_INDEX(old) - 1;
}

static void push(struct channel *channel, _Atomic(uint64_t) *head,
                 link_function link, uint32_t i)
{
    uint64_t old = atomic_load(head);

    do {
        atomic_store(link(channel, i), HEAD_INDEX(old));
    } while (!atomic_compare_exchange_weak(head, &old, HEAD_MAKE(old, i + 1)));
}

/* Raise @counter unless it has reached @n. Return: what it was, or NONE. */
static uint32_t take_fresh(_Atomic(uint32_t) *counter, uint32_t n)
{
    uint32_t i = atomic_load(counter);

    do {
        if (i >= n) {
            return CHANNEL_NONE;
        }
    } while (!atomic_compare_exchange_weak(counter, &i, i + 1));
    return i;
}

uint32_t channel_take_chunk(struct channel *channel)
{
    uint32_t i =
        pop(channel, &channel->free_chunks, chunk_link, channel->n_chunks);

    if (i == CHANNEL_NONE) {
        i = take_fresh(&channel->fresh_chunk, channel->n_chunks);
    }
    if (i != CHANNEL_NONE) {
        atomic_fetch_add(&channel->n_used_chunks, 1);
    }
    return i;
}

uint32_t channel_full_chunks(struct channel *channel)
{
    uint32_t n_used = atomic_load(&channel->n_used_chunks);
    uint32_t n_slots = atomic_load(&channel->n_slots);

    return n_used > n_slots ? n_used - n_slots : 0;
}

void channel_free_chunk(struct channel *channel, uint32_t chunk)
{
    push(channel, &channel->free_chunks, chunk_link, chunk);
}

void channel_chunk_drained(struct channel *channel)
{
    atomic_fetch_sub(&channel->n_used_chunks, 1);
    /* Not at every chunk: a wake-up costs as much as filling one. */
    if (atomic_load(&channel->waiters) > 0 &&
        channel_full_chunks(channel) <= channel->low_chunks) {
        atomic_fetch_add(&channel->space, 1);
        channel_futex_wake(&channel->space, INT32_MAX);
    }
}

uint32_t channel_take_slot(struct channel *channel)
{
    uint32_t i = pop(channel, &channel->free_slots, slot_link, CHANNEL_SLOTS);

    if (i == CHANNEL_NONE) {
        i = take_fresh(&channel->fresh_slot, channel->most_slots);
    }
    if (i != CHANNEL_NONE) {
        atomic_fetch_add(&channel->n_slots, 1);
    }
    return i;
}

void channel_give_slot(struct channel *channel, uint32_t slot)
{
    atomic_store(&channel_slot(channel, slot)->state, CHANNEL_SLOT_FREE);
    push(channel, &channel->free_slots, slot_link, slot);
    atomic_fetch_sub(&channel->n_slots, 1);
}

bool channel_recorder_is_alive(struct channel *channel)
{
    int error = pthread_mutex_trylock(&channel->recorder_life);

    if (error == EBUSY) {
        return true;
    }
    if (error == 0 || error == EOWNERDEAD) {
        /* Not made consistent: from now on it cannot be locked by anybody. */
        pthread_mutex_unlock(&channel->recorder_life);
    }
    return false;
}

void channel_futex_wait(_Atomic(uint32_t) *word, uint32_t value,
                        unsigned timeout_ms)
{
    struct timespec timeout = {
        .tv_sec = timeout_ms / 1000,
        .tv_nsec = timeout_ms % 1000 * 1000000L,
    };

    syscall(SYS_futex, word, FUTEX_WAIT, value, &timeout, NULL, 0);
}

void channel_futex_wake(_Atomic(uint32_t) *word, int n)
{
    syscall(SYS_futex, word, FUTEX_WAKE, n, NULL, NULL, 0);
}

void channel_ring_doorbell(struct channel *channel)
{
    atomic_fetch_add(&channel->doorbell, 1);
    if (atomic_load(&channel->sleeping)) {
        channel_futex_wake(&channel->doorbell, 1);
    }
}

void channel_stop(struct channel *channel, enum channel_stop why, int error)
{
    uint32_t recording = CHANNEL_RECORDING;
    uint32_t none = 0;

    if (atomic_load(&channel->state) != CHANNEL_RECORDING) {
        return;
    }
    atomic_compare_exchange_strong(&channel->stop, &none,
                                   why | (uint32_t)error << 16);
    atomic_compare_exchange_strong(&channel->state, &recording,
                                   CHANNEL_STOPPED);
    atomic_fetch_add(&channel->space, 1);
    channel_futex_wake(&channel->space, INT32_MAX);
    channel_ring_doorbell(channel);
}

const char *channel_stop_reason(struct channel *channel, int *error)
{
    static const char *const words[] = {
#define CHANNEL_STOP_WORDS(name, text) [CHANNEL_STOP_##name] = text,
        CHANNEL_STOPS(CHANNEL_STOP_WORDS)
#undef CHANNEL_STOP_WORDS
    };
    uint32_t stop = atomic_load(&channel->stop);
    uint32_t why = stop & 0xffff;

    *error = stop >> 16;
    if (stop == 0) {
        return NULL;
    }
    /* The guest's stray stores reach it. */
    return why > 0 && why < sizeof(words) / sizeof(words[0])
               ? words[why]
               : words[CHANNEL_STOP_DAMAGED];
}
