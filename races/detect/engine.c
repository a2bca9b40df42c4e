/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * engine.c - the second reading; see engine.h and docs/races.md.
 *
 * A heap holds the threads by the time at which they go on.  A piece is done
 * at its stamp, so what it releases is known from its earliest time on; the
 * part behind a plain load that acquires is done at the piece's end, when all
 * is known that may have been released before it.
 */
#include "engine.h"

#include <stdlib.h>
#include <string.h>

#include "pass.h"
#include "order_calls.h"

#define PROGRESS_ACCESSES (1u << 16)

static bool is_before(const struct race_engine *engine, uint32_t a, uint32_t b)
{
    uint64_t left = engine->threads[a].key, right = engine->threads[b].key;

    return left != right ? left < right : a < b;
}

static void sift_down(struct race_engine *engine, size_t i)
{
    uint32_t *heap = engine->heap;
    uint32_t moving = heap[i];

    for (;;) {
        size_t child = 2 * i + 1;

        if (child >= engine->n_heap) {
            break;
        }
        if (child + 1 < engine->n_heap &&
            is_before(engine, heap[child + 1], heap[child])) {
            child++;
        }
        if (!is_before(engine, heap[child], moving)) {
            break;
        }
        heap[i] = heap[child];
        i = child;
    }
    heap[i] = moving;
}

/* The next piece of a thread. Return: 1, 0 where there is none, or error. */
static int advance(struct race_engine *engine, uint32_t thread)
{
    struct race_thread *t = &engine->threads[thread];
    uint64_t n_read;
    int result = race_feed_next(engine->feed, thread, &t->piece, &n_read);

    engine->n_read += n_read;
    if (result > 0 && t->piece.time > t->key) {
        t->key = t->piece.time;
    }
    return result;
}

/* A delayed part begins: what it gives is promised, what it takes awaited. */
static int delay(struct race_engine *engine, uint32_t thread, size_t from)
{
    struct race_thread *t = &engine->threads[thread];
    const struct race_piece *piece = &t->piece;
    int error =
        race_accesses_sync(engine, thread, piece->accesses, piece->n, from);

    t->is_delayed = true;
    t->resume = from;
    t->key = piece->end_time > t->key ? piece->end_time : t->key;
    for (size_t i = 0; i < t->gives.n && !error; i++) {
        error = race_sync_add(&engine->syncs, t->gives.syncs[i], &t->clock);
    }
    if (!error && t->gives.n) {
        t->open = (struct race_open){
            .takes = t->takes.syncs,
            .n_takes = t->takes.n,
            .gives = t->gives.syncs,
            .n_gives = t->gives.n,
        };
        error = race_sync_open(&engine->syncs, &t->open);
    }
    return error;
}

static int end_delay(struct race_engine *engine, uint32_t thread)
{
    struct race_thread *t = &engine->threads[thread];
    const struct race_piece *piece = &t->piece;
    int64_t result;
    int error = race_thread_take_list(engine, thread);

    if (t->gives.n) {
        race_sync_shut(&engine->syncs, &t->open);
    }
    result = error ? error
                   : race_accesses(engine, thread, piece->accesses, piece->n,
                                   t->resume);
    error = result < 0 ? (int)result : 0;
    for (size_t i = 0; i < t->gives.n && !error; i++) {
        error = race_sync_add(&engine->syncs, t->gives.syncs[i], &t->clock);
    }
    t->is_delayed = false;
    if (t->gives.n) {
        t->gives.n = 0;
        error = error ? error : race_thread_advance(engine, thread);
    }
    return error;
}

static int do_piece(struct race_engine *engine, uint32_t thread)
{
    struct race_thread *t = &engine->threads[thread];
    const struct race_piece *piece = &t->piece;
    int64_t done;
    int error = t->has_started ? 0 : race_thread_begin(engine, thread);

    t->has_started = true;
    if (!error) {
        error = race_thread_take_list(engine, thread);
    }
    if (!error) {
        error = race_signals_take(engine, thread);
    }
    if (error) {
        return error > 0 ? delay(engine, thread, 0) : error;
    }
    if (piece->event) {
        return race_event(engine, thread, piece->event);
    }
    done = race_accesses(engine, thread, piece->accesses, piece->n, 0);
    if (done >= 0 && (size_t)done < piece->n) {
        return delay(engine, thread, (size_t)done);
    }
    return done < 0 ? (int)done : 0;
}

/* The first thread goes on by one step; it is over where nothing is left. */
static int step(struct race_engine *engine)
{
    uint32_t thread = engine->heap[0];
    struct race_thread *t = &engine->threads[thread];
    int result =
        t->is_delayed ? end_delay(engine, thread) : do_piece(engine, thread);

    if (!result && !t->is_delayed) {
        result = advance(engine, thread);
        if (!result) {
            engine->heap[0] = engine->heap[--engine->n_heap];
        }
    }
    if (result >= 0 && engine->n_heap) {
        sift_down(engine, 0);
    }
    return result < 0 ? result : 0;
}

static int compare_by_thread(const void *a, const void *b)
{
    const struct memtrace_event *left =
        *(const struct memtrace_event *const *)a;
    const struct memtrace_event *right =
        *(const struct memtrace_event *const *)b;

    if (left->thread != right->thread) {
        return left->thread < right->thread ? -1 : 1;
    }
    return left < right ? -1 : left > right; /* as the library has them */
}

/* Each thread's own events. */
static int share_events(struct race_engine *engine)
{
    const struct memtrace_event *all;
    int64_t n = memtrace_events(engine->reader, &all);
    size_t at = 0;

    if (n < 0) {
        return (int)n;
    }
    engine->events = malloc(((size_t)n + 1) * sizeof(*engine->events));
    if (!engine->events) {
        return MEMTRACE_ERR_NOMEM;
    }
    for (size_t i = 0; i < (size_t)n; i++) {
        engine->events[i] = &all[i];
    }
    qsort(engine->events, (size_t)n, sizeof(*engine->events),
          compare_by_thread);
    while (at < (size_t)n && engine->events[at]->thread < engine->n_threads) {
        struct race_thread *t = &engine->threads[engine->events[at]->thread];

        if (!t->n_events) {
            t->events = &engine->events[at];
        }
        t->n_events++;
        at++;
    }
    return 0;
}

/* Events before which all is forgotten, also what a thread then repeats. */
static bool has_gaps(const struct race_engine *engine)
{
    for (size_t i = 0; i < engine->n_threads; i++) {
        const struct race_thread *t = &engine->threads[i];

        for (size_t k = 0; k < t->n_events; k++) {
            unsigned type = t->events[k]->type;

            if (type == MEMTRACE_EVENT_PAUSE || type == MEMTRACE_EVENT_RESUME ||
                type == MEMTRACE_EVENT_LOST) {
                return true;
            }
        }
    }
    return false;
}

static int open_feed(struct race_engine *engine, unsigned n_workers)
{
    const struct race_feed_config config = {
        .reader = engine->reader,
        .scan = engine->scan,
        .n_threads = engine->n_threads,
        .n_workers = n_workers - 1, /* one processor is the engine's */
        .keeps_repeated = has_gaps(engine),
    };

    engine->feed = race_feed_new(&config);
    for (size_t i = 0; engine->feed && i < engine->n_threads; i++) {
        const struct race_thread *t = &engine->threads[i];

        race_feed_events(engine->feed, (uint32_t)i, t->events, t->n_events);
    }
    return engine->feed ? 0 : MEMTRACE_ERR_NOMEM;
}

/* The thread's first time: streams are opened when it has come. */
static void find_first_times(struct race_engine *engine)
{
    for (size_t i = 0; i < engine->n_threads; i++) {
        struct race_thread *t = &engine->threads[i];

        t->key = t->n_events ? t->events[0]->time : UINT64_MAX;
    }
    for (uint64_t i = 0; i < memtrace_summary(engine->reader)->n_blocks; i++) {
        const struct memtrace_block *block = memtrace_block(engine->reader, i);

        if (block && block->thread < engine->n_threads) {
            struct race_thread *t = &engine->threads[block->thread];

            t->key = block->start_time < t->key ? block->start_time : t->key;
        }
    }
}

static int open_engine(struct race_engine *engine, unsigned n_workers)
{
    size_t n = engine->spaces->n_threads;
    int error = 0;

    engine->threads = calloc(n + 1, sizeof(*engine->threads));
    engine->heap = calloc(n + 1, sizeof(*engine->heap));
    engine->births = calloc(n + 1, sizeof(*engine->births));
    engine->processes =
        calloc(engine->spaces->n_pids + 1, sizeof(*engine->processes));
    engine->shadow = race_shadow_new(engine->scan);
    if (!engine->threads || !engine->heap || !engine->births ||
        !engine->processes || !engine->shadow) {
        return MEMTRACE_ERR_NOMEM;
    }
    engine->n_threads = n;
    for (size_t i = 0; i < n && !error; i++) {
        struct race_thread *t = &engine->threads[i];

        t->space = engine->spaces->by_thread[i];
        engine->processes[t->space].n_threads++;
        if (memtrace_thread(engine->reader, (uint32_t)i)) {
            engine->heap[engine->n_heap++] = (uint32_t)i;
        }
    }
    error = share_events(engine);
    if (!error) {
        error = open_feed(engine, n_workers);
    }
    if (!error) {
        error = race_starts_find(engine);
    }
    if (!error) {
        error = race_signals_find(engine);
    }
    find_first_times(engine);
    for (size_t i = engine->n_heap / 2; i-- > 0;) {
        sift_down(engine, i);
    }
    return error;
}

static void close_engine(struct race_engine *engine)
{
    for (size_t i = 0; i < engine->n_threads; i++) {
        struct race_thread *t = &engine->threads[i];

        vector_clock_free(&t->clock);
        vector_clock_free(&t->met);
        vector_clock_free(&engine->births[i].clock);
        free(t->takes.syncs);
        free(t->gives.syncs);
    }
    race_feed_free(engine->feed);
    race_syncs_close(&engine->syncs);
    race_shadow_free(engine->shadow);
    key_map_free(&engine->start_keys);
    key_map_free(&engine->race_keys);
    free(engine->threads);
    free(engine->heap);
    free(engine->births);
    free(engine->processes);
    free(engine->starts);
    free(engine->signals);
    free(engine->events);
}

int race_engine_run(struct race_engine *engine,
                    const struct races_config *config)
{
    uint64_t total = memtrace_summary(engine->reader)->n_accesses;
    uint64_t told = 0;
    int error = open_engine(engine, pass_workers(config->n_workers));

    while (!error && engine->n_heap) {
        if (config->progress && engine->n_read - told >= PROGRESS_ACCESSES) {
            told = engine->n_read;
            config->progress(config->context, total / 2 + told / 2, total);
        }
        error = step(engine);
    }
    close_engine(engine);
    return error;
}
