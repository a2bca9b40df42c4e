/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * threads.c - see threads.h.
 */
#include "threads.h"

#include <stdlib.h>

#include "array.h"

int thread_table_add(struct thread_table *table,
                     const struct memtrace_thread *thread)
{
    struct memtrace_thread *added =
        array_add(table->all, table->n, table->room);

    if (!added) {
        return MEMTRACE_ERR_NOMEM;
    }
    *added = *thread;
    return 0;
}

void thread_table_free(struct thread_table *table)
{
    free(table->all);
}

static int compare_threads(const void *a, const void *b)
{
    const struct memtrace_thread *x = a, *y = b;

    return (x->number > y->number) - (x->number < y->number);
}

/* One entry a number: the first of them, those of THREADS, stay. */
static void unite(struct thread_table *table)
{
    size_t n = 0;

    /* Stable, as there is at most one from elsewhere and it comes last. */
    if (table->n) {
        qsort(table->all, table->n, sizeof(*table->all), compare_threads);
    }
    for (size_t i = 0; i < table->n; i++) {
        if (n && table->all[n - 1].number == table->all[i].number) {
            if (table->all[n - 1].tid == 0) {
                table->all[n - 1] = table->all[i];
            }
        } else {
            table->all[n++] = table->all[i];
        }
    }
    table->n = n;
}

/* Of a thread that has blocks. */
static int add_number(struct thread_table *table, uint32_t number,
                      uint64_t start_time)
{
    struct memtrace_thread thread = {
        .number = number,
        .parent = MEMTRACE_NO_THREAD,
        .start_time = start_time,
    };

    return thread_table_add(table, &thread);
}

int thread_table_complete(struct thread_table *table,
                          const struct stored *stored,
                          const struct evicted_list *evicted)
{
    uint32_t previous = MEMTRACE_NO_THREAD;
    int error = 0;

    for (size_t i = 0; i < stored->n_blocks && error == 0; i++) {
        const struct stored_block *b = &stored->blocks[stored->by_thread[i]];

        if (b->facts.thread != previous) {
            previous = b->facts.thread;
            error = add_number(table, previous, b->facts.start_time);
        }
    }
    for (size_t i = 0; i < evicted->n && error == 0; i++) {
        const struct evicted_head *h = &evicted->all[i].head;

        if (i == 0 || h->thread != evicted->all[i - 1].head.thread) {
            error = add_number(table, h->thread, h->start_time);
        }
    }
    if (error == 0) {
        unite(table);
    }
    return error;
}

void thread_table_from_events(struct thread_table *table,
                              const struct memtrace_event *events, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct memtrace_thread *t = thread_table_find(table, events[i].thread);

        if (t && events[i].type == MEMTRACE_EVENT_THREAD_START) {
            t->pid = (uint32_t)events[i].args[0];
            t->tid = (uint32_t)events[i].args[1];
            t->parent = (uint32_t)events[i].args[2];
            t->start_time = events[i].time;
        } else if (t && events[i].type == MEMTRACE_EVENT_THREAD_END) {
            t->end_time = events[i].time;
        }
    }
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

void thread_table_count(struct thread_table *table, const struct stored *stored,
                        const struct evicted_list *evicted,
                        struct memtrace_summary *s)
{
    size_t place = 0, evicted_place = 0;

    s->start_time = stored->n_blocks + evicted->n ? UINT64_MAX : 0;
    for (size_t i = 0; i < table->n; i++) {
        struct memtrace_thread *t = &table->all[i];
        uint64_t n_lost = evicted_list_count(evicted, t, &evicted_place, s);

        for (; place < stored->n_blocks; place++) {
            const struct stored_block *b =
                &stored->blocks[stored->by_thread[place]];

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
    if (table->n) {
        s->n_threads = table->all[table->n - 1].number + 1;
    }
    s->n_accesses = s->n_loads + s->n_stores;
    s->n_blocks = stored->n_blocks;
}
