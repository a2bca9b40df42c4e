/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * access_checks.h - checks each access against those that are remembered of
 * its bytes, and lets the order know which bytes it synchronises by.
 */
#ifndef ACCESS_CHECKS_H
#define ACCESS_CHECKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "memtrace.h"
#include "order.h"
#include "race_list.h"
#include "shadow.h"

/**
 * struct race_checks - what accesses are checked with
 * @order: of the threads; its clocks are read, and go on by what accesses do
 * @shadow: the accesses that are remembered
 * @list: of the races that are found
 * @is_off: nothing is checked, nor remembered; only the order goes on
 */
struct race_checks {
    const struct memtrace_reader *reader;
    const struct race_spaces *spaces;
    const struct race_sync_bytes *bytes;
    struct race_order *order;
    struct race_shadow *shadow;
    struct race_list *list;
    bool is_off;
};

/**
 * race_check_accesses() - check accesses of one piece
 * @from: the first of them
 * @is_delayed: the thread has acquired all that it may have acquired
 *
 * Return: @n, or the number of an access before which the thread has to acquire
 * first; or a negative error.
 */
int64_t race_check_accesses(struct race_checks *checks, uint32_t thread,
                            const struct memtrace_access *accesses, size_t n,
                            size_t from, bool is_delayed);

/**
 * race_collect_sync() - gather what a delayed run acquires and releases
 * @from: the first of its accesses
 *
 * By its plain accesses: race_clocks_promise() is to follow.
 *
 * Return: 0, or a negative error.
 */
int race_collect_sync(struct race_checks *checks, uint32_t thread,
                      const struct memtrace_access *accesses, size_t n,
                      size_t from);

/**
 * race_check_kernel() - check an access that the kernel makes for a thread
 * @event: a KERNEL_ACCESS
 *
 * Return: 0, or a negative error.
 */
int race_check_kernel(struct race_checks *checks, uint32_t thread,
                      const struct memtrace_event *event);

#endif /* ACCESS_CHECKS_H */
