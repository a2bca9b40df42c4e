/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pass.c - see pass.h.
 *
 * Two readings, each left out where no item needs it: pass_blocks() hands
 * blocks to workers as they ask for one, pass_time() follows the merged order
 * on the caller's thread.
 */
#include <pthread.h>
#include <stdlib.h>

#include "check.h"
#include "event_stream.h"
#include "pass.h"
#include "processors.h"

#define PASS_WORKERS_MAX 256

/* Accesses that are selected together. */
#define PASS_CHUNK 1024

/* What the workers of a pass share. */
struct pass {
    struct memtrace_reader *reader;
    const struct pass_config *config;
    struct analysis_source source;
    bool is_choosing;    /* some of a thread's accesses, but not all */
    uint64_t next_block; /* that nobody has taken; atomic */
    uint64_t done;       /* accesses read; atomic */
    uint64_t total;
    int error; /* the first, ends the others; atomic */
};

/* One reading of accesses: the items that take part, and their states. */
struct worker {
    struct pass *pass;
    pthread_t thread;
    bool is_main; /* the caller's thread: tells of progress */
    size_t n_items;
    const struct analysis **analyses;
    void **states;
    struct memtrace_access kept[PASS_CHUNK];
    struct memtrace_value kept_values[PASS_CHUNK];
};

static void fail(struct pass *pass, int error)
{
    int none = 0;

    __atomic_compare_exchange_n(&pass->error, &none, error, false,
                                __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}

static int failure(const struct pass *pass)
{
    return __atomic_load_n(&pass->error, __ATOMIC_RELAXED);
}

static void tell_progress(const struct worker *worker)
{
    struct pass *pass = worker->pass;

    if (worker->is_main && pass->config->progress) {
        pass->config->progress(pass->config->context,
                               __atomic_load_n(&pass->done, __ATOMIC_RELAXED),
                               pass->total);
    }
}

static int give(struct worker *worker, const struct memtrace_batch *batch)
{
    for (size_t i = 0; i < worker->n_items; i++) {
        int error = worker->analyses[i]->accesses(worker->states[i], batch);

        if (error) {
            return error;
        }
    }
    return 0;
}

/* Accesses @from to @to of a batch, those that are selected. */
static int give_part(struct worker *worker, const struct memtrace_batch *batch,
                     size_t from, size_t to)
{
    bool is_choosing = worker->pass->is_choosing;
    int error = 0;

    while (from < to && !error) {
        size_t most = is_choosing ? PASS_CHUNK : SIZE_MAX;
        struct memtrace_batch part = {
            .accesses = batch->accesses + from,
            .values = batch->values ? batch->values + from : NULL,
            .n_accesses = to - from < most ? to - from : most,
            .first = batch->first + from,
            .thread = batch->thread,
        };

        from += part.n_accesses;
        if (is_choosing) {
            part.n_accesses =
                choice_accesses(worker->pass->config->choice, &part,
                                worker->kept, worker->kept_values);
            check(part.n_accesses <= PASS_CHUNK, "what passes has room");
            part.accesses = worker->kept;
            part.values = part.values ? worker->kept_values : NULL;
        }
        if (part.n_accesses) {
            error = give(worker, &part);
        }
    }
    return error;
}

static int give_event(struct worker *worker, const struct memtrace_event *event)
{
    const struct choice *choice = worker->pass->config->choice;

    if (choice && event->type == MEMTRACE_EVENT_KERNEL_ACCESS &&
        !(choice_has_thread(choice, event->thread) &&
          choice_kernel_access(choice, event))) {
        return 0;
    }
    for (size_t i = 0; i < worker->n_items; i++) {
        const struct analysis *analysis = worker->analyses[i];
        int error =
            analysis->event ? analysis->event(worker->states[i], event) : 0;

        if (error) {
            return error;
        }
    }
    return 0;
}

static bool wants_events(const struct worker *worker)
{
    for (size_t i = 0; i < worker->n_items; i++) {
        if (worker->analyses[i]->event) {
            return true;
        }
    }
    return false;
}

static bool wants_block(void *context, const struct memtrace_block *block)
{
    const struct pass *pass = context;

    return !pass->config->choice ||
           choice_has_block(pass->config->choice, block);
}

static bool is_wanted(const struct worker *worker, uint64_t number)
{
    const struct memtrace_block *block =
        memtrace_block(worker->pass->reader, number);

    for (size_t i = 0; i < worker->n_items; i++) {
        const struct analysis *analysis = worker->analyses[i];

        if (!analysis->wants || analysis->wants(worker->states[i], number)) {
            return wants_block(worker->pass, block);
        }
    }
    return false;
}

/* Return: 1 where that is all that is needed, 0, or a negative error. */
static int take_digest(struct worker *worker, uint64_t block)
{
    /* Two of them might part their ways, and none needs it so far. */
    const struct analysis *analysis = worker->analyses[0];

    return worker->n_items == 1 && analysis->digest
               ? analysis->digest(worker->states[0], block)
               : 0;
}

/* What remains of it is passed over: it was counted as damaged. */
static int read_block(struct worker *worker, struct memtrace_cursor *cursor,
                      uint64_t block)
{
    struct memtrace_batch batch;
    int result = take_digest(worker, block);

    if (result) {
        return result < 0 ? result : 0;
    }
    result = memtrace_cursor_seek(cursor, block);
    for (size_t i = 0; i < worker->n_items && result == 0; i++) {
        const struct analysis *analysis = worker->analyses[i];
        int error =
            analysis->block ? analysis->block(worker->states[i], block) : 0;

        if (error) {
            return error;
        }
    }
    if (result == 0) {
        while ((result = memtrace_cursor_next(cursor, &batch)) > 0) {
            int error = give_part(worker, &batch, 0, batch.n_accesses);

            if (error) {
                return error;
            }
        }
    }
    return result == MEMTRACE_ERR_NOMEM ? result : 0;
}

static void *work(void *argument)
{
    struct worker *worker = argument;
    struct pass *pass = worker->pass;
    struct memtrace_cursor *cursor;
    int error = memtrace_cursor_open_block(pass->reader, &cursor);

    while (!error && !failure(pass)) {
        uint64_t i = __atomic_fetch_add(&pass->next_block, 1, __ATOMIC_RELAXED);
        const struct memtrace_block *block = memtrace_block(pass->reader, i);

        if (!block) {
            break;
        }
        if (is_wanted(worker, i)) {
            error = read_block(worker, cursor, i);
        }
        __atomic_fetch_add(&pass->done, block->n_accesses, __ATOMIC_RELAXED);
        tell_progress(worker);
    }
    if (error) {
        fail(pass, error);
    }
    memtrace_cursor_close(cursor);
    return NULL;
}

/* All events at once, as the analyses of any order get them. */
static int give_events(struct worker *worker)
{
    const struct memtrace_event *events;
    int64_t n = memtrace_events(worker->pass->reader, &events);
    int error = n < 0 ? (int)n : 0;

    for (int64_t i = 0; i < n && !error; i++) {
        error = give_event(worker, &events[i]);
    }
    return error;
}

/* @started of the others run; wait, and make one state of all. */
static void join_workers(struct pass *pass, struct worker **workers,
                         size_t n_started)
{
    struct worker *main = workers[0];

    for (size_t w = 1; w < n_started; w++) {
        pthread_join(workers[w]->thread, NULL);
        for (size_t i = 0; i < main->n_items && !failure(pass); i++) {
            int error = main->analyses[i]->merge(main->states[i],
                                                 workers[w]->states[i]);

            if (error) {
                fail(pass, error);
            }
        }
    }
}

static void pass_blocks(struct pass *pass, struct worker **workers, size_t n)
{
    size_t n_started = 1;

    if (wants_events(workers[0])) {
        int error = give_events(workers[0]);

        if (error) {
            fail(pass, error);
        }
    }
    /* With fewer threads than wanted it only takes longer. */
    while (n_started < n && !failure(pass) &&
           !pthread_create(&workers[n_started]->thread, NULL, work,
                           workers[n_started])) {
        n_started++;
    }
    work(workers[0]);
    join_workers(pass, workers, n_started);
}

/* A batch of the merged order, with the events that stand among it. */
static int give_between(struct worker *worker, struct event_stream *events,
                        const struct memtrace_batch *batch)
{
    size_t from = 0;
    int error = 0;

    while (from < batch->n_accesses && !error) {
        const struct memtrace_event *event;
        size_t to;

        while (!error && (event = event_stream_due(events, batch, from))) {
            error = give_event(worker, event);
        }
        to = event_stream_room(events, batch, from);
        check(to > from && to <= batch->n_accesses,
              "an event stands between accesses or behind them");
        if (!error) {
            error = give_part(worker, batch, from, to);
        }
        from = to;
    }
    return error;
}

/* Return: 0, or a negative error; @cursor and @events are the caller's. */
static int follow(struct worker *worker, struct memtrace_cursor *cursor,
                  struct event_stream *events)
{
    struct pass *pass = worker->pass;
    const struct choice *choice = pass->config->choice;
    const struct memtrace_event *event;
    struct memtrace_batch batch;
    uint64_t told = pass->done;
    int result;

    while ((result = memtrace_cursor_next(cursor, &batch)) > 0) {
        int error = 0;

        if (!choice || choice_has_thread(choice, batch.thread)) {
            error = give_between(worker, events, &batch);
        }
        if (error) {
            return error;
        }
        pass->done += batch.n_accesses;
        if (pass->done - told >= 1u << 16) {
            told = pass->done;
            tell_progress(worker);
        }
    }
    while (!result && (event = event_stream_rest(events, MEMTRACE_NO_THREAD))) {
        result = give_event(worker, event);
    }
    return result;
}

static void pass_time(struct pass *pass, struct worker *worker)
{
    struct memtrace_cursor *cursor;
    struct event_stream events = {.events = NULL};
    int error = memtrace_cursor_open_time(pass->reader, &cursor);

    if (!error) {
        memtrace_cursor_choose(cursor, wants_block, pass);
    }
    if (!error && wants_events(worker)) {
        error = event_stream_open(&events, pass->reader, NULL, true);
    }
    if (!error) {
        error = follow(worker, cursor, &events);
    }
    if (error) {
        fail(pass, error);
    }
    event_stream_close(&events);
    memtrace_cursor_close(cursor);
}

static void free_worker(struct worker *worker)
{
    for (size_t i = 0; i < worker->n_items; i++) {
        worker->analyses[i]->end(worker->states[i]);
    }
    free(worker->analyses);
    free(worker->states);
    free(worker);
}

/* With states for the items of that order. Return: the worker, or NULL. */
static struct worker *new_worker(struct pass *pass, enum analysis_order order,
                                 const struct pass_item *items, size_t n)
{
    struct worker *worker = calloc(1, sizeof(*worker));
    int error = 0;

    if (!worker) {
        fail(pass, MEMTRACE_ERR_NOMEM);
        return NULL;
    }
    worker->pass = pass;
    worker->analyses = calloc(n + 1, sizeof(*worker->analyses));
    worker->states = calloc(n + 1, sizeof(*worker->states));
    if (!worker->analyses || !worker->states) {
        error = MEMTRACE_ERR_NOMEM;
    }
    for (size_t i = 0; i < n && !error; i++) {
        const struct analysis *analysis = items[i].analysis;

        if (analysis->order == order) {
            error = analysis->begin(&pass->source, items[i].settings,
                                    &worker->states[worker->n_items]);
            if (!error) {
                worker->analyses[worker->n_items++] = analysis;
            }
        }
    }
    if (error) {
        fail(pass, error);
        free_worker(worker);
        return NULL;
    }
    return worker;
}

unsigned pass_workers(unsigned n_workers)
{
    if (!n_workers) {
        return processors_usable(PASS_WORKERS_MAX);
    }
    return n_workers < PASS_WORKERS_MAX ? n_workers : PASS_WORKERS_MAX;
}

static size_t count_workers(const struct pass *pass)
{
    uint64_t n_blocks = memtrace_summary(pass->reader)->n_blocks;
    uint64_t n = pass_workers(pass->config->n_workers);

    return n < n_blocks ? (size_t)n : n_blocks ? (size_t)n_blocks : 1;
}

/* Hand the states over to their items, finished. */
static void finish(struct pass *pass, struct worker *worker,
                   enum analysis_order order, struct pass_item *items, size_t n)
{
    size_t at = 0;

    for (size_t i = 0; i < n; i++) {
        const struct analysis *analysis = items[i].analysis;
        int error = failure(pass);

        if (analysis->order != order) {
            continue;
        }
        check(at < worker->n_items && worker->analyses[at] == analysis,
              "states are in the order of their items");
        items[i].state = worker->states[at++];
        if (!error && analysis->finish) {
            error = analysis->finish(items[i].state);
        }
        if (error) {
            fail(pass, error);
        }
    }
    worker->n_items = 0;
}

/* All items of one order. */
static void pass_order(struct pass *pass, enum analysis_order order,
                       struct pass_item *items, size_t n_items)
{
    size_t n = order == ANALYSIS_TIME_ORDER ? 1 : count_workers(pass);
    struct worker **workers = calloc(n, sizeof(struct worker *));
    size_t n_made = 0;

    if (!workers) {
        fail(pass, MEMTRACE_ERR_NOMEM);
        return;
    }
    while (n_made < n &&
           (workers[n_made] = new_worker(pass, order, items, n_items))) {
        n_made++;
    }
    if (n_made == n) {
        workers[0]->is_main = true;
        if (order == ANALYSIS_TIME_ORDER) {
            pass_time(pass, workers[0]);
        } else {
            pass_blocks(pass, workers, n);
        }
        finish(pass, workers[0], order, items, n_items);
    }
    while (n_made > 0) {
        free_worker(workers[--n_made]);
    }
    free(workers);
}

int pass_run(struct memtrace_reader *reader, const struct pass_config *config,
             struct pass_item *items, size_t n_items)
{
    const struct memtrace_summary *summary = memtrace_summary(reader);
    struct pass pass = {.reader = reader, .config = config};
    bool has_order[] = {
        [ANALYSIS_ANY_ORDER] = false, [ANALYSIS_TIME_ORDER] = false};

    for (size_t i = 0; i < n_items; i++) {
        items[i].state = NULL;
        has_order[items[i].analysis->order] = true;
    }
    if (config->choice) {
        pass.is_choosing = choice_looks_inside(config->choice);
    }
    pass.source = (struct analysis_source){
        .reader = reader,
        .symbols = config->symbols,
        .has_gaps = config->has_gaps || summary->n_lost ||
                    memtrace_meta(reader, "record.selection") ||
                    (config->choice && !choice_is_all(config->choice)),
    };
    for (int order = 0; order < 2; order++) {
        pass.total += has_order[order] ? summary->n_accesses : 0;
    }
    for (int order = 0; order < 2 && !pass.error; order++) {
        if (has_order[order]) {
            pass_order(&pass, (enum analysis_order)order, items, n_items);
        }
    }
    if (config->progress && !pass.error) {
        config->progress(config->context, pass.total, pass.total);
    }
    return pass.error;
}

void pass_end(struct pass_item *items, size_t n_items)
{
    for (size_t i = 0; i < n_items; i++) {
        if (items[i].state) {
            items[i].analysis->end(items[i].state);
            items[i].state = NULL;
        }
    }
}
