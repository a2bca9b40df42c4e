/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sync_bytes.c - see sync_bytes.h.  Memory: 40 bytes for each granule of 8
 * bytes that synchronises.
 */
#include "sync_bytes.h"

#include <stdlib.h>

#include "array.h"
#include "check.h"
#include "memtrace.h"

int race_sync_bytes_add(struct race_sync_bytes *bytes,
                        const struct race_sync_granule *add)
{
    size_t n = bytes->keys.n;
    struct race_sync_granule *granule;
    uint32_t number;

    check(add->mask && !(add->ad_hoc & ~add->mask),
          "what is ad hoc synchronises");
    if (array_reserve(bytes->granules, bytes->room, n + 1) < 0) {
        return MEMTRACE_ERR_NOMEM;
    }
    number = key_map_add(&bytes->keys, add->key, (uint32_t)n);
    if (number == KEY_MAP_NONE) {
        return MEMTRACE_ERR_NOMEM;
    }
    granule = &bytes->granules[number];
    if (number == n) {
        *granule = *add;
        return 0;
    }
    granule->ad_hoc =
        (granule->ad_hoc | add->ad_hoc) &
        ~((granule->mask & ~granule->ad_hoc) | (add->mask & ~add->ad_hoc));
    granule->mask |= add->mask;
    granule->is_one |= add->is_one;
    return 0;
}

int race_sync_bytes_merge(struct race_sync_bytes *to,
                          const struct race_sync_bytes *from)
{
    int error = 0;

    for (size_t i = 0; i < from->keys.n && !error; i++) {
        error = race_sync_bytes_add(to, &from->granules[i]);
    }
    return error;
}

void race_sync_bytes_free(struct race_sync_bytes *bytes)
{
    key_map_free(&bytes->keys);
    free(bytes->granules);
}
