/* SPDX-License-Identifier: GPL-2.0-or-later */
/* addresses.c - see addresses.h. */
#include "addresses.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "plugin_recording.h"

/*
 * Sorted ranges, of which none touches another.  A new list takes the place of
 * the old one, which is never freed: a callback may be reading it.
 */
struct addresses {
    size_t n;
    struct selection_range ranges[];
};
static _Atomic(struct addresses *) addresses;

static int compare(const void *a, const void *b)
{
    const struct selection_range *left = a;
    const struct selection_range *right = b;

    return (left->first > right->first) - (left->first < right->first);
}

void addresses_set(const struct selection_range *data, size_t n)
{
    const struct selection *selection = &plugin_recording.selection;
    size_t n_all = selection->n_addresses + n;
    struct addresses *list =
        malloc(sizeof(*list) + n_all * sizeof(list->ranges[0]));

    if (list == NULL) {
        plugin_recording_stop(CHANNEL_STOP_MEMORY, 0);
        return;
    }
    memcpy(list->ranges, selection->addresses,
           selection->n_addresses * sizeof(list->ranges[0]));
    if (n > 0) {
        memcpy(&list->ranges[selection->n_addresses], data, n * sizeof(*data));
    }
    qsort(list->ranges, n_all, sizeof(list->ranges[0]), compare);
    list->n = 0;
    for (size_t i = 0; i < n_all; i++) {
        struct selection_range range = list->ranges[i];

        if (list->n > 0 && list->ranges[list->n - 1].last >= range.first) {
            struct selection_range *before = &list->ranges[list->n - 1];

            before->last =
                before->last > range.last ? before->last : range.last;
        } else {
            list->ranges[list->n++] = range;
        }
    }
    atomic_store(&addresses, list);
}

bool addresses_have(uint64_t first, uint64_t last)
{
    const struct addresses *list = atomic_load(&addresses);
    size_t low = 0, high = list != NULL ? list->n : 0;

    if (last < first) {
        last = UINT64_MAX; /* around the end of memory: it ends there */
    }
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (list->ranges[middle].last < first) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return list != NULL && low < list->n && list->ranges[low].first <= last;
}
