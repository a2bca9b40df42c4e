/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * block.c - see block.h.
 */
#include "block.h"

#include <xxhash.h>

#include "memtrace.h"

uint64_t checksum(const void *data, size_t size)
{
    return XXH3_64bits(data, size);
}

/* The header's fields and the head, which are apart, under one sum. */
static uint64_t head_checksum(const uint8_t *data, size_t head_size)
{
    uint8_t both[BLOCK_HEADER_BYTES + BLOCK_HEAD_MAX];
    size_t fields = BLOCK_HEAD_CHECKSUM - BLOCK_KIND;

    memcpy(both, data + BLOCK_KIND, fields);
    memcpy(both + fields, data + BLOCK_HEADER_BYTES, head_size);
    return checksum(both, fields + head_size);
}

int block_begin(struct buffer *out, size_t head_size)
{
    out->used = 0;
    if (buffer_reserve(out, BLOCK_HEADER_BYTES + head_size) < 0) {
        return MEMTRACE_ERR_NOMEM;
    }
    memset(out->data, 0, BLOCK_HEADER_BYTES + head_size);
    out->used = BLOCK_HEADER_BYTES + head_size;
    return 0;
}

void block_end(struct buffer *out, uint16_t kind, uint16_t encoding,
               size_t head_size)
{
    uint8_t *p = out->data;
    size_t before = BLOCK_HEADER_BYTES + head_size;

    memcpy(p, BLOCK_SYNC, BLOCK_SYNC_BYTES);
    put_le16(p + BLOCK_KIND, kind);
    put_le16(p + BLOCK_ENCODING, encoding);
    put_le32(p + BLOCK_HEAD_SIZE, (uint32_t)head_size);
    put_le64(p + BLOCK_BODY_SIZE, out->used - before);
    put_le64(p + BLOCK_BODY_CHECKSUM, checksum(p + before, out->used - before));
    put_le64(p + BLOCK_HEAD_CHECKSUM, head_checksum(p, head_size));
}

void block_free_put(uint8_t *p, uint64_t size)
{
    memset(p, 0, BLOCK_HEADER_BYTES);
    memcpy(p, BLOCK_SYNC, BLOCK_SYNC_BYTES);
    put_le16(p + BLOCK_KIND, BLOCK_FREE);
    put_le16(p + BLOCK_ENCODING, 1);
    put_le64(p + BLOCK_BODY_SIZE, size - BLOCK_HEADER_BYTES);
    put_le64(p + BLOCK_HEAD_CHECKSUM, head_checksum(p, 0));
}

int block_parse(const uint8_t *data, size_t size, struct block_header *header)
{
    if (size < BLOCK_HEADER_BYTES ||
        memcmp(data, BLOCK_SYNC, BLOCK_SYNC_BYTES) != 0) {
        return MEMTRACE_ERR_CORRUPT;
    }
    header->kind = get_le16(data + BLOCK_KIND);
    header->encoding = get_le16(data + BLOCK_ENCODING);
    header->head_size = get_le32(data + BLOCK_HEAD_SIZE);
    header->body_size = get_le64(data + BLOCK_BODY_SIZE);
    header->body_checksum = get_le64(data + BLOCK_BODY_CHECKSUM);
    if (header->head_size > BLOCK_HEAD_MAX ||
        header->head_size > size - BLOCK_HEADER_BYTES) {
        return MEMTRACE_ERR_CORRUPT;
    }
    if (head_checksum(data, header->head_size) !=
        get_le64(data + BLOCK_HEAD_CHECKSUM)) {
        return MEMTRACE_ERR_CORRUPT;
    }
    return 0;
}

size_t access_head_size(const struct access_head *head)
{
    return head->has_digest   ? ACCESS_HEAD_BYTES_DIGEST
           : head->has_values ? ACCESS_HEAD_BYTES_VALUES
                              : ACCESS_HEAD_BYTES;
}

void access_head_put(uint8_t *p, const struct access_head *head)
{
    put_le32(p + ACCESS_THREAD, head->thread);
    put_le32(p + ACCESS_N_EVENTS, head->n_events);
    put_le64(p + ACCESS_FIRST, head->first);
    put_le64(p + ACCESS_START_TIME, head->start_time);
    put_le64(p + ACCESS_END_TIME, head->end_time);
    put_le64(p + ACCESS_MIN_VADDR, head->min_vaddr);
    put_le64(p + ACCESS_MAX_VADDR, head->max_vaddr);
    put_le64(p + ACCESS_N_LOST, head->n_lost);
    put_le32(p + ACCESS_N_ACCESSES, (uint32_t)head->n_accesses);
    put_le32(p + ACCESS_N_STORES, head->n_stores);
    put_le32(p + ACCESS_N_ATOMICS, head->n_atomics);
    put_le32(p + ACCESS_EVENTS_SIZE, head->events_size);
    put_le64(p + ACCESS_EVENTS_CHECKSUM, head->events_checksum);
    if (head->has_values || head->has_digest) {
        put_le32(p + ACCESS_FLAGS,
                 (head->has_values ? ACCESS_HAS_VALUES : 0) |
                     (head->has_digest ? ACCESS_HAS_DIGEST : 0));
    }
    if (head->has_digest) {
        put_le32(p + ACCESS_DIGEST_SIZE, head->digest_size);
        put_le64(p + ACCESS_DIGEST_CHECKSUM, head->digest_checksum);
    }
}

int access_head_get(const uint8_t *p, size_t size, struct access_head *head)
{
    if (size < ACCESS_HEAD_BYTES) {
        return MEMTRACE_ERR_CORRUPT;
    }
    head->thread = get_le32(p + ACCESS_THREAD);
    head->n_events = get_le32(p + ACCESS_N_EVENTS);
    head->first = get_le64(p + ACCESS_FIRST);
    head->start_time = get_le64(p + ACCESS_START_TIME);
    head->end_time = get_le64(p + ACCESS_END_TIME);
    head->min_vaddr = get_le64(p + ACCESS_MIN_VADDR);
    head->max_vaddr = get_le64(p + ACCESS_MAX_VADDR);
    head->n_lost = get_le64(p + ACCESS_N_LOST);
    head->n_accesses = get_le32(p + ACCESS_N_ACCESSES);
    head->n_stores = get_le32(p + ACCESS_N_STORES);
    head->n_atomics = get_le32(p + ACCESS_N_ATOMICS);
    head->events_size = get_le32(p + ACCESS_EVENTS_SIZE);
    head->events_checksum = get_le64(p + ACCESS_EVENTS_CHECKSUM);
    head->has_values = size >= ACCESS_HEAD_BYTES_VALUES &&
                       (get_le32(p + ACCESS_FLAGS) & ACCESS_HAS_VALUES) != 0;
    head->has_digest = size >= ACCESS_HEAD_BYTES_DIGEST &&
                       (get_le32(p + ACCESS_FLAGS) & ACCESS_HAS_DIGEST) != 0;
    head->digest_size = head->has_digest ? get_le32(p + ACCESS_DIGEST_SIZE) : 0;
    head->digest_checksum =
        head->has_digest ? get_le64(p + ACCESS_DIGEST_CHECKSUM) : 0;
    if (head->thread >= LIMIT_THREADS ||
        head->n_accesses > LIMIT_BLOCK_ACCESSES ||
        head->n_stores > head->n_accesses ||
        head->n_atomics > head->n_accesses) {
        return MEMTRACE_ERR_CORRUPT;
    }
    return 0;
}
