/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * engine.c - see engine.h and docs/races.md.
 *
 * A heap holds the threads by the time at which each goes on.  A piece is
 * checked at its first time, so what it releases is known from then on.  Where
 * a plain load in it acquires, the rest of the piece is delayed to the piece's
 * end: then all is known that may have been released before the load.
 */
#include "engine.h"

#include <stdlib.h>

#include "access_checks.h"
#include "check.h"
#include "event_checks.h"
#include "feed.h"
#include "order.h"
#include "pass.h"
#include "race_list.h"
#include "shadow.h"
#include "thread_events.h"

#define PROGRESS_ACCESSES (1u << 16)

/**
 * struct runner - a thread on its way through the trace
 * @piece: which is not done yet
 * @key: the time at which it goes on
 * @resume: the first access of the piece that is delayed
 * @is_delayed: it is in the middle of the piece, and @key is the piece's end
 */
struct runner {
    struct race_piece piece;
    uint64_t key;
    size_t resume;
    bool is_delayed;
};

struct engine {
    const struct race_engine_config *config;
    struct race_thread_events events;
    struct race_order order;
    struct race_shadow *shadow;
    struct race_list list;
    struct race_checks checks;
    struct race_gaps gaps;
    struct race_feed *feed;
    struct runner *runners; /* by thread */
    size_t n_threads;
    uint32_t *heap; /* threads, the earliest first */
    size_t n_heap;
    uint64_t time;   /* of the last step */
    uint64_t n_read; /* accesses, by the feed */
};

static bool is_before(const struct engine *engine, uint32_t a, uint32_t b)
{
    uint64_t left = engine->runners[a].key, right = engine->runners[b].key;

    return left != right ? left < right : a < b;
}

static void sift_down(struct engine *engine, size_t i)
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
static int next_piece(struct engine *engine, uint32_t thread)
{
    struct runner *runner = &engine->runners[thread];
    uint64_t n_read;
    int result = race_feed_next(engine->feed, thread, &runner->piece, &n_read);

    engine->n_read += n_read;
    if (result > 0 && runner->piece.time > runner->key) {
        runner->key = runner->piece.time;
    }
    return result;
}

/*
 * The piece is delayed, from one of its accesses on.  What it releases is
 * promised now, what it acquires is acquired at its end.
 */
static int delay(struct engine *engine, uint32_t thread, size_t from)
{
    struct runner *runner = &engine->runners[thread];
    const struct race_piece *piece = &runner->piece;
    int error = race_collect_sync(&engine->checks, thread, piece->accesses,
                                  piece->n, from);

    check(from < piece->n, "there are accesses to delay");
    runner->is_delayed = true;
    runner->resume = from;
    if (piece->end_time > runner->key) {
        runner->key = piece->end_time;
    }
    return error ? error : race_clocks_promise(&engine->order.clocks, thread);
}

/* The time has come for what was delayed. */
static int end_delay(struct engine *engine, uint32_t thread)
{
    struct runner *runner = &engine->runners[thread];
    const struct race_piece *piece = &runner->piece;
    struct race_clocks *clocks = &engine->order.clocks;
    int error = race_clocks_acquire_promised(clocks, thread);

    if (!error) {
        int64_t done =
            race_check_accesses(&engine->checks, thread, piece->accesses,
                                piece->n, runner->resume, true);

        error = done < 0 ? (int)done : 0;
        check(error || (size_t)done == piece->n,
              "what was delayed waits for nothing");
    }
    runner->is_delayed = false;
    return error ? error : race_clocks_fulfil(clocks, thread);
}

/* What was before is forgotten, and not to be checked any more. */
static void drop_delayed(struct engine *engine)
{
    for (size_t i = 0; i < engine->n_threads; i++) {
        struct runner *runner = &engine->runners[i];

        if (runner->is_delayed) {
            runner->resume = runner->piece.n;
        }
    }
}

static int check_event(struct engine *engine, uint32_t thread)
{
    int result = race_check_event(&engine->checks, &engine->gaps, thread,
                                  &engine->runners[thread].piece);

    if (result > 0) {
        drop_delayed(engine);
    }
    return result < 0 ? result : 0;
}

static int check_piece(struct engine *engine, uint32_t thread)
{
    const struct race_piece *piece = &engine->runners[thread].piece;
    int result = race_order_resume(&engine->order, thread, piece->time,
                                   piece->end_time, piece->n != 0);
    int64_t done;

    if (result) {
        return result > 0 ? delay(engine, thread, 0) : result;
    }
    if (piece->event) {
        return check_event(engine, thread);
    }
    done = race_check_accesses(&engine->checks, thread, piece->accesses,
                               piece->n, 0, false);
    if (done >= 0 && (size_t)done < piece->n) {
        return delay(engine, thread, (size_t)done);
    }
    return done < 0 ? (int)done : 0;
}

/* The first thread goes on by one step; it is over where nothing is left. */
static int step(struct engine *engine)
{
    uint32_t thread = engine->heap[0];
    struct runner *runner = &engine->runners[thread];
    int result;

    check(runner->key >= engine->time, "the time of the order never falls");
    engine->time = runner->key;
    result = runner->is_delayed ? end_delay(engine, thread)
                                : check_piece(engine, thread);
    if (!result && !runner->is_delayed) {
        result = next_piece(engine, thread);
        if (!result) {
            engine->heap[0] = engine->heap[--engine->n_heap];
        }
    }
    if (result >= 0 && engine->n_heap) {
        sift_down(engine, 0);
    }
    return result < 0 ? result : 0;
}

/* At such events all is forgotten, also what a thread repeats behind them. */
static bool has_gaps(const struct race_thread_events *events)
{
    for (size_t i = 0; i < events->first[events->n_threads]; i++) {
        if (race_event_is_gap(events->all[i])) {
            return true;
        }
    }
    return false;
}

static int open_feed(struct engine *engine)
{
    const struct race_feed_config config = {
        .reader = engine->config->reader,
        .scan = engine->config->scan,
        .n_threads = engine->n_threads,
        /* One processor is the engine's. */
        .n_workers = pass_workers(engine->config->n_workers) - 1,
        .keeps_repeated = has_gaps(&engine->events),
    };

    engine->feed = race_feed_new(&config);
    for (uint32_t i = 0; engine->feed && i < engine->n_threads; i++) {
        size_t n;
        const struct memtrace_event *const *own =
            race_thread_events_of(&engine->events, i, &n);

        race_feed_events(engine->feed, i, own, n);
    }
    return engine->feed ? 0 : MEMTRACE_ERR_NOMEM;
}

/* The first time of each thread: its stream is opened when that has come. */
static void find_first_times(struct engine *engine)
{
    struct memtrace_reader *reader = engine->config->reader;

    for (uint32_t i = 0; i < engine->n_threads; i++) {
        size_t n;
        const struct memtrace_event *const *own =
            race_thread_events_of(&engine->events, i, &n);

        engine->runners[i].key = n ? own[0]->time : UINT64_MAX;
    }
    for (uint64_t i = 0; i < memtrace_summary(reader)->n_blocks; i++) {
        const struct memtrace_block *block = memtrace_block(reader, i);

        if (block && block->thread < engine->n_threads) {
            struct runner *runner = &engine->runners[block->thread];

            if (block->start_time < runner->key) {
                runner->key = block->start_time;
            }
        }
    }
}

static int open_runners(struct engine *engine)
{
    size_t n = engine->n_threads;

    engine->runners = calloc(n + 1, sizeof(*engine->runners));
    engine->heap = calloc(n + 1, sizeof(*engine->heap));
    if (!engine->runners || !engine->heap) {
        return MEMTRACE_ERR_NOMEM;
    }
    find_first_times(engine);
    for (uint32_t i = 0; i < n; i++) {
        if (memtrace_thread(engine->config->reader, i)) {
            engine->heap[engine->n_heap++] = i;
        }
    }
    for (size_t i = engine->n_heap / 2; i-- > 0;) {
        sift_down(engine, i);
    }
    return 0;
}

static int open_engine(struct engine *engine, struct races *races)
{
    const struct race_scan *scan = engine->config->scan;
    struct memtrace_reader *reader = engine->config->reader;
    int error;

    engine->n_threads = scan->spaces->n_threads;
    engine->shadow = race_shadow_new(scan);
    engine->list = (struct race_list){
        .races = races,
        .spaces = scan->spaces,
        .bytes = &scan->bytes,
    };
    engine->checks = (struct race_checks){
        .reader = reader,
        .spaces = scan->spaces,
        .bytes = &scan->bytes,
        .order = &engine->order,
        .shadow = engine->shadow,
        .list = &engine->list,
    };
    error = race_thread_events_open(&engine->events, reader, engine->n_threads);
    if (!error) {
        error = race_order_open(&engine->order, reader, scan->spaces,
                                &scan->bytes, &engine->events);
    }
    if (!error) {
        error = race_gaps_open(&engine->gaps, engine->n_threads);
    }
    if (!error) {
        error = open_runners(engine);
    }
    if (!error) {
        error = open_feed(engine);
    }
    return error || engine->shadow ? error : MEMTRACE_ERR_NOMEM;
}

static void close_engine(struct engine *engine)
{
    race_feed_free(engine->feed);
    race_order_close(&engine->order);
    race_thread_events_close(&engine->events);
    race_shadow_free(engine->shadow);
    race_list_close(&engine->list);
    race_gaps_close(&engine->gaps);
    free(engine->runners);
    free(engine->heap);
}

int race_engine_run(const struct race_engine_config *config,
                    struct races *races)
{
    struct engine engine = {.config = config};
    uint64_t total = memtrace_summary(config->reader)->n_accesses;
    uint64_t reported = 0;
    int error;

    free(races->races);
    *races = (struct races){.has_calls = races->has_calls};
    error = open_engine(&engine, races);
    while (!error && engine.n_heap) {
        if (config->progress && engine.n_read - reported >= PROGRESS_ACCESSES) {
            reported = engine.n_read;
            config->progress(config->context, reported, total);
        }
        error = step(&engine);
    }
    check(error || engine.order.clocks.syncs.n_promises == 0,
          "each promise was fulfilled");
    races->n_lost = engine.gaps.n_lost;
    close_engine(&engine);
    return error;
}
