/* SPDX-License-Identifier: GPL-2.0-or-later */
/* digest.c - digests to bytes and back; see digest.h. */
#include "digest.h"

#include <stdlib.h>

#include "decode.h"
#include "digest_bytes.h"
#include "reader.h"

/* The digest's flags. */
#define HAS_WAITS 1

/* A page's flags. */
#define FLAG_BITS 2
#define FLAGS (MEMTRACE_DIGEST_STORED | MEMTRACE_DIGEST_LISTED)

/* An element of each list takes no more bytes than this. */
#define ELEMENT_MAX (7 * VARINT_MAX)

void memtrace_digest_free(struct memtrace_digest *digest)
{
    free(digest->pages);
    free(digest->atomics);
    free(digest->waits);
    free(digest->listed);
    free(digest->listed_at);
    *digest = (struct memtrace_digest){.n_pages = 0};
}

static uint8_t *put_wait(uint8_t *p, const struct memtrace_digest_wait *wait,
                         uint64_t vaddr, uint64_t start_time)
{
    p = put_varint(p, zigzag(wait->vaddr - vaddr));
    p = put_varint(p, wait->insn);
    p = put_varint(p, wait->size);
    p = put_varint(p, zigzag(wait->start_time - start_time));
    p = put_varint(p, zigzag(wait->before_time - wait->start_time));
    p = put_varint(p, zigzag(wait->last_time - wait->before_time));
    return put_varint(p, wait->end_time == UINT64_MAX
                             ? 0
                             : wait->end_time - wait->last_time + 1);
}

int digest_put(const struct memtrace_digest *digest, uint64_t start_time,
               struct buffer *out)
{
    size_t n = digest->n_pages + digest->n_atomics + digest->n_waits + 2;
    uint64_t before = 0;
    uint8_t *p;

    out->used = 0;
    if (buffer_reserve(out, n * ELEMENT_MAX) < 0) {
        return MEMTRACE_ERR_NOMEM;
    }
    p = out->data;
    p = put_varint(p, digest->has_waits ? HAS_WAITS : 0);
    p = put_varint(p, digest->n_listed);
    p = put_varint(p, digest->n_pages);
    for (size_t i = 0; i < digest->n_pages; i++) {
        const struct memtrace_digest_page *page = &digest->pages[i];

        p = put_varint(p, zigzag(page->number - before) << FLAG_BITS |
                              (page->flags & FLAGS));
        before = page->number;
    }
    before = 0;
    p = put_varint(p, digest->n_atomics);
    for (size_t i = 0; i < digest->n_atomics; i++) {
        p = put_varint(p, zigzag(digest->atomics[i].vaddr - before));
        p = put_varint(p, digest->atomics[i].size);
        before = digest->atomics[i].vaddr;
    }
    before = 0;
    p = put_varint(p, digest->n_waits);
    for (size_t i = 0; i < digest->n_waits; i++) {
        p = put_wait(p, &digest->waits[i], before, start_time);
        before = digest->waits[i].vaddr;
    }
    out->used = (size_t)(p - out->data);
    return 0;
}

/*
 * How many elements a list has, each of which takes at least a byte. There is
 * room for them then.  Return: whether there is.
 */
static bool get_count(struct bytes_in *in, void **array, size_t *room,
                      size_t *n, size_t element_bytes)
{
    uint64_t count = get_varint(in);

    *n = 0;
    if (in->is_bad || count > bytes_left(in)) {
        in->is_bad = true;
        return false;
    }
    if (count > *room) {
        void *more = reallocarray(*array, (size_t)count, element_bytes);

        if (!more) {
            return false;
        }
        *array = more;
        *room = (size_t)count;
    }
    *n = (size_t)count;
    return true;
}

static void get_wait(struct bytes_in *in, struct memtrace_digest_wait *wait,
                     uint64_t vaddr, uint64_t start_time)
{
    uint64_t end;

    wait->vaddr = vaddr + unzigzag(get_varint(in));
    wait->insn = (uint32_t)get_varint(in);
    wait->size = (uint16_t)get_varint(in);
    wait->start_time = start_time + unzigzag(get_varint(in));
    wait->before_time = wait->start_time + unzigzag(get_varint(in));
    wait->last_time = wait->before_time + unzigzag(get_varint(in));
    end = get_varint(in);
    wait->end_time = end ? wait->last_time + end - 1 : UINT64_MAX;
}

int digest_get(struct bytes_in *in, uint64_t start_time,
               struct memtrace_digest *digest)
{
    uint64_t before = 0;

    digest->has_waits = get_varint(in) & HAS_WAITS;
    digest->n_listed = get_varint(in);
    if (!get_count(in, (void **)&digest->pages, &digest->room_pages,
                   &digest->n_pages, sizeof(*digest->pages))) {
        return in->is_bad ? MEMTRACE_ERR_CORRUPT : MEMTRACE_ERR_NOMEM;
    }
    for (size_t i = 0; i < digest->n_pages; i++) {
        uint64_t v = get_varint(in);

        before += unzigzag(v >> FLAG_BITS);
        digest->pages[i] = (struct memtrace_digest_page){
            .number = before,
            .flags = v & FLAGS,
        };
    }
    if (!get_count(in, (void **)&digest->atomics, &digest->room_atomics,
                   &digest->n_atomics, sizeof(*digest->atomics))) {
        return in->is_bad ? MEMTRACE_ERR_CORRUPT : MEMTRACE_ERR_NOMEM;
    }
    before = 0;
    for (size_t i = 0; i < digest->n_atomics; i++) {
        before += unzigzag(get_varint(in));
        digest->atomics[i].vaddr = before;
        digest->atomics[i].size = (uint16_t)get_varint(in);
    }
    if (!get_count(in, (void **)&digest->waits, &digest->room_waits,
                   &digest->n_waits, sizeof(*digest->waits))) {
        return in->is_bad ? MEMTRACE_ERR_CORRUPT : MEMTRACE_ERR_NOMEM;
    }
    before = 0;
    for (size_t i = 0; i < digest->n_waits; i++) {
        get_wait(in, &digest->waits[i], before, start_time);
        before = digest->waits[i].vaddr;
    }
    return in->is_bad ? MEMTRACE_ERR_CORRUPT : 0;
}

/* The end of the block's body, where its head says so, checked. */
static int read_part(const struct memtrace_reader *reader,
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
        access_head_get(out->data + BLOCK_HEADER_BYTES, header.head_size,
                        head) < 0 ||
        head->thread != b->facts.thread || head->first != b->facts.first ||
        head->digest_size > b->facts.bytes - BLOCK_HEADER_BYTES) {
        return MEMTRACE_ERR_CORRUPT;
    }
    if (!head->has_digest) {
        return 0;
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

/* The places of what is listed; it is given how many there are. */
static int get_places(struct bytes_in *in, uint64_t n_accesses,
                      struct memtrace_digest *digest)
{
    size_t n = digest->n_listed;
    uint64_t at = 0;

    if (n > bytes_left(in)) {
        return MEMTRACE_ERR_CORRUPT;
    }
    if (n > digest->room_listed_at) {
        uint32_t *more =
            reallocarray(digest->listed_at, n, sizeof(*digest->listed_at));

        if (!more) {
            return MEMTRACE_ERR_NOMEM;
        }
        digest->listed_at = more;
        digest->room_listed_at = n;
    }
    for (size_t i = 0; i < n; i++) {
        at += get_varint(in) + (i > 0);
        if (in->is_bad || at >= n_accesses) {
            return MEMTRACE_ERR_CORRUPT;
        }
        digest->listed_at[i] = (uint32_t)at;
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
    if (digest->n_listed > digest->room_listed) {
        struct memtrace_access *more = reallocarray(
            digest->listed, digest->n_listed, sizeof(*digest->listed));

        if (!more) {
            return MEMTRACE_ERR_NOMEM;
        }
        digest->listed = more;
        digest->room_listed = digest->n_listed;
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

        error = digest_get(&facts, head->start_time, digest);
    }
    if (error == 0 && has_listed && digest->n_listed) {
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

int memtrace_digest_read(const struct memtrace_reader *reader, uint64_t block,
                         bool has_listed, struct memtrace_digest *digest)
{
    struct buffer part = {.used = 0};
    int result;

    if (block >= reader->n_blocks) {
        return MEMTRACE_ERR_INVALID;
    }
    result =
        read_digest(reader, &reader->blocks[block], has_listed, &part, digest);
    buffer_free(&part);
    if (result == MEMTRACE_ERR_CORRUPT || result == MEMTRACE_ERR_CHECKSUM) {
        reader_damaged(reader, (size_t)block);
    }
    return result;
}
