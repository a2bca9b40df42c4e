/* SPDX-License-Identifier: GPL-2.0-or-later */
/* range_set.c - see range_set.h. */
#include "range_set.h"

#include <stdlib.h>

#include "array.h"

void range_set_add(struct range_set *set, uint64_t first, uint64_t last)
{
    struct range *range;

    if (first > last) {
        return;
    }
    range = array_add(set->ranges, set->n, set->room);
    if (!range) {
        set->is_short = true;
        return;
    }
    *range = (struct range){first, last};
}

void range_set_sort(struct range_set *set)
{
    set->n = ranges_unite(set->ranges, set->n);
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
        const struct range *range = &set->ranges[i];

        while (k < other->n && other->ranges[k].last < range->first) {
            k++;
        }
        for (size_t j = k;
             j < other->n && other->ranges[j].first <= range->last; j++) {
            const struct range *with = &other->ranges[j];

            range_set_add(&result,
                          range->first > with->first ? range->first
                                                     : with->first,
                          range->last < with->last ? range->last : with->last);
        }
    }
    replace(set, &result);
}

void range_set_remove(struct range_set *set, const struct range_set *other)
{
    struct range_set rest = {.is_short = other->is_short};
    uint64_t next = 0;
    bool is_end = false;

    for (size_t i = 0; i < other->n; i++) {
        const struct range *range = &other->ranges[i];

        if (range->first > next) {
            range_set_add(&rest, next, range->first - 1);
        }
        next = range->last + 1;
        is_end = range->last == UINT64_MAX;
    }
    if (!is_end) {
        range_set_add(&rest, next, UINT64_MAX);
    }
    range_set_keep(set, &rest);
    range_set_free(&rest);
}

void range_set_free(struct range_set *set)
{
    free(set->ranges);
    *set = (struct range_set){0};
}
