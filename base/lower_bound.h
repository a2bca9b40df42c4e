/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lower_bound.h - binary search in what is sorted, however it is stored.
 */
#ifndef MEMTRACE_LOWER_BOUND_H
#define MEMTRACE_LOWER_BOUND_H

#include <stddef.h>

/**
 * lower_bound() - the first element that does not lie below what is sought
 * @n: how many elements there are
 * @i: a name for the number of an element, to be used in @is_below
 * @is_below: an expression with @i: true of some first elements and of no
 *            other
 *
 *     size_t at = lower_bound(list->n, i, list->all[i].number < number);
 *
 * Written with <= it is the upper bound: the first element that lies behind.
 *
 * Return: the number of the element, or @n where all lie below.
 */
#define lower_bound(n, i, is_below) lower_bound_from(0, n, i, is_below)

/** lower_bound_from() - the same among the elements from @from to @n - 1. */
#define lower_bound_from(from, n, i, is_below)                                 \
    ({                                                                         \
        size_t low_ = (from), high_ = (n);                                     \
                                                                               \
        while (low_ < high_) {                                                 \
            size_t i = low_ + (high_ - low_) / 2;                              \
                                                                               \
            if (is_below) {                                                    \
                low_ = i + 1;                                                  \
            } else {                                                           \
                high_ = i;                                                     \
            }                                                                  \
        }                                                                      \
        low_;                                                                  \
    })

#endif /* MEMTRACE_LOWER_BOUND_H */
