/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sync_objects.c - see sync_objects.h.  Memory: 4 bytes for each object and
 * thread that is known of there.
 */
#include "sync_objects.h"

#include <stdlib.h>

#include "array.h"
#include "check.h"
#include "memtrace.h"

void race_syncs_close(struct race_syncs *syncs)
{
    for (size_t i = 0; i < syncs->n; i++) {
        vector_clock_free(&syncs->all[i].clock);
    }
    for (size_t i = 0; i < RACE_SYNC_KINDS; i++) {
        key_map_free(&syncs->keys[i]);
    }
    free(syncs->all);
    free(syncs->promises);
}

uint32_t race_sync_find(struct race_syncs *syncs, enum race_sync_kind kind,
                        uint64_t id)
{
    uint32_t sync;

    if (array_reserve(syncs->all, syncs->room, syncs->n + 1) < 0) {
        return KEY_MAP_NONE;
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

int race_sync_join(struct race_syncs *syncs, uint32_t sync,
                   const struct vector_clock *clock)
{
    int news;

    check(sync < syncs->n, "an object has a number");
    news = vector_clock_join(&syncs->all[sync].clock, clock);
    if (news <= 0) {
        return news;
    }
    syncs->all[sync].is_exact = false;
    for (size_t i = 0; i < syncs->n_promises; i++) {
        const struct race_promise *promise = syncs->promises[i];

        if (!has(promise->acquires, promise->n_acquires, sync)) {
            continue;
        }
        for (size_t k = 0; k < promise->n_releases; k++) {
            /* This comes to an end, since a clock only grows. */
            int error =
                promise->releases[k] == sync
                    ? 0
                    : race_sync_join(syncs, promise->releases[k], clock);

            if (error < 0) {
                return error;
            }
        }
    }
    return 0;
}

int race_sync_release(struct race_syncs *syncs, uint32_t sync, uint32_t thread,
                      const struct vector_clock *clock)
{
    struct race_sync *s = &syncs->all[sync];
    /* Does the thread know all that has been released? */
    bool is_covered =
        s->last == RACE_SYNC_NOBODY
            ? !s->clock.n
            : s->is_exact && vector_clock_of(clock, s->last) >= s->last_epoch;
    int error;

    check(sync < syncs->n, "an object has a number");
    check(vector_clock_of(clock, thread) > 0,
          "a thread that releases has an epoch");
    if (is_covered && !syncs->n_promises) {
        s->is_exact = true;
        error = vector_clock_copy(&s->clock, clock);
    } else {
        error = race_sync_join(syncs, sync, clock);
        s->is_exact = is_covered;
    }
    s->last = thread;
    s->last_epoch = vector_clock_of(clock, thread);
    return error;
}

int race_sync_acquire(const struct race_syncs *syncs, uint32_t sync,
                      struct vector_clock *clock)
{
    const struct race_sync *s = &syncs->all[sync];

    check(sync < syncs->n, "an object has a number");
    if (s->last == RACE_SYNC_NOBODY && !s->clock.n) {
        return 0;
    }
    if (s->is_exact && vector_clock_of(clock, s->last) >= s->last_epoch) {
        return 0;
    }
    return vector_clock_join(clock, &s->clock);
}

int race_sync_promise(struct race_syncs *syncs,
                      const struct race_promise *promise)
{
    const struct race_promise **added =
        array_add(syncs->promises, syncs->n_promises, syncs->room_promises);

    if (!added) {
        return MEMTRACE_ERR_NOMEM;
    }
    *added = promise;
    for (size_t i = 0; i < promise->n_acquires; i++) {
        for (size_t k = 0; k < promise->n_releases; k++) {
            int error = race_sync_join(syncs, promise->releases[k],
                                       &syncs->all[promise->acquires[i]].clock);

            if (error < 0) {
                return error;
            }
        }
    }
    return 0;
}

void race_sync_end_promise(struct race_syncs *syncs,
                           const struct race_promise *promise)
{
    for (size_t i = 0; i < syncs->n_promises; i++) {
        if (syncs->promises[i] == promise) {
            syncs->promises[i] = syncs->promises[--syncs->n_promises];
            return;
        }
    }
    check(false, "a run that ends has begun");
}
