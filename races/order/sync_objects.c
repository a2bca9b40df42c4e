/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sync_objects.c - see sync_objects.h.  Memory: 4 bytes for each object and
 * thread that is known of there.
 */
#include "sync_objects.h"

#include <stdlib.h>

#include "memtrace.h"

void race_syncs_close(struct race_syncs *syncs)
{
    for (size_t i = 0; i < syncs->n; i++) {
        vector_clock_free(&syncs->all[i].clock);
    }
    for (size_t i = 0; i <= RACE_SYNC_SIGNAL; i++) {
        key_map_free(&syncs->keys[i]);
    }
    free(syncs->all);
    free(syncs->open);
}

uint32_t race_sync_find(struct race_syncs *syncs, enum race_sync_kind kind,
                        uint64_t id)
{
    uint32_t sync;

    if (syncs->n == syncs->room) {
        size_t room = syncs->n ? 2 * syncs->n : 64;
        struct race_sync *all = realloc(syncs->all, room * sizeof(*all));

        if (!all) {
            return KEY_MAP_NONE;
        }
        syncs->all = all;
        syncs->room = room;
    }
    sync = key_map_add(&syncs->keys[kind], id, (uint32_t)syncs->n);
    if (sync == syncs->n) {
        syncs->all[syncs->n++] = (struct race_sync){
            .id = id,
            .kind = kind,
            .last = RACE_SYNC_NOBODY,
        };
    }
    return sync;
}

static bool has(const uint32_t *list, size_t n, uint32_t sync)
{
    for (size_t i = 0; i < n; i++) {
        if (list[i] == sync) {
            return true;
        }
    }
    return false;
}

int race_sync_add(struct race_syncs *syncs, uint32_t sync,
                  const struct vector_clock *clock)
{
    int news = vector_clock_join(&syncs->all[sync].clock, clock);

    if (news <= 0) {
        return news;
    }
    syncs->all[sync].is_exact = false;
    for (size_t i = 0; i < syncs->n_open; i++) {
        const struct race_open *open = syncs->open[i];

        if (!has(open->takes, open->n_takes, sync)) {
            continue;
        }
        for (size_t k = 0; k < open->n_gives; k++) {
            /* Ends, as a clock only grows. */
            int error = open->gives[k] == sync
                            ? 0
                            : race_sync_add(syncs, open->gives[k], clock);

            if (error < 0) {
                return error;
            }
        }
    }
    return 0;
}

int race_sync_give(struct race_syncs *syncs, uint32_t sync, uint32_t thread,
                   const struct vector_clock *clock)
{
    struct race_sync *s = &syncs->all[sync];
    bool is_covered =
        s->last == RACE_SYNC_NOBODY ||
        (s->is_exact && vector_clock_of(clock, s->last) >= s->last_epoch);
    int error;

    if (is_covered && !syncs->n_open) {
        s->is_exact = true;
        error = vector_clock_copy(&s->clock, clock);
    } else {
        error = race_sync_add(syncs, sync, clock);
        s->is_exact = is_covered;
    }
    s->last = thread;
    s->last_epoch = vector_clock_of(clock, thread);
    return error;
}

int race_sync_take(const struct race_syncs *syncs, uint32_t sync,
                   struct vector_clock *clock)
{
    const struct race_sync *s = &syncs->all[sync];

    if (s->last == RACE_SYNC_NOBODY && !s->clock.n) {
        return 0;
    }
    if (s->is_exact && vector_clock_of(clock, s->last) >= s->last_epoch) {
        return 0;
    }
    return vector_clock_join(clock, &s->clock);
}

int race_sync_open(struct race_syncs *syncs, const struct race_open *open)
{
    if (syncs->n_open == syncs->room_open) {
        size_t room = syncs->n_open ? 2 * syncs->n_open : 8;
        const struct race_open **list =
            realloc(syncs->open, room * sizeof(*list));

        if (!list) {
            return MEMTRACE_ERR_NOMEM;
        }
        syncs->open = list;
        syncs->room_open = room;
    }
    syncs->open[syncs->n_open++] = open;
    for (size_t i = 0; i < open->n_takes; i++) {
        for (size_t k = 0; k < open->n_gives; k++) {
            int error = race_sync_add(syncs, open->gives[k],
                                      &syncs->all[open->takes[i]].clock);

            if (error < 0) {
                return error;
            }
        }
    }
    return 0;
}

void race_sync_shut(struct race_syncs *syncs, const struct race_open *open)
{
    for (size_t i = 0; i < syncs->n_open; i++) {
        if (syncs->open[i] == open) {
            syncs->open[i] = syncs->open[--syncs->n_open];
            return;
        }
    }
}
