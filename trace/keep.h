/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * keep.h - the writer's part that keeps the most recent accesses: which
 * blocks are in the file, which go when there is no room, and what stays of
 * them.
 */
#ifndef MEMTRACE_KEEP_H
#define MEMTRACE_KEEP_H

#include "block.h"
#include "section.h"
#include "tables.h"

struct keep;

/*
 * For a file that ends at `end` and is to have at most max_bytes of ACCESS
 * blocks.  zstd stays the caller's.  Return: NULL out of memory.
 */
struct keep *keep_new(int fd, uint64_t end, uint64_t max_bytes,
                      ZSTD_CCtx *zstd);
void keep_free(struct keep *keep);

/*
 * Write an ACCESS block, making room by evicting the earliest; any other one.
 * ref has kind, size and head.  Return: 0, or IO (errno is set), NOMEM.
 */
int keep_access(struct keep *keep, const uint8_t *data, struct block_ref *ref);
int keep_table(struct keep *keep, const uint8_t *data, struct block_ref *ref);

/* Where the file ends. */
uint64_t keep_end(const struct keep *keep);
/* Accesses evicted so far, and up to which stamp. */
uint64_t keep_evicted(const struct keep *keep, uint64_t *time);

/*
 * All blocks of the file by their offsets, once nothing more is written;
 * what is free at the file's end is cut off.  Return: 0, or IO, NOMEM.
 */
int keep_finish(struct keep *keep, struct block_ref **refs, size_t *n_refs);

#endif /* MEMTRACE_KEEP_H */
