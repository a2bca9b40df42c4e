/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * intervals.c - a sorted array of ranges that may nest.
 */
#include <errno.h>
#include <stdlib.h>

#include "array.h"
#include "intervals.h"
#include "lower_bound.h"

/*
 * How far back a range around an address is sought.  Ranges nest by a few;
 * a file made to nest by thousands must not make each look-up a scan.
 */
#define STEPS_BACK 64

int intervals_add(struct intervals *intervals, uint64_t start, uint64_t end,
                  size_t item, uint32_t rank)
{
    struct interval *interval;

    if (start >= end) {
        return 0;
    }
    interval = item < UINT32_MAX
                   ? array_add(intervals->array, intervals->n, intervals->room)
                   : NULL;
    if (!interval) {
        return -ENOMEM;
    }
    *interval = (struct interval){
        .start = start,
        .end = end,
        .item = (uint32_t)item,
        .rank = rank,
    };
    return 0;
}

/* The one to be found comes last of those that start together. */
static int compare(const void *a, const void *b)
{
    const struct interval *left = a;
    const struct interval *right = b;

    if (left->start != right->start) {
        return left->start < right->start ? -1 : 1;
    }
    if (left->rank != right->rank) {
        return left->rank < right->rank ? -1 : 1;
    }
    if (left->end != right->end) {
        return left->end > right->end ? -1 : 1;
    }
    return left->item > right->item ? -1 : left->item < right->item;
}

void intervals_sort(struct intervals *intervals)
{
    uint64_t max_end = 0;

    if (intervals->n == 0) {
        return;
    }
    qsort(intervals->array, intervals->n, sizeof(*intervals->array), compare);
    for (size_t i = 0; i < intervals->n; i++) {
        if (intervals->array[i].end > max_end) {
            max_end = intervals->array[i].end;
        }
        intervals->array[i].max_end = max_end;
    }
}

size_t intervals_behind(const struct intervals *intervals, uint64_t address)
{
    return lower_bound(intervals->n, i, intervals->array[i].start <= address);
}

const struct interval *intervals_find(const struct intervals *intervals,
                                      uint64_t address)
{
    size_t low = intervals_behind(intervals, address);

    for (size_t steps = 0; low > 0 && steps < STEPS_BACK; low--, steps++) {
        const struct interval *interval = &intervals->array[low - 1];

        if (interval->max_end <= address) {
            return NULL;
        }
        if (interval->end > address) {
            return interval;
        }
    }
    return NULL;
}

void intervals_free(struct intervals *intervals)
{
    free(intervals->array);
    *intervals = (struct intervals){0};
}
