/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernel_accesses.c - tells the recorder what a system call reads and writes
 * in the guest's memory: what kernel_calls.c lists for it.
 *
 * Loads are told before the call is made, as far as it may come; stores when
 * it has returned, as far as the result says.  Lists of pieces (iovec) are
 * read from the guest's memory at either time.
 */
#include "kernel_accesses.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "gate.h"
#include "guest_memory.h"
#include "kernel_calls.h"
#include "pages.h"
#include "plugin_recording.h"
#include "thread.h"

#define MAX_PIECES 1024 /* the kernel takes no more */
#define MAX_STRING 4096
#define MAX_FDS 65536
#define QEMU_RESTARTS 512 /* QEMU's own: the call will be made again */

/*
 * The size of the buffer for an address, as the guest's memory has it before
 * the call.  The kernel overwrites it with the size of the address.
 */
static _Thread_local uint32_t room_bytes;

struct call {
    const struct current_call *current;
    int64_t result;
    bool has_returned;
};

static unsigned word_bytes(void)
{
    return plugin_recording.guest->bits / 8;
}

/* Does a byte of it lie where the guest may write? */
static bool is_of_interest(uint64_t vaddr, uint64_t size)
{
    uint64_t page = vaddr & -PAGE_BYTES;

    if (plugin_recording.options.all_regions) {
        return true;
    }
    for (; page <= vaddr + size - 1; page += PAGE_BYTES) {
        if (pages_contain(page)) {
            return true;
        }
    }
    return false;
}

static void put(const struct call *call, bool is_store, uint64_t vaddr,
                uint64_t size)
{
    const struct plugin_options *options = &plugin_recording.options;
    uint64_t args[] = {vaddr, size, is_store, call->current->number};
    uint64_t end = plugin_recording.guest->bits == 32
                       ? (uint64_t)1 << 32
                       : (uint64_t)1 << PAGES_VADDR_BITS;

    if (vaddr == 0 || size == 0 || vaddr >= end || size > end - vaddr) {
        return;
    }
    if ((is_store ? options->stores : options->loads) &&
        is_of_interest(vaddr, size) && gate_admits_call(vaddr, size)) {
        producer_message(plugin_recording.channel, plugin_thread.slot,
                         CHANNEL_MESSAGE_KERNEL_ACCESS, args, 4, NULL, 0);
    }
}

static bool read_int(uint64_t vaddr, uint32_t *value)
{
    uint8_t data[4];

    if (!guest_memory_read(vaddr, data, sizeof(data))) {
        return false;
    }
    *value = guest_memory_number(data, sizeof(data));
    return true;
}

/* With its NUL; page by page, since what is behind it need not be there. */
static uint64_t string_bytes(uint64_t vaddr)
{
    uint64_t size = 0;
    char data[256];

    while (size < MAX_STRING) {
        uint64_t n = PAGE_BYTES - (vaddr + size) % PAGE_BYTES;
        const char *nul;

        n = n < sizeof(data) ? n : sizeof(data);
        if (!guest_memory_read(vaddr + size, data, n)) {
            return size;
        }
        nul = memchr(data, '\0', n);
        if (nul != NULL) {
            return size + (nul - data) + 1;
        }
        size += n;
    }
    return MAX_STRING;
}

/* What @n pieces point to, @left bytes in all. */
static void put_pieces(const struct call *call, bool is_store, uint64_t vaddr,
                       uint64_t n, uint64_t left)
{
    for (uint64_t i = 0; i < n && i < MAX_PIECES && left > 0; i++) {
        uint64_t piece[2];

        if (!guest_memory_words(vaddr + i * 2 * word_bytes(), piece, 2)) {
            return;
        }
        piece[1] = piece[1] < left ? piece[1] : left;
        put(call, is_store, piece[0], piece[1]);
        left -= piece[1];
    }
}

/* An address, whose space is said in memory before, and its use after. */
static void put_value(const struct call *call, uint64_t vaddr,
                      uint64_t value_vaddr)
{
    uint32_t used;

    if (!call->has_returned) {
        room_bytes = 0;
        if (vaddr != 0 && read_int(value_vaddr, &room_bytes)) {
            put(call, false, value_vaddr, 4);
        }
        return;
    }
    if (vaddr != 0 && read_int(value_vaddr, &used)) {
        put(call, true, vaddr, used < room_bytes ? used : room_bytes);
        put(call, true, value_vaddr, 4);
    }
}

/* struct msghdr: where its fields are, in words, and how many it has. */
enum { NAME, NAME_BYTES, PIECES, N_PIECES, CONTROL, CONTROL_BYTES, FLAGS };
#define MESSAGE_WORDS 7

/* guest_memory_words() reads no more than 6 at once; the flags are an int. */
static bool read_message(uint64_t vaddr, uint64_t words[6],
                         uint32_t *name_bytes)
{
    return guest_memory_words(vaddr, words, 6) &&
           read_int(vaddr + NAME_BYTES * word_bytes(), name_bytes);
}

static void put_message_loads(const struct call *call, uint64_t vaddr,
                              bool is_sent)
{
    uint64_t words[6];
    uint32_t name_bytes;

    room_bytes = 0;
    if (!read_message(vaddr, words, &name_bytes)) {
        return;
    }
    room_bytes = name_bytes;
    put(call, false, vaddr, (uint64_t)MESSAGE_WORDS * word_bytes());
    if (is_sent) {
        put(call, false, words[NAME], name_bytes);
    }
    put(call, false, words[PIECES], words[N_PIECES] * 2 * word_bytes());
    if (is_sent) {
        put_pieces(call, false, words[PIECES], words[N_PIECES], UINT64_MAX);
        put(call, false, words[CONTROL], words[CONTROL_BYTES]);
    }
}

static void put_message_stores(const struct call *call, uint64_t vaddr)
{
    uint64_t words[6];
    uint32_t name_bytes;

    if (!read_message(vaddr, words, &name_bytes)) {
        return;
    }
    put_pieces(call, true, words[PIECES], words[N_PIECES], call->result);
    put(call, true, words[CONTROL], words[CONTROL_BYTES]);
    if (words[NAME] != 0) {
        put(call, true, words[NAME],
            name_bytes < room_bytes ? name_bytes : room_bytes);
        put(call, true, vaddr + NAME_BYTES * word_bytes(), 4);
    }
    put(call, true, vaddr + FLAGS * word_bytes(), 4);
    put(call, true, vaddr + CONTROL_BYTES * word_bytes(), word_bytes());
}

enum { FUTEX_WORD, FUTEX_OPERATION, FUTEX_VALUE, FUTEX_TIME, FUTEX_WORD_2 };

/* Operations, without the flags for private words and the clock. */
enum futex_operation {
    FUTEX_MASK = 127,
    FUTEX_WAIT = 0,
    FUTEX_CMP_REQUEUE = 4,
    FUTEX_WAKE_OP = 5,
    FUTEX_LOCK_PI = 6,
    FUTEX_UNLOCK_PI = 7,
    FUTEX_TRYLOCK_PI = 8,
    FUTEX_WAIT_BITSET = 9,
    FUTEX_WAIT_REQUEUE_PI = 11,
    FUTEX_CMP_REQUEUE_PI = 12,
    FUTEX_LOCK_PI2 = 13,
};

/* Waking reads nothing: only the address counts. */
static void put_futex(const struct call *call, bool is_store,
                      unsigned time_bytes)
{
    const uint64_t *args = call->current->args;

    switch (args[FUTEX_OPERATION] & FUTEX_MASK) {
    case FUTEX_WAIT:
    case FUTEX_WAIT_BITSET:
    case FUTEX_WAIT_REQUEUE_PI:
        if (!is_store) {
            put(call, false, args[FUTEX_TIME], time_bytes);
            put(call, false, args[FUTEX_WORD], 4);
        }
        break;
    case FUTEX_CMP_REQUEUE:
    case FUTEX_CMP_REQUEUE_PI:
        if (!is_store) {
            put(call, false, args[FUTEX_WORD], 4);
        }
        break;
    case FUTEX_WAKE_OP:
        put(call, is_store, args[FUTEX_WORD_2], 4);
        break;
    case FUTEX_LOCK_PI:
    case FUTEX_LOCK_PI2:
        if (!is_store) {
            put(call, false, args[FUTEX_TIME], time_bytes);
        }
        put(call, is_store, args[FUTEX_WORD], 4);
        break;
    case FUTEX_TRYLOCK_PI:
    case FUTEX_UNLOCK_PI:
        put(call, is_store, args[FUTEX_WORD], 4);
        break;
    default:
        break;
    }
}

/* Requests that do not tell their size; by the numbers of most. */
static const struct request {
    uint16_t number;
    uint8_t bytes;
    bool is_store;
} requests[] = {
    {0x5401, 36, true},  /* TCGETS */
    {0x5402, 36, false}, /* TCSETS */
    {0x5403, 36, false}, /* TCSETSW */
    {0x5404, 36, false}, /* TCSETSF */
    {0x540f, 4, true},   /* TIOCGPGRP */
    {0x5410, 4, false},  /* TIOCSPGRP */
    {0x5413, 8, true},   /* TIOCGWINSZ */
    {0x5414, 8, false},  /* TIOCSWINSZ */
    {0x541b, 4, true},   /* FIONREAD */
    {0x5421, 4, false},  /* FIONBIO */
    {0x5429, 4, true},   /* TIOCGSID */
    {0x5452, 4, false},  /* FIOASYNC */
};

#define N_REQUESTS (sizeof(requests) / sizeof(requests[0]))

static void put_ioctl(const struct call *call, bool is_store, uint64_t vaddr)
{
    bool is_wide = plugin_recording.guest->has_wide_ioctl_direction;
    uint32_t number = call->current->args[1];
    /* As the caller sees it: 1 or, where it is wide, 4 says that it writes. */
    unsigned direction = number >> (is_wide ? 29 : 30);
    unsigned size = number >> 16 & (is_wide ? 0x1fff : 0x3fff);

    if (size > 0 && (direction & (is_store ? 2 : is_wide ? 4 : 1)) != 0) {
        put(call, is_store, vaddr, size);
    }
    for (size_t i = 0; !is_wide && i < N_REQUESTS; i++) {
        if (requests[i].number == number && requests[i].is_store == is_store) {
            put(call, is_store, vaddr, requests[i].bytes);
        }
    }
}

static void put_revents(const struct call *call, uint64_t vaddr, uint64_t n)
{
    for (uint64_t i = 0; i < n && i < MAX_FDS; i++) {
        put(call, true, vaddr + 8 * i + 6, 2);
    }
}

static void put_sigset_pair(const struct call *call, uint64_t vaddr)
{
    uint64_t pair[2];

    if (vaddr != 0 && guest_memory_words(vaddr, pair, 2)) {
        put(call, false, vaddr, 2 * word_bytes());
        put(call, false, pair[0], pair[1]);
    }
}

static uint64_t at_most(uint64_t value, uint64_t limit)
{
    return value < limit ? value : limit;
}

/* The length of one stretch of memory; 0: none, or it is no such thing. */
static uint64_t length_of(const struct call *call,
                          const struct kernel_access *access)
{
    const struct guest *guest = plugin_recording.guest;
    uint64_t bytes = guest->bits == 32 ? access->bytes_32 : access->bytes_64;
    uint64_t argument = call->current->args[access->length_argument];

    switch (access->length) {
    case KERNEL_LENGTH_FIXED:
        return bytes;
    case KERNEL_LENGTH_ARGUMENT:
        return at_most(argument, INT32_MAX) * bytes;
    case KERNEL_LENGTH_RESULT:
        return at_most(call->result, argument);
    case KERNEL_LENGTH_EVENTS:
        return at_most(call->result, INT32_MAX) * guest->epoll_event_bytes;
    case KERNEL_LENGTH_EVENT:
        return guest->epoll_event_bytes;
    case KERNEL_LENGTH_STAT:
        return guest->stat_bytes;
    case KERNEL_LENGTH_SIGACTION:
        return guest->sigaction_bytes;
    case KERNEL_LENGTH_STRING:
        return string_bytes(call->current->args[access->argument]);
    case KERNEL_LENGTH_FD_SET:
        return (at_most(argument, MAX_FDS) + guest->bits - 1) / guest->bits *
               word_bytes();
    default:
        return 0;
    }
}

#define CLOCK_ARGUMENT_FLAGS 1
#define EPOLL_ARGUMENT_OPERATION 1
#define EPOLL_DELETES 2

static bool holds(const struct call *call, const struct kernel_access *access)
{
    const uint64_t *args = call->current->args;
    bool is_interrupted =
        call->result == -EINTR || call->result == -QEMU_RESTARTS;

    switch (access->condition) {
    case KERNEL_IF_POSITIVE:
        return call->result > 0;
    case KERNEL_IF_INTERRUPTED:
        return is_interrupted;
    case KERNEL_IF_SLEEP_IS_CUT:
        return is_interrupted && !(args[CLOCK_ARGUMENT_FLAGS] & TIMER_ABSTIME);
    case KERNEL_IF_NOT_DELETING:
        return args[EPOLL_ARGUMENT_OPERATION] != EPOLL_DELETES;
    default:
        return call->result >= 0;
    }
}

static void put_access(const struct call *call,
                       const struct kernel_access *access)
{
    const uint64_t *args = call->current->args;
    uint64_t vaddr = args[access->argument];
    uint64_t n = args[access->length_argument];
    bool is_store = access->is_store;

    /* These load before the call what they need for their stores. */
    if (access->length == KERNEL_LENGTH_VALUE) {
        put_value(call, vaddr, n);
    } else if (access->length == KERNEL_LENGTH_MESSAGE && !call->has_returned) {
        put_message_loads(call, vaddr, !is_store);
    }
    if (is_store != call->has_returned) {
        return;
    }
    switch (access->length) {
    case KERNEL_LENGTH_IOVECS:
        put_pieces(call, is_store, vaddr, n,
                   is_store ? (uint64_t)call->result : UINT64_MAX);
        break;
    case KERNEL_LENGTH_MESSAGE:
        if (is_store) {
            put_message_stores(call, vaddr);
        }
        break;
    case KERNEL_LENGTH_FUTEX:
        put_futex(call, is_store,
                  plugin_recording.guest->bits == 32 ? access->bytes_32
                                                     : access->bytes_64);
        break;
    case KERNEL_LENGTH_IOCTL:
        put_ioctl(call, is_store, vaddr);
        break;
    case KERNEL_LENGTH_REVENTS:
        put_revents(call, vaddr, n);
        break;
    case KERNEL_LENGTH_SIGSET_PAIR:
        put_sigset_pair(call, vaddr);
        break;
    default:
        put(call, is_store, vaddr, length_of(call, access));
        break;
    }
}

static void put_all(const struct call *call)
{
    const struct kernel_access *access =
        kernel_call_accesses(call->current->kind);

    for (; access->length != KERNEL_LENGTH_NONE; access++) {
        if (holds(call, access)) {
            put_access(call, access);
        }
    }
}

void kernel_accesses_enter(const struct current_call *current)
{
    const struct call call = {.current = current};

    put(&call, false, current->block_vaddr,
        (uint64_t)current->block_words * word_bytes());
    put_all(&call);
}

void kernel_accesses_leave(const struct current_call *current, int64_t result)
{
    const struct call call = {
        .current = current, .result = result, .has_returned = true};

    if (result >= 0) {
        put(&call, true, current->result_vaddr, word_bytes());
    }
    put_all(&call);
}
