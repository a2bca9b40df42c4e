/* SPDX-License-Identifier: GPL-2.0-or-later */
/* range.c - see range.h. */
#include "range.h"

#include <stdlib.h>

static int compare(const void *a, const void *b)
{
    const struct range *x = a, *y = b;

    return (x->first > y->first) - (x->first < y->first);
}

size_t ranges_unite(struct range *ranges, size_t n)
{
    size_t n_united = 0;

    if (n == 0) {
        return 0;
    }
    qsort(ranges, n, sizeof(*ranges), compare);
    for (size_t i = 1; i < n; i++) {
        struct range *last = &ranges[n_united];

        if (last->last != UINT64_MAX && ranges[i].first > last->last + 1) {
            ranges[++n_united] = ranges[i];
        } else if (ranges[i].last > last->last) {
            last->last = ranges[i].last;
        }
    }
    return n_united + 1;
}
