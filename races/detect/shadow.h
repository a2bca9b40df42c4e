/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * shadow.h - the accesses to each byte that are remembered.
 *
 * They are remembered by granules of 8 bytes, on pages that several threads
 * share.  The cell of a granule has an entry for each access that a later one
 * may still race with.
 */
#ifndef SHADOW_H
#define SHADOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "key_map.h"
#include "scan.h"

/* struct race_entry.who: the thread's number, and these above it. */
#define RACE_WHO_THREAD 0x00ffffffu
#define RACE_WHO_STORE 0x01000000u
#define RACE_WHO_KERNEL 0x02000000u /* insn is the number of the call */
#define RACE_WHO_MORE 0xffffffffu   /* epoch is a number of more entries */

/**
 * struct race_entry - an access to a granule
 * @epoch: of the thread when it was made, 0: no entry
 * @who: see above
 * @insn: number of the instruction
 * @size: of the whole access
 * @mask: which bytes of the granule
 */
struct race_entry {
    uint32_t epoch;
    uint32_t who;
    uint32_t insn;
    uint16_t size;
    uint8_t mask;
    uint8_t unused;
};

#define RACE_CELL_ENTRIES 4

struct race_cell {
    struct race_entry entries[RACE_CELL_ENTRIES];
};

#define RACE_CHUNKS 2 /* a page's cells come in so many pieces */
#define RACE_CHUNK_CELLS (RACE_PAGE_BYTES / RACE_GRANULE_BYTES / RACE_CHUNKS)

/**
 * struct race_page - the cells of a page
 * @key: see race_page_key()
 * @has_sync: bytes of it synchronise
 * @sync: a bit a granule, those with such bytes
 */
struct race_page {
    uint64_t key;
    bool has_sync;
    uint64_t sync[RACE_PAGE_BYTES / RACE_GRANULE_BYTES / 64];
    struct race_cell *chunks[RACE_CHUNKS];
};

/* Further entries of a cell, beyond those that it has room for. */
struct race_more {
    struct race_entry *entries;
    size_t n, room;
};

#define RACE_SHADOW_CACHE 4096

struct race_shadow {
    const struct race_scan *scan;
    struct key_map keys;
    struct race_page **pages;
    size_t room_pages;
    struct race_more *more;
    size_t n_more;
    size_t room_more;
    struct race_shadow_cached {
        uint64_t key_plus_1;
        struct race_page *page; /* NULL: accesses to it cannot race */
    } cache[RACE_SHADOW_CACHE];
};

/** race_shadow_new() - Return: one that remembers nothing; NULL: no memory. */
struct race_shadow *race_shadow_new(const struct race_scan *scan);
void race_shadow_free(struct race_shadow *shadow);

/* For race_shadow_page(): it is not in the cache. */
int race_shadow_fetch(struct race_shadow *shadow, uint64_t key,
                      struct race_page **page);

/**
 * race_shadow_page() - the page of a key
 * @page: set to it; NULL where accesses to it cannot race
 *
 * Return: 0, or MEMTRACE_ERR_NOMEM.
 */
static inline int race_shadow_page(struct race_shadow *shadow, uint64_t key,
                                   struct race_page **page)
{
    const struct race_shadow_cached *cached =
        &shadow->cache[key & (RACE_SHADOW_CACHE - 1)];

    if (__builtin_expect(cached->key_plus_1 == key + 1, 1)) {
        *page = cached->page;
        return 0;
    }
    return race_shadow_fetch(shadow, key, page);
}

/** race_shadow_chunk() - make a chunk of cells. Return: NULL: no memory. */
struct race_cell *race_shadow_chunk(struct race_page *page, size_t chunk);

/** race_shadow_cell() - Return: the cell of an address, NULL: no memory. */
static inline struct race_cell *race_shadow_cell(struct race_page *page,
                                                 uint64_t vaddr)
{
    size_t i = vaddr % RACE_PAGE_BYTES / RACE_GRANULE_BYTES;
    struct race_cell *cells = page->chunks[i / RACE_CHUNK_CELLS];

    if (__builtin_expect(!cells, 0)) {
        cells = race_shadow_chunk(page, i / RACE_CHUNK_CELLS);
    }
    return cells ? &cells[i % RACE_CHUNK_CELLS] : NULL;
}

/**
 * race_shadow_add() - room for one more entry in a cell that is full
 *
 * Return: where it goes, NULL out of memory.
 */
struct race_entry *race_shadow_add(struct race_shadow *shadow,
                                   struct race_cell *cell);

/** race_shadow_forget() - a range is new memory: forget accesses to it. */
void race_shadow_forget(struct race_shadow *shadow, struct race_place place,
                        uint64_t size);

/** race_shadow_forget_all() - nothing is remembered any more. */
void race_shadow_forget_all(struct race_shadow *shadow);

#endif /* SHADOW_H */
