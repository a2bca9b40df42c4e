/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * race_blocks.h - which blocks touch memory that threads share: the others
 * need not be read again.
 *
 * Of each block it is noted which pages it touches; which pages are shared is
 * known at the end.
 */
#ifndef RACE_BLOCKS_H
#define RACE_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "key_map.h"
#include "memtrace.h"

/* A block that touches more is read again whatever they are. */
#define RACE_BLOCK_PAGES 4096

/**
 * struct race_blocks - the blocks that were read; all zero has none
 * @all: n of them
 * @pages: n_pages numbers, a block's one after another
 * @private: those that need not be read again, after race_blocks_choose()
 */
struct race_blocks {
    struct race_block {
        uint64_t key;
        size_t first; /* of its pages */
        uint32_t n;
        bool is_full; /* it touches more than were noted */
    } * all;
    size_t n, room;
    uint32_t *pages;
    size_t n_pages, room_pages;
    struct key_map private;
};

/* Each returns 0, or MEMTRACE_ERR_NOMEM, unless something else is said. */

/** race_blocks_start() - what is added is of that block from here on. */
int race_blocks_start(struct race_blocks *blocks,
                      const struct memtrace_block *block);

/** race_blocks_add() - it touches a page, by its number. */
int race_blocks_add(struct race_blocks *blocks, uint32_t page);

/**
 * race_blocks_merge() - add what others have
 * @numbers: of @from's pages in @to
 */
int race_blocks_merge(struct race_blocks *to, const struct race_blocks *from,
                      const uint32_t *numbers);

/** race_blocks_choose() - a block is needed that touches such a page. */
int race_blocks_choose(struct race_blocks *blocks,
                       bool (*is_needed)(const void *context, uint32_t page),
                       const void *context);

/** race_blocks_are_private() - does the block touch nothing that is needed? */
bool race_blocks_are_private(const struct race_blocks *blocks,
                             const struct memtrace_block *block);

void race_blocks_free(struct race_blocks *blocks);

#endif /* RACE_BLOCKS_H */
