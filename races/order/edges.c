/* SPDX-License-Identifier: GPL-2.0-or-later */
/* edges.c - edges between threads; see engine.h. */
#include <stdlib.h>

#include "engine.h"

int race_list_add(struct race_list *list, uint32_t sync)
{
    if (sync == KEY_MAP_NONE) {
        return MEMTRACE_ERR_NOMEM;
    }
    for (size_t i = 0; i < list->n; i++) {
        if (list->syncs[i] == sync) {
            return 0;
        }
    }
    if (list->n == list->room) {
        size_t room = list->n ? 2 * list->n : 8;
        uint32_t *syncs = realloc(list->syncs, room * sizeof(*syncs));

        if (!syncs) {
            return MEMTRACE_ERR_NOMEM;
        }
        list->syncs = syncs;
        list->room = room;
    }
    list->syncs[list->n++] = sync;
    return 0;
}

int race_thread_advance(struct race_engine *engine, uint32_t thread)
{
    struct vector_clock *clock = &engine->threads[thread].clock;

    return vector_clock_set(clock, thread, vector_clock_of(clock, thread) + 1);
}

int race_thread_give(struct race_engine *engine, uint32_t thread,
                     enum race_sync_kind kind, uint64_t id)
{
    uint32_t sync = race_sync_find(&engine->syncs, kind, id);

    return sync == KEY_MAP_NONE
               ? MEMTRACE_ERR_NOMEM
               : race_sync_give(&engine->syncs, sync, thread,
                                &engine->threads[thread].clock);
}

static int take(struct race_engine *engine, uint32_t thread, uint32_t sync)
{
    struct race_thread *t = &engine->threads[thread];
    const struct race_sync *s;
    int result;

    if (sync == KEY_MAP_NONE) {
        return MEMTRACE_ERR_NOMEM;
    }
    result = race_sync_take(&engine->syncs, sync, &t->clock);
    s = &engine->syncs.all[sync];
    if (result > 0 && s->last != RACE_SYNC_NOBODY && s->last != thread) {
        result = vector_clock_set(&t->met, s->last, sync + 1);
    }
    return result < 0 ? result : 0;
}

int race_thread_take(struct race_engine *engine, uint32_t thread,
                     enum race_sync_kind kind, uint64_t id)
{
    return take(engine, thread, race_sync_find(&engine->syncs, kind, id));
}

int race_thread_take_list(struct race_engine *engine, uint32_t thread)
{
    struct race_list *takes = &engine->threads[thread].takes;
    int error = 0;

    for (size_t i = 0; i < takes->n && !error; i++) {
        error = take(engine, thread, takes->syncs[i]);
    }
    takes->n = 0;
    return error;
}

int race_thread_follow(struct race_engine *engine, uint32_t thread,
                       uint32_t from)
{
    int error = vector_clock_join(&engine->threads[thread].clock,
                                  &engine->threads[from].clock);

    return error < 0 ? error : race_thread_advance(engine, from);
}

int race_words_at(struct race_engine *engine, uint32_t thread, uint64_t vaddr,
                  uint32_t syncs[2])
{
    const struct race_scan *scan = engine->scan;
    uint64_t key =
        race_granule_key(race_space(engine->spaces, thread, vaddr), vaddr);
    uint32_t granule = key_map_find(&scan->granule_keys, key);
    bool is_one = granule != KEY_MAP_NONE && scan->granules[granule].is_one;
    uint64_t half = !is_one && vaddr % RACE_GRANULE_BYTES >= 4;

    syncs[0] = race_sync_find(&engine->syncs, RACE_SYNC_WORD, 2 * key + half);
    return syncs[0] == KEY_MAP_NONE ? MEMTRACE_ERR_NOMEM : 1;
}

/*
 * What a thread alone has is for others to learn of its end.  Where several
 * have the same one, as all of musl's have the lock of their list, it is what
 * they learn of each other by, too.
 */
int race_thread_own(struct race_engine *engine, uint32_t thread, uint64_t word)
{
    struct race_thread *t = &engine->threads[thread];
    uint32_t syncs[2];
    int n;

    if (t->own_word) {
        engine->syncs.all[t->own_sync].n_owners--;
    }
    t->own_word = word;
    if (!word) {
        return 0;
    }
    n = race_words_at(engine, thread, word, syncs);
    if (n < 0) {
        t->own_word = 0;
        return n;
    }
    t->own_sync = syncs[0];
    if (engine->syncs.all[t->own_sync].n_owners++) {
        engine->syncs.all[t->own_sync].is_shared = true;
    }
    return 0;
}
