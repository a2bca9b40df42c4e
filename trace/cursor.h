/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cursor.h - what the cursors share: a block from the file into a decoder.
 */
#ifndef MEMTRACE_CURSOR_H
#define MEMTRACE_CURSOR_H

#include "decode.h"
#include "reader.h"

/*
 * Read a block through buffer and start decoding it; a damaged one is
 * counted.  Return: 0, or CORRUPT, CHECKSUM, IO, NOMEM.
 */
int block_open(const struct memtrace_reader *reader, size_t block,
               struct buffer *buffer, struct decoder *decoder);

/* Which blocks are read: see memtrace_cursor_choose(). */
struct block_choice {
    bool (*wants)(void *context, const struct memtrace_block *block);
    void *context; /* of wants, which is NULL where all are */
};

static inline bool block_is_wanted(const struct block_choice *choice,
                                   const struct memtrace_reader *reader,
                                   size_t block)
{
    return !choice->wants ||
           choice->wants(choice->context, &reader->blocks[block].facts);
}

/* All threads in the one merged order. */
struct merge;

struct merge *merge_new(const struct memtrace_reader *reader);
void merge_choose(struct merge *merge, const struct block_choice *choice);
void merge_free(struct merge *merge);
int merge_next(struct merge *merge, struct memtrace_batch *batch);

#endif /* MEMTRACE_CURSOR_H */
