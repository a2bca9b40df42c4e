/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * section.h - stretches of a block's body that are compressed by themselves.
 */
#ifndef MEMTRACE_SECTION_H
#define MEMTRACE_SECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zstd.h>

#include "buffer.h"
#include "bytes.h"

#define SECTION_FAST 1 /* a level: for what there is much of */

/*
 * Append data as a section to out, compressed at that level of zstd's;
 * is_kept: the reader will keep it.
 */
int section_put(struct buffer *out, ZSTD_CCtx *zstd, int level,
                const uint8_t *data, size_t size, bool is_kept);

/*
 * Take the next section of in and put what it holds into out (used is set
 * anew); max_bytes bounds it.  Return: 0, or CORRUPT, NOMEM.
 */
int section_get(struct bytes_in *in, ZSTD_DCtx *zstd, size_t max_bytes,
                bool is_kept, struct buffer *out);

#endif /* MEMTRACE_SECTION_H */
