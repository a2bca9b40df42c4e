/* SPDX-License-Identifier: GPL-2.0-or-later */
/* shared_blocks.c - see shared_blocks.h.  Memory: at most 16 KiB a block. */
#include "shared_blocks.h"

#include <stdlib.h>

#include "array.h"

/*
 * A thread and how many of its accesses came before: exact, as threads have
 * numbers below 2^20 (memory_spaces.h) and no thread makes 2^44 accesses.
 */
static uint64_t key_of(const struct memtrace_block *block)
{
    return (uint64_t)block->thread << 44 ^ block->first;
}

static int start(struct race_blocks *blocks, const struct race_block *block)
{
    struct race_block *started =
        array_add(blocks->all, blocks->n, blocks->room);

    if (!started) {
        return MEMTRACE_ERR_NOMEM;
    }
    *started = *block;
    started->first = blocks->n_pages;
    started->n = 0;
    return 0;
}

int race_blocks_start(struct race_blocks *blocks,
                      const struct memtrace_block *block, uint64_t number)
{
    const struct race_block new_one = {
        .key = key_of(block),
        .number = (uint32_t)number,
    };

    return start(blocks, &new_one);
}

static int add(struct race_blocks *blocks, uint32_t page)
{
    struct race_block *block = &blocks->all[blocks->n - 1];
    uint32_t *added;

    if (block->n == RACE_BLOCK_PAGES) {
        block->is_full = true;
        return 0;
    }
    added = array_add(blocks->pages, blocks->n_pages, blocks->room_pages);
    if (!added) {
        return MEMTRACE_ERR_NOMEM;
    }
    *added = page;
    block->n++;
    return 0;
}

int race_blocks_add(struct race_blocks *blocks, uint32_t page, bool is_listed)
{
    return add(blocks, page << 1 | is_listed);
}

int race_blocks_merge(struct race_blocks *to, const struct race_blocks *from,
                      const uint32_t *numbers)
{
    int error = 0;

    for (size_t i = 0; i < from->n && !error; i++) {
        const struct race_block *block = &from->all[i];

        error = start(to, block);
        for (uint32_t k = 0; k < block->n && !error; k++) {
            uint32_t page = from->pages[block->first + k];

            error = add(to, numbers[page >> 1] << 1 | (page & 1));
        }
    }
    return error;
}

int race_blocks_choose(struct race_blocks *blocks,
                       bool (*is_needed)(const void *context, uint32_t page),
                       const void *context)
{
    for (size_t i = 0; i < blocks->n; i++) {
        struct race_block *block = &blocks->all[i];

        block->need = block->is_full ? RACE_BLOCK_ALL : RACE_BLOCK_NOTHING;
        for (uint32_t k = 0; k < block->n && block->need != RACE_BLOCK_ALL;
             k++) {
            uint32_t page = blocks->pages[block->first + k];

            if (is_needed(context, page >> 1)) {
                block->need = page & 1 ? RACE_BLOCK_LISTED : RACE_BLOCK_ALL;
            }
        }
        if (block->need != RACE_BLOCK_ALL &&
            key_map_add(&blocks->needs, block->key, (uint32_t)i) ==
                KEY_MAP_NONE) {
            return MEMTRACE_ERR_NOMEM;
        }
    }
    return 0;
}

enum race_block_need race_blocks_need(const struct race_blocks *blocks,
                                      const struct memtrace_block *block,
                                      uint32_t *number)
{
    uint32_t i = key_map_find(&blocks->needs, key_of(block));

    if (i == KEY_MAP_NONE) {
        return RACE_BLOCK_ALL;
    }
    if (number) {
        *number = blocks->all[i].number;
    }
    return blocks->all[i].need;
}

int race_blocks_read_listed(const struct race_blocks *blocks,
                            const struct memtrace_reader *reader,
                            uint64_t number, struct memtrace_digest *digest,
                            struct memtrace_batch *batch)
{
    const struct memtrace_block *block = memtrace_block(reader, number);
    enum race_block_need need = race_blocks_need(blocks, block, NULL);
    int result;

    *batch = (struct memtrace_batch){.n_accesses = 0};
    if (need != RACE_BLOCK_LISTED) {
        return need == RACE_BLOCK_NOTHING;
    }
    result = memtrace_digest_read(reader, number, true, digest);
    if (result <= 0) {
        return result == MEMTRACE_ERR_NOMEM ? result : 0;
    }
    *batch = (struct memtrace_batch){
        .accesses = digest->listed,
        .n_accesses = digest->n_listed,
        .first = block->first,
        .thread = block->thread,
    };
    return 1;
}

void race_blocks_free(struct race_blocks *blocks)
{
    free(blocks->all);
    free(blocks->pages);
    key_map_free(&blocks->needs);
}
