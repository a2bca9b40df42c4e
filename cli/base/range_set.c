/* SPDX-License-Identifier: GPL-2.0-or-later */
/* range_set.c - see range_set.h. */
#include "range_set.h"

#include <stdlib.h>

void range_set_add(struct range_set *set, uint64_t start, uint64_t end)
{
    if (start >= end) {
        return;
    }
    if (set->n == set->room) {
        size_t room = set->room * 2 + 16;
        struct set_range *more = reallocarray(set->ranges, room, sizeof(*more));

        if (more == NULL) {
            set->is_short = true;
            return;
        }
        set->ranges = more;
        set->room = room;
    }
    set->ranges[set->n++] = (struct set_range){start, end};
}

static int compare(const void *a, const void *b)
{
    const struct set_range *left = a;
    const struct set_range *right = b;

    return (left->start > right->start) - (left->start < right->start);
}

void range_set_sort(struct range_set *set)
{
    size_t n = 0;

    if (set->n == 0) {
        return;
    }
    qsort(set->ranges, set->n, sizeof(*set->ranges), compare);
    for (size_t i = 1; i < set->n; i++) {
        struct set_range *last = &set->ranges[n];

        if (set->ranges[i].start > last->end) {
            set->ranges[++n] = set->ranges[i];
        } else if (set->ranges[i].end > last->end) {
            last->end = set->ranges[i].end;
        }
    }
    set->n = n + 1;
}

static void replace(struct range_set *set, struct range_set *by)
{
    by->is_short |= set->is_short;
    free(set->ranges);
    *set = *by;
}

void range_set_keep(struct range_set *set, const struct range_set *other)
{
    struct range_set result = {.is_short = other->is_short};
    size_t k = 0;

    for (size_t i = 0; i < set->n; i++) {
        const struct set_range *range = &set->ranges[i];

        while (k < other->n && other->ranges[k].end <= range->start) {
            k++;
        }
        for (size_t j = k; j < other->n && other->ranges[j].start < range->end;
             j++) {
            const struct set_range *with = &other->ranges[j];

            range_set_add(&result,
                          range->start > with->start ? range->start
                                                     : with->start,
                          range->end < with->end ? range->end : with->end);
        }
    }
    replace(set, &result);
}

void range_set_remove(struct range_set *set, const struct range_set *other)
{
    struct range_set rest = {.is_short = other->is_short};
    uint64_t start = 0;

    for (size_t i = 0; i < other->n; i++) {
        range_set_add(&rest, start, other->ranges[i].start);
        start = other->ranges[i].end;
    }
    range_set_add(&rest, start, UINT64_MAX);
    range_set_keep(set, &rest);
    range_set_free(&rest);
}

void range_set_free(struct range_set *set)
{
    free(set->ranges);
    *set = (struct range_set){0};
}
