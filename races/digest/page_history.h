/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * page_history.h - which pages one thread alone has touched so far, and of
 * late, while a trace is recorded.
 *
 * Such a page is the thread's own.  It is likely to stay so, and then its
 * accesses cannot race: whether it does is known only at the end of the trace.
 * All encoders share one history.
 */
#ifndef PAGE_HISTORY_H
#define PAGE_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "digest.h"

struct race_history;

/** race_history_new() - Return: an empty one, or NULL out of memory. */
struct race_history *race_history_new(void);
void race_history_free(struct race_history *history);

/**
 * race_history_touch() - a block of a thread touches pages
 * @first: accesses that the thread made before the block
 * @is_own: set for each page: did the same thread touch it a block or a few
 *          ago, and nobody else ever?
 *
 * Thread safe.  The history has a limited number of pages: those that come
 * later are nobody's own.
 */
void race_history_touch(struct race_history *history, uint32_t thread,
                        uint64_t first,
                        const struct memtrace_digest_page *pages,
                        size_t n_pages, bool *is_own);

#endif /* PAGE_HISTORY_H */
