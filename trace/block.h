/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * block.h - the frame that every block of the file has, and the head of an
 * access block.
 */
#ifndef MEMTRACE_BLOCK_H
#define MEMTRACE_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format.h"
#include "section.h"

/* A block's header, checked. */
struct block_header {
    uint16_t kind;
    uint16_t encoding;
    uint32_t head_size;
    uint64_t body_size;
    uint64_t body_checksum;
};

/* What an access block says of itself. */
struct access_head {
    uint32_t thread;
    uint32_t n_events;
    uint64_t first;
    uint64_t start_time;
    uint64_t end_time;
    uint64_t min_vaddr;
    uint64_t max_vaddr;
    uint64_t n_lost;
    uint64_t n_accesses;
    uint32_t n_stores;
    uint32_t n_atomics;
    uint32_t events_size;
    uint64_t events_checksum;
    bool has_values;
    bool has_digest;
    uint32_t digest_size; /* of the digest, the body's last part */
    uint64_t digest_checksum;
};

uint64_t checksum(const void *data, size_t size);

/*
 * Make room in out for a header and a head of that size; block_end() fills
 * the header when head and body are there.
 */
int block_begin(struct buffer *out, size_t head_size);
void block_end(struct buffer *out, uint16_t kind, uint16_t encoding,
               size_t head_size);

/* The header of a FREE block that takes so many bytes with it. */
void block_free_put(uint8_t *header, uint64_t size);

/*
 * Check a header and the head behind it; size bytes are there.  Return: 0, or
 * CORRUPT, also where the head is cut off.
 */
int block_parse(const uint8_t *data, size_t size, struct block_header *header);

void access_head_put(uint8_t *p, const struct access_head *head);
/* How long the head is. */
size_t access_head_size(const struct access_head *head);
/* Return: 0, or CORRUPT where it is too short or beyond the limits. */
int access_head_get(const uint8_t *p, size_t size, struct access_head *head);

#endif /* MEMTRACE_BLOCK_H */
