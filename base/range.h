/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * range.h - ranges of numbers, such as addresses, times and threads, of which
 * the first and the last belong to it.  So a range can reach to the very last
 * number, and none is empty.
 */
#ifndef MEMTRACE_RANGE_H
#define MEMTRACE_RANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lower_bound.h"

struct range {
    uint64_t first;
    uint64_t last;
};

/**
 * range_last() - the last of @size numbers from @first on
 *
 * Return: UINT64_MAX where it lies behind that; for a size of 0 @first.
 */
static inline uint64_t range_last(uint64_t first, uint64_t size)
{
    uint64_t more = size ? size - 1 : 0;

    return more > UINT64_MAX - first ? UINT64_MAX : first + more;
}

/** range_has() - is it one of those from @first to @last? */
static inline bool range_has(uint64_t first, uint64_t last, uint64_t number)
{
    return first <= number && number <= last;
}

/** ranges_overlap() - have these two a number in common? */
static inline bool ranges_overlap(uint64_t first, uint64_t last,
                                  uint64_t other_first, uint64_t other_last)
{
    return first <= other_last && other_first <= last;
}

/**
 * ranges_unite() - sort ranges, and make one of those that overlap or touch
 *
 * Return: how many there are now.
 */
size_t ranges_unite(struct range *ranges, size_t n);

/**
 * ranges_find() - the first range that reaches a number
 * @ranges: @n of them, as ranges_unite() leaves them
 *
 * Return: the number of the first range whose last is not below, or @n.
 */
static inline size_t ranges_find(const struct range *ranges, size_t n,
                                 uint64_t number)
{
    return lower_bound(n, i, ranges[i].last < number);
}

/** ranges_have() - has one of them a number from @first to @last? */
static inline bool ranges_have(const struct range *ranges, size_t n,
                               uint64_t first, uint64_t last)
{
    size_t i = ranges_find(ranges, n, first);

    return i < n && ranges[i].first <= last;
}

#endif /* MEMTRACE_RANGE_H */
