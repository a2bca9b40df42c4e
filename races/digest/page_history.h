/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * page_history.h - while a trace is recorded: which pages were touched by one
 * thread alone so far, and of late.
 *
 * What such a page's accesses tell is likely to be nothing for who looks for
 * races; that it is so is only known at the end.  One for all encoders.
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
 * race_history_touch() - a block of a thread has touched pages
 * @first: how many accesses the thread made before it
 * @is_own: of each page: have its last accesses, of a block or two ago, been
 *          the same thread's, and all others before, too? Set here
 *
 * Thread safe.  Of so many pages that memory would be a matter nothing is
 * known: those are nobody's own.
 */
void race_history_touch(struct race_history *history, uint32_t thread,
                        uint64_t first,
                        const struct memtrace_digest_page *pages,
                        size_t n_pages, bool *is_own);

#endif /* PAGE_HISTORY_H */
