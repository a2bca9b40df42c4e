/* SPDX-License-Identifier: GPL-2.0-or-later */
/* open_block.c - see open_block.h. */
#include "open_block.h"

#include "file_io.h"

int block_open(const struct memtrace_reader *reader, size_t block,
               struct buffer *buffer, struct decoder *decoder)
{
    const struct stored_block *b = &reader->stored.blocks[block];
    struct block_header header;
    struct access_head head;
    const uint8_t *body;
    int error = block_read(reader->fd, b->offset, b->facts.bytes, buffer,
                           &header, &body);

    if (error == 0 &&
        (header.kind != BLOCK_ACCESS ||
         access_head_get(buffer->data + BLOCK_HEADER_BYTES, header.head_size,
                         &head) < 0 ||
         head.thread != b->facts.thread || head.first != b->facts.first ||
         head.n_accesses != b->facts.n_accesses)) {
        error = MEMTRACE_ERR_CORRUPT;
    }
    if (error == 0) {
        error = decoder_begin(decoder, &head, header.encoding, body,
                              (size_t)header.body_size);
    }
    if (error < 0 && error != MEMTRACE_ERR_NOMEM) {
        reader_damaged(reader, block);
    }
    return error;
}
