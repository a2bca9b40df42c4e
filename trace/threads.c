/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * threads.c - which threads a trace has, their blocks and their totals.
 */
#include <stdlib.h>

#include "reader.h"

/* What orders blocks within by_thread; the offset makes it one order. */
static int compare_places(const void *a, const void *b, void *of)
{
    const struct memtrace_reader *reader = of;
    const struct stored_block *x = &reader->blocks[*(const uint32_t *)a];
    const struct stored_block *y = &reader->blocks[*(const uint32_t *)b];

    if (x->facts.thread != y->facts.thread) {
        return x->facts.thread < y->facts.thread ? -1 : 1;
    }
    if (x->facts.first != y->facts.first) {
        return x->facts.first < y->facts.first ? -1 : 1;
    }
    return (x->offset > y->offset) - (x->offset < y->offset);
}

static int order_blocks(struct memtrace_reader *reader)
{
    reader->by_thread = calloc(reader->n_blocks + 1, sizeof(uint32_t));
    if (!reader->by_thread) {
        return MEMTRACE_ERR_NOMEM;
    }
    for (size_t i = 0; i < reader->n_blocks; i++) {
        reader->by_thread[i] = (uint32_t)i;
    }
    qsort_r(reader->by_thread, reader->n_blocks, sizeof(uint32_t),
            compare_places, reader);
    return 0;
}

size_t reader_thread_blocks(const struct memtrace_reader *reader,
                            uint32_t thread, size_t *n_blocks)
{
    size_t low = 0, high = reader->n_blocks, end;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct stored_block *b =
            &reader->blocks[reader->by_thread[middle]];

        if (b->facts.thread < thread) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (end = low; end < reader->n_blocks; end++) {
        if (reader->blocks[reader->by_thread[end]].facts.thread != thread) {
            break;
        }
    }
    *n_blocks = end - low;
    return low;
}

static int compare_threads(const void *a, const void *b)
{
    const struct memtrace_thread *x = a, *y = b;

    return (x->number > y->number) - (x->number < y->number);
}

/* One entry a number: the first of them, those of THREADS, stay. */
static void unite_threads(struct memtrace_reader *reader)
{
    size_t n = 0;

    /* Stable, as there is at most one from elsewhere and it comes last. */
    if (reader->n_threads) {
        qsort(reader->threads, reader->n_threads, sizeof(*reader->threads),
              compare_threads);
    }
    for (size_t i = 0; i < reader->n_threads; i++) {
        if (n && reader->threads[n - 1].number == reader->threads[i].number) {
            if (reader->threads[n - 1].tid == 0) {
                reader->threads[n - 1] = reader->threads[i];
            }
        } else {
            reader->threads[n++] = reader->threads[i];
        }
    }
    reader->n_threads = n;
}

/* Without a THREADS block the events of start and end tell. */
static int threads_from_events(struct memtrace_reader *reader)
{
    const struct memtrace_event *events;
    int64_t n = memtrace_events(reader, &events);

    for (int64_t i = 0; i < n; i++) {
        struct memtrace_thread *t =
            (struct memtrace_thread *)memtrace_thread(reader, events[i].thread);

        if (t && events[i].type == MEMTRACE_EVENT_THREAD_START) {
            t->pid = (uint32_t)events[i].args[0];
            t->tid = (uint32_t)events[i].args[1];
            t->parent = (uint32_t)events[i].args[2];
            t->start_time = events[i].time;
        } else if (t && events[i].type == MEMTRACE_EVENT_THREAD_END) {
            t->end_time = events[i].time;
        }
    }
    return n < 0 ? (int)n : 0;
}

/* A block's facts go to its thread's counts and to the totals. */
static void count_block(struct memtrace_summary *s, struct memtrace_thread *t,
                        const struct stored_block *b)
{
    uint64_t n_loads = b->facts.n_accesses - b->n_stores;

    t->n_loads += n_loads;
    t->n_stores += b->n_stores;
    t->n_atomics += b->n_atomics;
    s->n_loads += n_loads;
    s->n_stores += b->n_stores;
    s->n_atomics += b->n_atomics;
    if (b->facts.start_time < s->start_time) {
        s->start_time = b->facts.start_time;
    }
    if (b->facts.end_time > s->end_time) {
        s->end_time = b->facts.end_time;
    }
}

static void count_blocks(struct memtrace_reader *reader)
{
    struct memtrace_summary *s = &reader->summary;
    size_t place = 0, evicted = 0;

    s->start_time = reader->n_blocks + reader->n_evicted ? UINT64_MAX : 0;
    for (size_t i = 0; i < reader->n_threads; i++) {
        struct memtrace_thread *t = &reader->threads[i];
        uint64_t n_lost = reader_count_evicted(reader, t, &evicted);

        for (; place < reader->n_blocks; place++) {
            const struct stored_block *b =
                &reader->blocks[reader->by_thread[place]];

            if (b->facts.thread != t->number) {
                break;
            }
            count_block(s, t, b);
            n_lost += b->n_lost;
        }
        /* The recorder's total holds what the blocks say, and more. */
        if (n_lost > t->n_lost) {
            t->n_lost = n_lost;
        }
        s->n_lost += t->n_lost;
    }
    s->n_accesses = s->n_loads + s->n_stores;
    s->n_blocks = reader->n_blocks;
}

static int add_thread(struct memtrace_reader *reader, uint32_t number,
                      uint64_t start_time)
{
    struct memtrace_thread thread = {
        .number = number,
        .parent = MEMTRACE_NO_THREAD,
        .start_time = start_time,
    };

    return reader_add_thread(reader, &thread);
}

int reader_load_threads(struct memtrace_reader *reader)
{
    uint32_t previous = MEMTRACE_NO_THREAD;
    struct memtrace_summary *s = &reader->summary;
    int error = order_blocks(reader);

    for (size_t i = 0; i < reader->n_blocks && error == 0; i++) {
        const struct stored_block *b = &reader->blocks[reader->by_thread[i]];

        if (b->facts.thread != previous) {
            previous = b->facts.thread;
            error = add_thread(reader, previous, b->facts.start_time);
        }
    }
    for (size_t i = 0; i < reader->n_evicted && error == 0; i++) {
        const struct evicted_head *h = &reader->evicted[i].head;

        if (i == 0 || h->thread != reader->evicted[i - 1].head.thread) {
            error = add_thread(reader, h->thread, h->start_time);
        }
    }
    if (error < 0) {
        return error;
    }
    unite_threads(reader);
    if (!reader->has_threads) {
        error = threads_from_events(reader);
        if (error < 0) {
            return error;
        }
    }
    count_blocks(reader);
    if (reader->n_threads) {
        s->n_threads = reader->threads[reader->n_threads - 1].number + 1;
    }
    return 0;
}
