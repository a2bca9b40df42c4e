/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * intervals.c - a sorted array of ranges that may nest.
 */
#include <errno.h>
#include <stdlib.h>

#include "intervals.h"
#include "room.h"

/*
 * How far back a range around an address is sought.  Ranges nest by a few;
 * a file made to nest by thousands must not make each look-up a scan.
 */
#define STEPS_BACK 64

int intervals_add(struct intervals *intervals, uint64_t start, uint64_t end,
                  size_t item, uint32_t rank)
{
    struct interval *bigger;

    if (start >= end) {
        return 0;
    }
    bigger = item < UINT32_MAX ? room_for_one(intervals->array, intervals->n,
                                              &intervals->room, sizeof(*bigger))
                               : NULL;
    if (!bigger) {
        return -ENOMEM;
    }
    intervals->array = bigger;
    intervals->array[intervals->n++] = (struct interval){
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
    size_t low = 0;
    size_t high = intervals->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (intervals->array[middle].start <= address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
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
