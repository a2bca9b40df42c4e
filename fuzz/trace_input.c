/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trace_input.c - see trace_input.h. */
#include "trace_input.h"

#include <xxhash.h>

#include "format.h"

#define SEAL 1

static void put_checksum(uint8_t *at, uint64_t sum)
{
    memcpy(at, &sum, sizeof(sum));
}

/* Of an ACCESS block's parts, where its head says that they are. */
static void seal_parts(uint8_t *head, uint32_t head_size, uint64_t body)
{
    const uint8_t *p = head + head_size;
    uint32_t events, digest;

    memcpy(&events, head + ACCESS_EVENTS_SIZE, sizeof(events));
    if (events <= body) {
        put_checksum(head + ACCESS_EVENTS_CHECKSUM, XXH3_64bits(p, events));
    }
    if (head_size >= ACCESS_HEAD_BYTES_DIGEST &&
        (head[ACCESS_FLAGS] & ACCESS_HAS_DIGEST)) {
        memcpy(&digest, head + ACCESS_DIGEST_SIZE, sizeof(digest));
        if (digest <= body) {
            put_checksum(head + ACCESS_DIGEST_CHECKSUM,
                         XXH3_64bits(p + body - digest, digest));
        }
    }
}

static void seal_block(uint8_t *block, uint64_t left)
{
    uint8_t both[24 + BLOCK_HEAD_MAX];
    uint32_t head;
    uint64_t body;

    memcpy(&head, block + BLOCK_HEAD_SIZE, sizeof(head));
    memcpy(&body, block + BLOCK_BODY_SIZE, sizeof(body));
    left -= BLOCK_HEADER_BYTES;
    if (head > BLOCK_HEAD_MAX || head > left) {
        return;
    }
    if (body <= left - head) {
        uint8_t kind = block[BLOCK_KIND];
        uint8_t *p = block + BLOCK_HEADER_BYTES;

        put_checksum(block + BLOCK_BODY_CHECKSUM, XXH3_64bits(p + head, body));
        if (kind == BLOCK_ACCESS && head >= ACCESS_HEAD_BYTES) {
            seal_parts(p, head, body);
        }
    }
    memcpy(both, block + BLOCK_KIND, 24);
    memcpy(both + 24, block + BLOCK_HEADER_BYTES, head);
    put_checksum(block + BLOCK_HEAD_CHECKSUM, XXH3_64bits(both, 24 + head));
}

/* From the end on: a digest has a block in it, whose bytes count as well. */
static void seal(uint8_t *file, size_t size)
{
    for (size_t at = size; at-- > 0;) {
        if (size - at >= BLOCK_HEADER_BYTES &&
            memcmp(file + at, BLOCK_SYNC, BLOCK_SYNC_BYTES) == 0) {
            seal_block(file + at, size - at);
        }
    }
    if (size >= TRAILER_BYTES) {
        uint8_t *trailer = file + size - TRAILER_BYTES;

        put_checksum(trailer + TRAILER_CHECKSUM,
                     XXH3_64bits(trailer, TRAILER_CHECKSUM));
    }
}

int trace_input_open(const uint8_t *data, size_t size,
                     struct memtrace_reader **reader)
{
    char path[FUZZ_PATH_MAX];
    uint8_t *file;
    int fd;

    *reader = NULL;
    if (size < 1 + FILE_HEADER_BYTES) {
        return -1;
    }
    file = malloc(size - 1);
    MUST(file != NULL);
    memcpy(file, data + 1, size - 1);
    if (data[0] & SEAL) {
        seal(file, size - 1);
    }
    fd = fuzz_file(file, size - 1, path);
    free(file);
    memtrace_open(path, reader);
    return fd;
}
