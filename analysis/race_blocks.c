/* SPDX-License-Identifier: GPL-2.0-or-later */
/* race_blocks.c - see race_blocks.h.  Memory: at most 16 KiB for a block. */
#include "race_blocks.h"

#include <stdlib.h>

#include "one_more.h"

/* Threads have numbers below a million, blocks fewer accesses than that. */
static uint64_t key_of(const struct memtrace_block *block)
{
    return (uint64_t)block->thread << 44 ^ block->first;
}

static int start(struct race_blocks *blocks, uint64_t key)
{
    struct race_block *all =
        one_more(blocks->all, &blocks->room, blocks->n, sizeof(*all));

    if (!all) {
        return MEMTRACE_ERR_NOMEM;
    }
    blocks->all = all;
    all[blocks->n++] = (struct race_block){
        .key = key,
        .first = blocks->n_pages,
    };
    return 0;
}

int race_blocks_start(struct race_blocks *blocks,
                      const struct memtrace_block *block)
{
    return start(blocks, key_of(block));
}

int race_blocks_add(struct race_blocks *blocks, uint32_t page)
{
    struct race_block *block = &blocks->all[blocks->n - 1];
    uint32_t *pages;

    if (block->n == RACE_BLOCK_PAGES) {
        block->is_full = true;
        return 0;
    }
    pages = one_more(blocks->pages, &blocks->room_pages, blocks->n_pages,
                     sizeof(*pages));
    if (!pages) {
        return MEMTRACE_ERR_NOMEM;
    }
    blocks->pages = pages;
    pages[blocks->n_pages++] = page;
    block->n++;
    return 0;
}

int race_blocks_merge(struct race_blocks *to, const struct race_blocks *from,
                      const uint32_t *numbers)
{
    int error = 0;

    for (size_t i = 0; i < from->n && !error; i++) {
        const struct race_block *block = &from->all[i];

        error = start(to, block->key);
        for (uint32_t k = 0; k < block->n && !error; k++) {
            error = race_blocks_add(to, numbers[from->pages[block->first + k]]);
        }
        if (!error) {
            to->all[to->n - 1].is_full = block->is_full;
        }
    }
    return error;
}

int race_blocks_choose(struct race_blocks *blocks,
                       bool (*is_needed)(const void *context, uint32_t page),
                       const void *context)
{
    for (size_t i = 0; i < blocks->n; i++) {
        const struct race_block *block = &blocks->all[i];
        bool is_any = block->is_full;

        for (uint32_t k = 0; k < block->n && !is_any; k++) {
            is_any = is_needed(context, blocks->pages[block->first + k]);
        }
        if (!is_any &&
            key_map_add(&blocks->private, block->key, 0) == KEY_MAP_NONE) {
            return MEMTRACE_ERR_NOMEM;
        }
    }
    return 0;
}

bool race_blocks_are_private(const struct race_blocks *blocks,
                             const struct memtrace_block *block)
{
    return key_map_find(&blocks->private, key_of(block)) != KEY_MAP_NONE;
}

void race_blocks_free(struct race_blocks *blocks)
{
    free(blocks->all);
    free(blocks->pages);
    key_map_free(&blocks->private);
}
