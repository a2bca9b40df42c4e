/* SPDX-License-Identifier: GPL-2.0-or-later */
/* digest_bytes.h - a digest as the content of a section. */
#ifndef MEMTRACE_DIGEST_BYTES_H
#define MEMTRACE_DIGEST_BYTES_H

#include "block.h"
#include "digest.h"
#include "section.h"

/* start_time: of the block. Return: 0, or NOMEM. */
int digest_put(const struct memtrace_digest *digest, uint64_t start_time,
               struct buffer *out);

/*
 * head: of the block, which bounds how much there can be.  n_listed is set,
 * what is listed is not.  Return: 0, or CORRUPT, NOMEM.
 */
int digest_get(struct bytes_in *in, const struct access_head *head,
               struct memtrace_digest *digest);

#endif /* MEMTRACE_DIGEST_BYTES_H */
