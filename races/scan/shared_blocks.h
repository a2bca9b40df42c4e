/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * shared_blocks.h - which blocks touch memory that threads share.  Other blocks
 * need not be read again.  Of some blocks it is enough to read the list in
 * their digest.
 *
 * While the trace is read the pages of each block are noted: which of them are
 * shared is known at the end.
 */
#ifndef SHARED_BLOCKS_H
#define SHARED_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "digest.h"
#include "key_map.h"
#include "memtrace.h"

/* A block that touches more pages is read again, whichever they are. */
#define RACE_BLOCK_PAGES 4096

/* What of a block has to be read again. */
enum race_block_need {
    RACE_BLOCK_NOTHING,
    RACE_BLOCK_LISTED, /* what its digest lists, see digest.h */
    RACE_BLOCK_ALL,
};

/**
 * struct race_blocks - the blocks that were read; all zero has none
 * @all: n of them
 * @pages: n_pages of them, a block's one after another: numbers, and in bit 0
 *         whether the digest lists the accesses
 * @needs: of a block's key, to its place in @all: blocks of which not all is
 *         needed, after race_blocks_choose()
 */
struct race_blocks {
    struct race_block {
        uint64_t key;
        size_t first;    /* of its pages */
        uint32_t number; /* in the trace */
        uint32_t n;
        bool is_full;   /* it touches more than were noted */
        bool has_waits; /* the loops that may wait in it are known */
        enum race_block_need need;
    } * all;
    size_t n, room;
    uint32_t *pages;
    size_t n_pages, room_pages;
    struct key_map needs;
};

/* Each returns 0, or MEMTRACE_ERR_NOMEM, unless something else is said. */

/**
 * race_blocks_start() - begin a block: pages are added to it from here on
 * @number: in the trace
 */
int race_blocks_start(struct race_blocks *blocks,
                      const struct memtrace_block *block, uint64_t number);

/** race_blocks_add() - it touches a page, by its number below 2^31. */
int race_blocks_add(struct race_blocks *blocks, uint32_t page, bool is_listed);

/**
 * race_blocks_merge() - add what others have
 * @numbers: of @from's pages in @to
 */
int race_blocks_merge(struct race_blocks *to, const struct race_blocks *from,
                      const uint32_t *numbers);

/** race_blocks_choose() - blocks are needed that touch pages that are needed */
int race_blocks_choose(struct race_blocks *blocks,
                       bool (*is_needed)(const void *context, uint32_t page),
                       const void *context);

/**
 * race_blocks_need() - what of a block is needed
 * @number: set to its number in the trace, unless all of it is; or NULL
 */
enum race_block_need race_blocks_need(const struct race_blocks *blocks,
                                      const struct memtrace_block *block,
                                      uint32_t *number);

/**
 * race_blocks_read_listed() - read the list in place of a block, where it does
 * @number: of the block in the trace
 * @digest: replaced where the list is read
 * @batch: set to the listed accesses, which are in @digest; to none where the
 *         block is not needed
 *
 * Return: 1 where @batch is all that is needed; 0 where the block has to be
 * read; or MEMTRACE_ERR_NOMEM.
 */
int race_blocks_read_listed(const struct race_blocks *blocks,
                            const struct memtrace_reader *reader,
                            uint64_t number, struct memtrace_digest *digest,
                            struct memtrace_batch *batch);

void race_blocks_free(struct race_blocks *blocks);

#endif /* SHARED_BLOCKS_H */
