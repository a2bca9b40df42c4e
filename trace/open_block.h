/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * open_block.h - a block from the file into a decoder, for all cursors.
 */
#ifndef MEMTRACE_OPEN_BLOCK_H
#define MEMTRACE_OPEN_BLOCK_H

#include <stdbool.h>

#include "buffer.h"
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
           choice->wants(choice->context, &reader->stored.blocks[block].facts);
}

#endif /* MEMTRACE_OPEN_BLOCK_H */
