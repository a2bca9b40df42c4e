/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * decode.h - an access block back to accesses, a batch at a time.
 */
#ifndef MEMTRACE_DECODE_H
#define MEMTRACE_DECODE_H

#include "block.h"
#include "memtrace.h"

struct decoder;

/* What decoder_next() decoded; valid till the next call on the decoder. */
struct decoded {
    const struct memtrace_access *accesses;
    size_t n_accesses;
    const struct memtrace_value *values; /* or NULL */
    uint64_t first;                      /* accesses of the thread before */
    const uint32_t *run_ends; /* n_runs: where the time changes; the last is */
    size_t n_runs;            /* n_accesses */
};

/* zstd is used while a block is begun, and stays the caller's. */
struct decoder *decoder_new(ZSTD_DCtx *zstd);
void decoder_free(struct decoder *decoder);

/*
 * Start on a block whose checksums are right; body is not needed afterwards.
 * Return: 0, or CORRUPT, NOMEM.
 */
int decoder_begin(struct decoder *decoder, const struct access_head *head,
                  uint16_t encoding, const uint8_t *body, size_t body_size);

/* Return: 1 with accesses, 0 at the block's end, or CORRUPT. */
int decoder_next(struct decoder *decoder, struct decoded *out);

#endif /* MEMTRACE_DECODE_H */
