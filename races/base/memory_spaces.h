/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * memory_spaces.h - which memory an address of a thread is.
 *
 * Each process has a space of its own.  Shared memory that several of them map,
 * or one maps at several addresses, lies in one space for all, wherever it is
 * mapped: see shared_ranges.h.  So an address of a thread, at a time, is a
 * place: an address in a space.
 *
 * Memory is divided into pages and these into granules.  A page or granule has
 * a key of 64 bits: the number of its space above that of the page or granule
 * in the space.
 */
#ifndef MEMORY_SPACES_H
#define MEMORY_SPACES_H

#include <stddef.h>
#include <stdint.h>

#include "memtrace.h"
#include "shared_ranges.h"

#define RACE_PAGE_BITS 10
#define RACE_PAGE_BYTES (1u << RACE_PAGE_BITS)
#define RACE_GRANULE_BYTES 8u
#define RACE_GRANULE_BITS 3
#define RACE_VADDR_BITS 48

/*
 * Spaces have numbers below this: the key of half a granule, which an object
 * may be (sync_objects.h), has 64 bits.
 */
#define RACE_SPACE_BITS (64 - (RACE_VADDR_BITS - RACE_GRANULE_BITS + 1))
#define RACE_MOST_SPACES ((uint32_t)1 << RACE_SPACE_BITS)

/* The shared one; processes have theirs from 1 on. */
#define RACE_SPACE_SHARED 0

_Static_assert(RACE_PAGE_BYTES == RACE_SHARED_ALIGN,
               "all of a page is the same memory");

/**
 * struct race_spaces - the spaces of a trace
 * @by_thread: n_threads of them
 * @pids: of the spaces, from 1
 * @shared: what lies in space 0
 */
struct race_spaces {
    uint32_t *by_thread;
    size_t n_threads;
    uint32_t *pids;
    size_t n_pids;
    struct race_shared shared;
};

/**
 * struct race_place - which memory an address is
 * @space: its number
 * @vaddr: the address in that space; in a process's own the address itself
 */
struct race_place {
    uint32_t space;
    uint64_t vaddr;
};

/**
 * race_spaces_open() - number the spaces of a trace
 * @spaces: to be closed in any case
 *
 * Return: 0, or a negative error: MEMTRACE_ERR_LIMIT where there are more than
 * 2^20 threads or as many spaces as RACE_MOST_SPACES.
 */
int race_spaces_open(struct race_spaces *spaces,
                     struct memtrace_reader *reader);
void race_spaces_close(struct race_spaces *spaces);

/* For race_place(): the address may be shared memory. */
struct race_place race_place_shared(const struct race_spaces *spaces,
                                    uint32_t thread, uint64_t time,
                                    uint64_t vaddr);

/**
 * race_place() - Return: which memory an address of a thread is at a time
 *
 * It is the same memory for all of a page at that time.
 */
static inline struct race_place race_place(const struct race_spaces *spaces,
                                           uint32_t thread, uint64_t time,
                                           uint64_t vaddr)
{
    return spaces->shared.n_ranges
               ? race_place_shared(spaces, thread, time, vaddr)
               : (struct race_place){spaces->by_thread[thread], vaddr};
}

/** race_place_varies() - is an address not the same memory all the time? */
bool race_place_varies(const struct race_spaces *spaces, uint32_t thread,
                       uint64_t vaddr);

/**
 * race_place_address() - where a thread has a place, but for one address
 * @except: this one
 *
 * Return: an address, at that time where there is any; 0 where it has none.
 */
uint64_t race_place_address(const struct race_spaces *spaces, uint32_t thread,
                            uint64_t time, struct race_place place,
                            uint64_t except);

/* One key for a space and a number of a page or granule of it. */
static inline uint64_t race_key(struct race_place place, unsigned shift)
{
    uint64_t mask = ((uint64_t)1 << (RACE_VADDR_BITS - shift)) - 1;

    return (uint64_t)place.space << (RACE_VADDR_BITS - shift) |
           (place.vaddr >> shift & mask);
}

static inline uint64_t race_page_key(struct race_place place)
{
    return race_key(place, RACE_PAGE_BITS);
}

static inline uint64_t race_granule_key(struct race_place place)
{
    return race_key(place, RACE_GRANULE_BITS);
}

/** race_page_at() - Return: the key of the page of a thread's address. */
static inline uint64_t race_page_at(const struct race_spaces *spaces,
                                    uint32_t thread, uint64_t time,
                                    uint64_t vaddr)
{
    return race_page_key(race_place(spaces, thread, time, vaddr));
}

/** race_granule_at() - Return: the key of its granule. */
static inline uint64_t race_granule_at(const struct race_spaces *spaces,
                                       uint32_t thread, uint64_t time,
                                       uint64_t vaddr)
{
    return race_granule_key(race_place(spaces, thread, time, vaddr));
}

/**
 * race_granule_mask() - what bytes of its first granule an access has
 * @n: set to their number, at most @size
 *
 * Return: a mask, bit i is byte i of the granule.
 */
static inline uint8_t race_granule_mask(uint64_t vaddr, uint64_t size,
                                        unsigned *n)
{
    unsigned offset = vaddr % RACE_GRANULE_BYTES;
    unsigned room = RACE_GRANULE_BYTES - offset;

    if (size < room) {
        room = size & (RACE_GRANULE_BYTES - 1);
    }
    *n = room;
    return (uint8_t)(((1u << room) - 1) << offset);
}

#endif /* MEMORY_SPACES_H */
