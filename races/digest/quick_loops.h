/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * quick_loops.h - the two loops over all accesses of a block whose digest is
 * made.  They find the few accesses that may matter.  There are versions for
 * processors with AVX2 and with AVX-512.
 */
#ifndef QUICK_LOOPS_H
#define QUICK_LOOPS_H

#include <stddef.h>
#include <stdint.h>

#include "memory_spaces.h"
#include "writer.h"

/* A table of what was done to pages, each at the place of its hash. */
#define RACE_SEEN (1u << 11)

/* A page, and whether the access stores: all bits of both; not 0. */
static inline uint64_t race_seen_what(uint64_t vaddr, uint32_t tag)
{
    return (vaddr >> RACE_PAGE_BITS) << 4 | 1 | (tag & MEMTRACE_TAG_STORE);
}

static inline size_t race_seen_place(uint64_t what)
{
    return (what >> 3 ^ what >> 14) & (RACE_SEEN - 1);
}

/* Where in its page an access ends. */
static inline unsigned race_end_in_page(uint64_t vaddr, uint32_t tag)
{
    return vaddr % RACE_PAGE_BYTES + (1u << (tag & MEMTRACE_TAG_SIZE_MASK));
}

/* A table of bytes: 1 at the place of the hash of each page that is listed. */
#define RACE_LISTED_PLACES (1u << 13)
#define RACE_LISTED_BYTES (RACE_LISTED_PLACES + 3) /* four are read at once */

static inline size_t race_listed_place(uint64_t number)
{
    return (number ^ number >> 13) & (RACE_LISTED_PLACES - 1);
}

/* So many accesses are examined at once: a bit for each in a mask. */
#define RACE_QUICK 64

/**
 * struct race_quick - the loops for a processor
 * @unseen: the accesses that were not seen by what they do, that touch two
 *          pages, or are atomic; @seen has RACE_SEEN numbers
 * @listed: the accesses whose page may be listed; @places has RACE_LISTED_BYTES
 *
 * Of @n accesses, up to RACE_QUICK.  Return: a mask, of the first in bit 0.
 */
struct race_quick {
    uint64_t (*unseen)(const uint64_t *vaddrs, const uint32_t *tags, size_t n,
                       const uint64_t *seen);
    uint64_t (*listed)(const uint64_t *vaddrs, size_t n, const uint8_t *places);
};

/* For which processors; the last are the fastest. */
enum race_quick_level {
    RACE_QUICK_PLAIN,
    RACE_QUICK_AVX2,
    RACE_QUICK_AVX512,
};

/** race_quick_choose() - Return: the best for this processor, up to @most. */
const struct race_quick *race_quick_choose(enum race_quick_level most);

#endif /* QUICK_LOOPS_H */
