/* SPDX-License-Identifier: GPL-2.0-or-later */
/* addresses.c - see addresses.h. */
#include "addresses.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "plugin_recording.h"

/*
 * Ranges as ranges_unite() leaves them.  A new list takes the place of the old
 * one, which is kept: a callback may be reading it.
 */
struct addresses {
    struct addresses *old;
    size_t n;
    struct range ranges[];
};
static _Atomic(struct addresses *) addresses;

void addresses_set(const struct range *data, size_t n)
{
    const struct selection *selection = &plugin_recording.selection;
    size_t n_own = selection->n_addresses;
    struct addresses *list =
        malloc(sizeof(*list) + (n_own + n) * sizeof(list->ranges[0]));

    if (list == NULL) {
        plugin_recording_stop(CHANNEL_STOP_MEMORY, 0);
        return;
    }
    memcpy(list->ranges, selection->addresses, n_own * sizeof(*data));
    if (n > 0) {
        memcpy(&list->ranges[n_own], data, n * sizeof(*data));
    }
    list->n = ranges_unite(list->ranges, n_own + n);
    list->old = atomic_load(&addresses);
    atomic_store(&addresses, list);
}

bool addresses_have(uint64_t first, uint64_t last)
{
    const struct addresses *list = atomic_load(&addresses);

    if (last < first) {
        last = UINT64_MAX; /* around the end of memory: it ends there */
    }
    return list != NULL && ranges_have(list->ranges, list->n, first, last);
}
