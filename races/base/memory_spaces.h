/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * memory_spaces.h - which memory an address of a thread is.
 *
 * Each process has a space of its own.  A range that one process mapped shared,
 * and where no other process mapped anything, belongs to one space for all: the
 * processes that a fork made share it.
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

/**
 * struct race_spaces - the spaces of a trace
 * @by_thread: n_threads of them
 * @pids: of the spaces, from 1; space 0 is the shared one
 * @shared: n_shared ranges in space 0, sorted
 */
struct race_spaces {
    uint32_t *by_thread;
    size_t n_threads;
    uint32_t *pids;
    size_t n_pids;
    struct race_range {
        uint64_t start, end; /* end is not in it */
        uint32_t pid;        /* of who mapped it, 0: several */
    } * shared;
    size_t n_shared;
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

/* For race_space(): the address may be in a shared range. */
uint32_t race_spaces_shared(const struct race_spaces *spaces, uint32_t thread,
                            uint64_t vaddr);

/** race_space() - Return: the space of an address. */
static inline uint32_t race_space(const struct race_spaces *spaces,
                                  uint32_t thread, uint64_t vaddr)
{
    return spaces->n_shared ? race_spaces_shared(spaces, thread, vaddr)
                            : spaces->by_thread[thread];
}

/* One key for a space and a number of a page or granule of it. */
static inline uint64_t race_key(uint32_t space, uint64_t vaddr, unsigned shift)
{
    uint64_t mask = ((uint64_t)1 << (RACE_VADDR_BITS - shift)) - 1;

    return (uint64_t)space << (RACE_VADDR_BITS - shift) |
           (vaddr >> shift & mask);
}

static inline uint64_t race_page_key(uint32_t space, uint64_t vaddr)
{
    return race_key(space, vaddr, RACE_PAGE_BITS);
}

static inline uint64_t race_granule_key(uint32_t space, uint64_t vaddr)
{
    return race_key(space, vaddr, RACE_GRANULE_BITS);
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
