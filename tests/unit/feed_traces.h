/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * feed_traces.h - traces that are made up by functions, one call a thread, and
 * feeds of their pieces.
 */
#ifndef FEED_TRACES_H
#define FEED_TRACES_H

#include "feed.h"
#include "trace_helpers.h"

#define PAGES 0x10000
#define N_PAGES 64
#define BLOCK 3000
#define MOST_THREADS 400

struct maker {
    struct memtrace_writer *writer;
    struct memtrace_encoder *encoder;
    uint32_t thread;
    uint64_t n; /* accesses of the thread */
    uint64_t time;
    uint64_t random;
};

static inline void make_access(struct maker *m, uint64_t vaddr, uint32_t tag)
{
    struct memtrace_packed packed = {vaddr, tag};

    if (memtrace_encoder_count(m->encoder) == BLOCK) {
        end_block(m->encoder, m->writer);
        memtrace_encoder_begin(m->encoder, m->thread, m->n, m->time);
    }
    assert_int_equal(memtrace_encoder_accesses(m->encoder, &packed, 1), 1);
    m->n++;
}

static inline void make_stamp(struct maker *m, uint64_t time)
{
    m->time = time;
    memtrace_encoder_stamp(m->encoder, time);
}

static inline void make_event(struct maker *m, unsigned type, uint64_t vaddr,
                              uint64_t is_store)
{
    struct memtrace_event event = {
        .type = type,
        .n_args = type == MEMTRACE_EVENT_SYSCALL ? 7 : 4,
        .args = {vaddr, 8, is_store, 1},
        .text = type == MEMTRACE_EVENT_SYSCALL ? "write" : "",
    };

    assert_int_equal(memtrace_encoder_event(m->encoder, &event), 0);
}

static inline uint64_t page_at(unsigned page)
{
    return PAGES + (uint64_t)page * RACE_PAGE_BYTES;
}

static inline uint32_t load(uint32_t insn)
{
    return make_tag(insn, false, false, 3);
}

static inline uint32_t store(uint32_t insn)
{
    return make_tag(insn, true, false, 3);
}

typedef void make_thread(struct maker *m);

static inline struct memtrace_reader *make_trace(uint32_t n_threads,
                                                 make_thread *make)
{
    struct memtrace_thread threads[MOST_THREADS];
    struct maker m = {.encoder = memtrace_encoder_new()};
    struct memtrace_reader *reader;
    char path[64];

    assert_non_null(m.encoder);
    temp_path(path);
    m.writer = open_writer(path);
    for (uint32_t i = 0; i < n_threads; i++) {
        threads[i] = (struct memtrace_thread){
            .number = i,
            .pid = 1,
            .tid = 1 + i,
            .parent = i ? 0 : MEMTRACE_NO_THREAD,
        };
        m.thread = i;
        m.n = 0;
        m.time = 10 + i;
        m.random = 0x9e3779b97f4a7c15u * (i + 1);
        memtrace_encoder_begin(m.encoder, i, 0, m.time);
        make(&m);
        end_block(m.encoder, m.writer);
    }
    assert_int_equal(memtrace_writer_finish(m.writer, threads, n_threads, true),
                     0);
    memtrace_encoder_free(m.encoder);
    assert_int_equal(memtrace_open(path, &reader), 0);
    unlink(path);
    return reader;
}

/* A trace, its first reading, and its events. */
struct feed_trace {
    struct memtrace_reader *reader;
    struct race_spaces spaces;
    struct race_scan *scan;
    const struct memtrace_event **events; /* of thread after thread */
    size_t first_event[MOST_THREADS + 1];
};

static inline void sort_events(struct feed_trace *trace)
{
    const struct memtrace_event *all;
    int64_t n = memtrace_events(trace->reader, &all);
    size_t at = 0;

    assert_true(n >= 0);
    trace->events = calloc((size_t)n + 1, sizeof(*trace->events));
    assert_non_null(trace->events);
    for (size_t thread = 0; thread < trace->spaces.n_threads; thread++) {
        trace->first_event[thread] = at;
        for (int64_t i = 0; i < n; i++) {
            if (all[i].thread == thread) {
                trace->events[at++] = &all[i];
            }
        }
    }
    trace->first_event[trace->spaces.n_threads] = at;
}

static inline void open_trace(struct feed_trace *trace, uint32_t n_threads,
                              make_thread *make)
{
    const struct pass_config pass = {.n_workers = 1};

    *trace = (struct feed_trace){.reader = make_trace(n_threads, make)};
    assert_int_equal(race_spaces_open(&trace->spaces, trace->reader), 0);
    assert_int_equal(trace->spaces.n_threads, n_threads);
    assert_int_equal(
        race_scan_run(trace->reader, &trace->spaces, &pass, &trace->scan), 0);
    sort_events(trace);
}

static inline void close_trace(struct feed_trace *trace)
{
    race_scan_free(trace->scan);
    race_spaces_close(&trace->spaces);
    memtrace_close(trace->reader);
    free(trace->events);
}

static inline size_t n_events_of(const struct feed_trace *trace,
                                 uint32_t thread)
{
    return trace->first_event[thread + 1] - trace->first_event[thread];
}

static inline struct race_feed *new_feed(const struct feed_trace *trace,
                                         unsigned n_workers,
                                         bool keeps_repeated)
{
    const struct race_feed_config config = {
        .reader = trace->reader,
        .scan = trace->scan,
        .n_threads = trace->spaces.n_threads,
        .n_workers = n_workers,
        .keeps_repeated = keeps_repeated,
    };
    struct race_feed *feed = race_feed_new(&config);

    assert_non_null(feed);
    for (uint32_t i = 0; i < config.n_threads; i++) {
        race_feed_events(feed, i, &trace->events[trace->first_event[i]],
                         n_events_of(trace, i));
    }
    return feed;
}

#endif /* FEED_TRACES_H */
