/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scan.h - the first look at a trace for races: which pages several
 * threads share, and which bytes are synchronisation.
 *
 * An analysis of any order.  What one thread alone touches cannot be raced
 * for; a byte that is ever touched by an atomic instruction, is a futex, or
 * is cleared by the kernel at a thread's end, synchronises in the whole trace.
 */
#ifndef SCAN_H
#define SCAN_H

#include "analysis.h"
#include "guest.h"
#include "key_map.h"
#include "first_thread.h"
#include "shared_blocks.h"
#include "memory_spaces.h"
#include "spin.h"

/* struct race_scan_page.flags; what a thread does alone does not count */
#define RACE_PAGE_SHARED 1 /* several threads touch it */
#define RACE_PAGE_STORED 2 /* somebody stores there */
#define RACE_PAGE_SYNC 4   /* bytes of it synchronise */

struct race_scan_page {
    uint32_t thread; /* that came first */
    uint32_t flags;
    uint32_t block; /* that has touched it last, as scan->block */
};

/** race_page_is_racy() - several threads touch it, and somebody stores there.
 */
static inline bool race_page_is_racy(uint32_t flags)
{
    const uint32_t racy = RACE_PAGE_SHARED | RACE_PAGE_STORED;

    return (flags & racy) == racy;
}

/* Bytes of a granule that synchronise: bit i of a mask is byte i. */
struct race_scan_granule {
    uint64_t key;
    uint8_t mask;
    uint8_t ad_hoc; /* of @mask: plain memory that threads spin on */
    bool is_one;    /* all of it is one object, not one in each half */
};

#define RACE_SCAN_CACHE 4096

struct race_scan {
    const struct race_spaces *spaces;
    const struct memtrace_reader *reader;
    const struct guest *guest;
    struct race_alone alone;
    struct key_map page_keys;
    struct race_scan_page *pages;
    size_t room_pages;
    struct key_map granule_keys;
    struct race_scan_granule *granules;
    size_t room_granules;
    struct race_spins spins;
    struct race_blocks blocks;
    uint32_t block; /* number of the one that is read, plus 1; 0: none */
    struct memtrace_digest digest; /* of that one, where it is looked at */
    /* That a block has touched a page so was seen to. */
    struct race_scan_cached {
        uint64_t key_plus_1;
        uint32_t block;
        uint32_t flags;
    } cache[RACE_SCAN_CACHE];
};

/** race_scan_page() - Return: what is known of a page, or NULL. */
const struct race_scan_page *race_scan_page(const struct race_scan *scan,
                                            uint64_t page_key);

/**
 * race_scan_choose() - know which blocks touch what threads share
 *
 * Once, when all pages are known.  Return: 0, or MEMTRACE_ERR_NOMEM.
 */
int race_scan_choose(struct race_scan *scan);

/**
 * race_scan_waits() - find where threads seem to wait in those blocks, too,
 *                     whose digests do not say
 * @n_workers: as in struct pass_config
 *
 * After race_scan_choose().  Return: 0, or a negative error.
 */
int race_scan_waits(struct race_scan *scan, struct memtrace_reader *reader,
                    unsigned n_workers);

/** race_scan_sync() - bytes synchronise. Return: 0, or a negative error. */
int race_scan_sync(struct race_scan *scan, uint32_t thread, uint64_t vaddr,
                   unsigned size, bool is_ad_hoc);

/* Its settings are a const struct race_spaces, its state a struct race_scan. */
extern const struct analysis analysis_race_scan;

#endif /* SCAN_H */
