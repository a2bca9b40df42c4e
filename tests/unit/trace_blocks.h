/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace_blocks.h - the blocks of a trace in memory, for the tests that damage
 * them.
 */
#ifndef TRACE_BLOCKS_H
#define TRACE_BLOCKS_H

#include "trace_helpers.h"

#include <xxhash.h>

#include "bytes.h"
#include "format.h"

/* Header, head and body, by what the header says. */
static inline size_t block_size(const uint8_t *block)
{
    return BLOCK_HEADER_BYTES + get_le32(block + BLOCK_HEAD_SIZE) +
           get_le64(block + BLOCK_BODY_SIZE);
}

/* The checksum of header and head, made right again after a change. */
static inline void seal_head(uint8_t *block)
{
    uint32_t head = get_le32(block + BLOCK_HEAD_SIZE);
    uint8_t both[BLOCK_HEADER_BYTES + BLOCK_HEAD_MAX];

    memcpy(both, block + BLOCK_KIND, 24);
    memcpy(both + 24, block + BLOCK_HEADER_BYTES, head);
    put_le64(block + BLOCK_HEAD_CHECKSUM, XXH3_64bits(both, 24 + head));
}

/* Both checksums. */
static inline void seal(uint8_t *block)
{
    uint32_t head = get_le32(block + BLOCK_HEAD_SIZE);
    uint64_t body = get_le64(block + BLOCK_BODY_SIZE);

    put_le64(block + BLOCK_BODY_CHECKSUM,
             XXH3_64bits(block + BLOCK_HEADER_BYTES + head, body));
    seal_head(block);
}

#endif /* TRACE_BLOCKS_H */
