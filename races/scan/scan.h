/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scan.h - the first reading of a trace: which pages several threads share,
 * which bytes synchronise, where threads may wait, and which blocks have to be
 * read again.
 *
 * Memory that one thread alone accesses cannot be raced for.  A byte that an
 * atomic instruction touches once, that a futex call names or that the kernel
 * clears at a thread's end, synchronises in the whole trace.
 */
#ifndef SCAN_H
#define SCAN_H

#include "digest.h"
#include "first_thread.h"
#include "guest.h"
#include "key_map.h"
#include "memory_spaces.h"
#include "pass.h"
#include "shared_blocks.h"
#include "spin.h"
#include "sync_bytes.h"

/* struct race_scan_page.flags; the first thread's time alone does not count */
#define RACE_PAGE_SHARED 1 /* several threads access it */
#define RACE_PAGE_STORED 2 /* somebody stores there */
#define RACE_PAGE_SYNC 4   /* bytes of it synchronise */

struct race_scan_page {
    uint32_t thread; /* that came first */
    uint32_t flags;
    uint32_t block; /* that has touched it last, as scan->block */
};

/** race_page_is_racy() - do several threads access it, and is it stored to? */
static inline bool race_page_is_racy(uint32_t flags)
{
    const uint32_t racy = RACE_PAGE_SHARED | RACE_PAGE_STORED;

    return (flags & racy) == racy;
}

#define RACE_SCAN_CACHE 4096

/**
 * struct race_scan - what the first reading found
 * @alone: how long the first thread was alone
 * @page_keys: of pages, to their places in @pages
 * @bytes: that synchronise
 * @spins: loops that may have waited
 * @blocks: which blocks were read, and what of them has to be read again
 * @block: number of the block that is read, plus 1; 0: none
 * @digest: of that block, where it is read by its digest
 * @cache: pages of which it is noted that the block touches them so
 */
struct race_scan {
    const struct race_spaces *spaces;
    const struct memtrace_reader *reader;
    const struct guest *guest;
    struct race_alone alone;
    struct key_map page_keys;
    struct race_scan_page *pages;
    size_t room_pages;
    struct race_sync_bytes bytes;
    struct race_spins spins;
    struct race_blocks blocks;
    uint32_t block;
    struct memtrace_digest digest;
    struct race_scan_cached {
        uint64_t key_plus_1;
        uint32_t block;
        uint32_t flags;
    } cache[RACE_SCAN_CACHE];
};

/**
 * race_scan_run() - read the trace
 * @spaces: outlive the scan
 * @config: how to read
 * @scan: set to the result, for race_scan_free(); NULL after an error
 *
 * Return: 0, or a negative error.
 */
int race_scan_run(struct memtrace_reader *reader,
                  const struct race_spaces *spaces,
                  const struct pass_config *config, struct race_scan **scan);
void race_scan_free(struct race_scan *scan);

/** race_scan_page() - Return: what is known of a page, or NULL. */
const struct race_scan_page *race_scan_page(const struct race_scan *scan,
                                            uint64_t page_key);

/**
 * race_scan_choose() - choose the blocks that have to be read again
 *
 * Those that touch pages that threads share.  Once, when all pages are known.
 *
 * Return: 0, or MEMTRACE_ERR_NOMEM.
 */
int race_scan_choose(struct race_scan *scan);

/** race_scan_sync() - bytes synchronise. Return: 0, or a negative error. */
int race_scan_sync(struct race_scan *scan, uint32_t thread, uint64_t time,
                   uint64_t vaddr, unsigned size, bool is_ad_hoc);

#endif /* SCAN_H */
