/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sync_bytes.h - the bytes of memory that synchronise threads, wherever they
 * are accessed: atomic instructions touch them, futex calls name them, the
 * kernel clears them at a thread's end, or threads wait on them.
 */
#ifndef SYNC_BYTES_H
#define SYNC_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "key_map.h"

/**
 * struct race_sync_granule - the bytes of a granule that synchronise
 * @key: see race_granule_key()
 * @mask: bit i is byte i
 * @ad_hoc: those of @mask that are plain memory on which threads wait
 * @is_one: all of it is one object, not one in each half
 */
struct race_sync_granule {
    uint64_t key;
    uint8_t mask;
    uint8_t ad_hoc;
    bool is_one;
};

/* All zero has none. */
struct race_sync_bytes {
    struct key_map keys; /* to places in @granules */
    struct race_sync_granule *granules;
    size_t room;
};

/**
 * race_sync_bytes_add() - bytes of a granule synchronise, beside those that do
 *
 * A byte that is added as ad hoc and as another one is not ad hoc.
 *
 * Return: 0, or MEMTRACE_ERR_NOMEM.
 */
int race_sync_bytes_add(struct race_sync_bytes *bytes,
                        const struct race_sync_granule *add);

/** race_sync_bytes_merge() - add all of @from. Return: 0, or NOMEM. */
int race_sync_bytes_merge(struct race_sync_bytes *to,
                          const struct race_sync_bytes *from);

/** race_sync_bytes_at() - Return: the granule of a key, or NULL. */
static inline const struct race_sync_granule *
race_sync_bytes_at(const struct race_sync_bytes *bytes, uint64_t key)
{
    uint32_t i = key_map_find(&bytes->keys, key);

    return i == KEY_MAP_NONE ? NULL : &bytes->granules[i];
}

void race_sync_bytes_free(struct race_sync_bytes *bytes);

#endif /* SYNC_BYTES_H */
