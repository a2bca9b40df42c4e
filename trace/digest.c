/* SPDX-License-Identifier: GPL-2.0-or-later */
/* digest.c - reads the digests of blocks; see digest.h. */
#include "digest.h"

#include <stdlib.h>

#include "array.h"
#include "decode.h"
#include "digest_bytes.h"
#include "file_io.h"
#include "reader.h"

void memtrace_digest_free(struct memtrace_digest *digest)
{
    free(digest->pages);
    free(digest->atomics);
    free(digest->waits);
    free(digest->listed);
    free(digest->listed_at);
    *digest = (struct memtrace_digest){.n_pages = 0};
}

/* A block's head, which has to be as the index has it; out is for its bytes. */
static int read_head(const struct memtrace_reader *reader,
                     const struct stored_block *b, struct buffer *out,
                     struct access_head *head)
{
    uint64_t size = BLOCK_HEADER_BYTES + BLOCK_HEAD_MAX;
    struct block_header header;
    int error;

    size = size < b->facts.bytes ? size : b->facts.bytes;
    out->used = 0;
    if (buffer_reserve(out, (size_t)size) < 0) {
        return MEMTRACE_ERR_NOMEM;
    }
    error = read_at(reader->fd, out->data, (size_t)size, b->offset);
    if (error < 0) {
        return error;
    }
    if (block_parse(out->data, (size_t)size, &header) < 0 ||
        header.kind != BLOCK_ACCESS ||
        header.body_size !=
            b->facts.bytes - BLOCK_HEADER_BYTES - header.head_size ||
        access_head_get(out->data + BLOCK_HEADER_BYTES, header.head_size,
                        head) < 0 ||
        head->thread != b->facts.thread || head->first != b->facts.first ||
        head->n_accesses != b->facts.n_accesses ||
        head->digest_size > header.body_size) {
        return MEMTRACE_ERR_CORRUPT;
    }
    return 0;
}

/* The end of the block's body, where its head says so, checked. */
static int read_part(const struct memtrace_reader *reader,
                     const struct stored_block *b, struct buffer *out,
                     struct access_head *head)
{
    int error = read_head(reader, b, out, head);

    if (error < 0 || !head->has_digest) {
        return error;
    }
    if (buffer_reserve(out, head->digest_size) < 0) {
        return MEMTRACE_ERR_NOMEM;
    }
    error = read_at(reader->fd, out->data, head->digest_size,
                    b->offset + b->facts.bytes - head->digest_size);
    if (error < 0) {
        return error;
    }
    out->used = head->digest_size;
    return checksum(out->data, out->used) == head->digest_checksum
               ? 0
               : MEMTRACE_ERR_CHECKSUM;
}

/* The places of what is listed, which rise; it is given how many there are. */
static int get_places(struct bytes_in *in, uint64_t n_accesses,
                      struct memtrace_digest *digest)
{
    size_t n = digest->n_listed;
    uint64_t next = 0;

    if (n > bytes_left(in)) {
        return MEMTRACE_ERR_CORRUPT;
    }
    if (array_reserve(digest->listed_at, digest->room_listed_at, n) < 0) {
        return MEMTRACE_ERR_NOMEM;
    }
    for (size_t i = 0; i < n; i++) {
        uint64_t skipped = get_varint(in);

        if (in->is_bad || skipped >= n_accesses - next) {
            return MEMTRACE_ERR_CORRUPT;
        }
        digest->listed_at[i] = (uint32_t)(next + skipped);
        next += skipped + 1;
    }
    return 0;
}

static int take_decoded(struct decoder *decoder, struct memtrace_digest *digest)
{
    struct decoded decoded;
    size_t n = 0;
    int result;

    while ((result = decoder_next(decoder, &decoded)) > 0) {
        memcpy(digest->listed + n, decoded.accesses,
               decoded.n_accesses * sizeof(*digest->listed));
        n += decoded.n_accesses;
    }
    return result;
}

/* What is listed is a block in the block. */
static int get_listed(struct bytes_in *in, ZSTD_DCtx *zstd,
                      struct memtrace_digest *digest)
{
    struct block_header header;
    struct access_head head;
    struct decoder *decoder;
    const uint8_t *data = in->next;
    size_t size = bytes_left(in), before;
    int error;

    if (block_parse(data, size, &header) < 0 || header.kind != BLOCK_ACCESS ||
        access_head_get(data + BLOCK_HEADER_BYTES, header.head_size, &head) <
            0 ||
        head.n_accesses != digest->n_listed) {
        return MEMTRACE_ERR_CORRUPT;
    }
    before = BLOCK_HEADER_BYTES + header.head_size;
    if (header.body_size != size - before) {
        return MEMTRACE_ERR_CORRUPT;
    }
    if (array_reserve(digest->listed, digest->room_listed, digest->n_listed) <
        0) {
        return MEMTRACE_ERR_NOMEM;
    }
    decoder = decoder_new(zstd);
    if (!decoder) {
        return MEMTRACE_ERR_NOMEM;
    }
    error = decoder_begin(decoder, &head, header.encoding, data + before,
                          size - before);
    if (error == 0) {
        error = take_decoded(decoder, digest);
    }
    decoder_free(decoder);
    return error;
}

/* A digest and what it lists. */
static int get_all(struct bytes_in *in, const struct access_head *head,
                   bool has_listed, ZSTD_DCtx *zstd,
                   struct memtrace_digest *digest)
{
    struct buffer content = {.used = 0};
    int error = section_get(in, zstd, LIMIT_KEPT_BYTES, true, &content);

    if (error == 0) {
        struct bytes_in facts = bytes_in(content.data, content.used);

        error = digest_get(&facts, head, digest);
    }
    if (!has_listed) {
        digest->n_listed = 0;
    }
    if (error == 0 && digest->n_listed) {
        error = section_get(in, zstd, (size_t)head->n_accesses * VARINT_MAX,
                            false, &content);
        if (error == 0) {
            struct bytes_in places = bytes_in(content.data, content.used);

            error = get_places(&places, head->n_accesses, digest);
        }
        if (error == 0) {
            error = get_listed(in, zstd, digest);
        }
    }
    buffer_free(&content);
    return error;
}

static int read_digest(const struct memtrace_reader *reader,
                       const struct stored_block *b, bool has_listed,
                       struct buffer *part, struct memtrace_digest *digest)
{
    struct access_head head;
    struct bytes_in in;
    ZSTD_DCtx *zstd;
    int error = read_part(reader, b, part, &head);

    if (error < 0 || !head.has_digest) {
        return error;
    }
    zstd = ZSTD_createDCtx();
    if (!zstd) {
        return MEMTRACE_ERR_NOMEM;
    }
    in = bytes_in(part->data, part->used);
    error = get_all(&in, &head, has_listed, zstd, digest);
    ZSTD_freeDCtx(zstd);
    return error < 0 ? error : 1;
}

void memtrace_digest_clear(struct memtrace_digest *digest)
{
    digest->n_pages = 0;
    digest->n_atomics = 0;
    digest->n_waits = 0;
    digest->n_listed = 0;
    digest->has_waits = false;
}

int memtrace_digest_read(const struct memtrace_reader *reader, uint64_t block,
                         bool has_listed, struct memtrace_digest *digest)
{
    struct buffer part = {.used = 0};
    int result;

    if (block >= reader->stored.n_blocks) {
        return MEMTRACE_ERR_INVALID;
    }
    result = read_digest(reader, &reader->stored.blocks[block], has_listed,
                         &part, digest);
    buffer_free(&part);
    if (result <= 0) {
        memtrace_digest_clear(digest);
    }
    if (result < 0 && result != MEMTRACE_ERR_NOMEM) {
        reader_damaged(reader, (size_t)block);
    }
    return result;
}
