/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cursor.c - cursors over one block, one thread, and (by merge.c) over time.
 */
#include <stdlib.h>

#include "merge.h"
#include "open_block.h"
#include "reader.h"

struct memtrace_cursor {
    const struct memtrace_reader *reader;
    struct merge *merge;     /* of a time cursor, NULL for the others */
    bool is_thread;          /* or else of one block */
    bool is_open;            /* decoder is within a block */
    size_t block;            /* that is open */
    size_t place, place_end; /* in by_thread: the blocks to come */
    struct block_choice choice;
    ZSTD_DCtx *zstd;
    struct decoder *decoder;
    struct buffer buffer;
};

static struct memtrace_cursor *cursor_new(const struct memtrace_reader *reader)
{
    struct memtrace_cursor *cursor = calloc(1, sizeof(*cursor));

    if (cursor) {
        cursor->reader = reader;
    }
    return cursor;
}

static struct memtrace_cursor *
cursor_with_decoder(const struct memtrace_reader *reader)
{
    struct memtrace_cursor *cursor = cursor_new(reader);

    if (cursor) {
        cursor->zstd = ZSTD_createDCtx();
        cursor->decoder = cursor->zstd ? decoder_new(cursor->zstd) : NULL;
        if (!cursor->decoder) {
            memtrace_cursor_close(cursor);
            return NULL;
        }
    }
    return cursor;
}

int memtrace_cursor_open_thread(const struct memtrace_reader *reader,
                                uint32_t thread, struct memtrace_cursor **out)
{
    struct memtrace_cursor *cursor;
    size_t n_blocks;

    *out = NULL;
    if (!memtrace_thread(reader, thread)) {
        return MEMTRACE_ERR_NO_THREAD;
    }
    cursor = cursor_with_decoder(reader);
    if (!cursor) {
        return MEMTRACE_ERR_NOMEM;
    }
    cursor->is_thread = true;
    cursor->place = stored_of_thread(&reader->stored, thread, &n_blocks);
    cursor->place_end = cursor->place + n_blocks;
    *out = cursor;
    return 0;
}

int memtrace_cursor_open_block(const struct memtrace_reader *reader,
                               struct memtrace_cursor **out)
{
    *out = cursor_with_decoder(reader);
    return *out ? 0 : MEMTRACE_ERR_NOMEM;
}

int memtrace_cursor_open_time(const struct memtrace_reader *reader,
                              struct memtrace_cursor **out)
{
    struct memtrace_cursor *cursor = cursor_new(reader);

    *out = NULL;
    if (!cursor) {
        return MEMTRACE_ERR_NOMEM;
    }
    cursor->merge = merge_new(reader);
    if (!cursor->merge) {
        memtrace_cursor_close(cursor);
        return MEMTRACE_ERR_NOMEM;
    }
    *out = cursor;
    return 0;
}

void memtrace_cursor_choose(struct memtrace_cursor *cursor,
                            bool (*wants)(void *context,
                                          const struct memtrace_block *block),
                            void *context)
{
    cursor->choice = (struct block_choice){wants, context};
    if (cursor->merge) {
        merge_choose(cursor->merge, &cursor->choice);
    }
}

int memtrace_cursor_seek(struct memtrace_cursor *cursor, uint64_t block)
{
    int error;

    if (cursor->merge || cursor->is_thread ||
        block >= cursor->reader->stored.n_blocks) {
        return MEMTRACE_ERR_INVALID;
    }
    cursor->is_open = false;
    error = block_open(cursor->reader, (size_t)block, &cursor->buffer,
                       cursor->decoder);
    if (error < 0) {
        return error;
    }
    cursor->block = (size_t)block;
    cursor->is_open = true;
    return 0;
}

/* Return: 1 where a block is open now, 0 after the last, or NOMEM. */
static int open_next_block(struct memtrace_cursor *cursor)
{
    while (cursor->is_thread && cursor->place < cursor->place_end) {
        size_t block = cursor->reader->stored.by_thread[cursor->place++];
        int error;

        if (!block_is_wanted(&cursor->choice, cursor->reader, block)) {
            continue;
        }
        error =
            block_open(cursor->reader, block, &cursor->buffer, cursor->decoder);
        if (error == 0) {
            cursor->block = block;
            cursor->is_open = true;
            return 1;
        }
        if (error == MEMTRACE_ERR_NOMEM) {
            return error;
        }
    }
    return 0;
}

int memtrace_cursor_next(struct memtrace_cursor *cursor,
                         struct memtrace_batch *batch)
{
    struct decoded decoded;
    int result;

    if (cursor->merge) {
        return merge_next(cursor->merge, batch);
    }
    for (;;) {
        if (!cursor->is_open) {
            result = open_next_block(cursor);
            if (result <= 0) {
                return result;
            }
        }
        result = decoder_next(cursor->decoder, &decoded);
        if (result > 0) {
            break;
        }
        cursor->is_open = false;
        if (result < 0) {
            reader_damaged(cursor->reader, cursor->block);
            if (!cursor->is_thread) {
                return result;
            }
        }
    }
    *batch = (struct memtrace_batch){
        .accesses = decoded.accesses,
        .values = decoded.values,
        .n_accesses = decoded.n_accesses,
        .first = decoded.first,
        .thread = cursor->reader->stored.blocks[cursor->block].facts.thread,
    };
    return 1;
}

void memtrace_cursor_close(struct memtrace_cursor *cursor)
{
    if (!cursor) {
        return;
    }
    merge_free(cursor->merge);
    decoder_free(cursor->decoder);
    ZSTD_freeDCtx(cursor->zstd);
    buffer_free(&cursor->buffer);
    free(cursor);
}
