/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * engine.h - the second reading: threads' pieces in an order that keeps
 * to what happened before what.  Of the files race_*.c alone.
 */
#ifndef ENGINE_H
#define ENGINE_H

#include "key_map.h"
#include "feed.h"
#include "scan.h"
#include "shadow.h"
#include "sync_objects.h"
#include "races.h"
#include "vector_clock.h"

/* A list of numbers of objects. */
struct race_list {
    uint32_t *syncs;
    size_t n;
    size_t room;
};

/**
 * struct race_thread - a thread on its way through the trace
 * @piece: which is not done yet
 * @events: n_events, its own
 * @key: the time at which it goes on
 * @resume: from which access of the piece on, if @is_delayed
 * @is_delayed: in the middle of a piece, at its end's time
 * @has_started: its first piece was done
 * @space: of its process
 * @clock: what it knows, its own epoch among it
 * @takes: objects to learn from before it goes on
 * @gives: objects to give to when the delayed piece is done
 * @open: those of a delayed piece that has both
 * @met: by thread, 1 more than the object on which it was met last
 * @own_word: cleared at its end, 0 where unknown
 * @own_sync: its object
 * @call: the event of the system call that it is in, or NULL
 */
struct race_thread {
    struct race_piece piece;
    const struct memtrace_event *const *events;
    size_t n_events;
    uint64_t key;
    size_t resume;
    bool is_delayed;
    bool has_started;
    uint32_t space;
    struct vector_clock clock;
    struct race_list takes;
    struct race_list gives;
    struct race_open open;
    struct vector_clock met;
    uint64_t own_word;
    uint32_t own_sync;
    const struct memtrace_event *call;
    bool is_paused; /* its accesses are missing */
};

/* A thread that a clone has started, or will. */
struct race_start {
    uint32_t child; /* MEMTRACE_NO_THREAD: not in the trace */
    uint32_t tid;
    uint32_t same_tid_plus_1; /* the start before of the same tid */
    const struct memtrace_event *call;
};

/* What waits for the child to start: by its number. */
struct race_birth {
    struct vector_clock clock;
    uint64_t word; /* that is cleared at its end */
    bool is_known;
};

/* A process, by the space of its threads. */
struct race_process {
    size_t n_threads; /* in the trace */
    size_t n_ended;
    bool handles_ends; /* of its children: their signals */
};

/* A signal that somebody sends. */
struct race_signal {
    uint64_t time;
    uint64_t target; /* see race_call_target() */
};

struct race_engine {
    struct memtrace_reader *reader;
    const struct race_spaces *spaces;
    const struct race_scan *scan;
    struct race_shadow *shadow;
    struct race_syncs syncs;
    struct race_feed *feed;
    struct race_thread *threads;
    size_t n_threads;
    struct race_process *processes;
    uint64_t n_read; /* accesses, by the feed */
    size_t n_paused; /* nothing can be told while a thread is */
    const struct memtrace_event **events; /* by thread */
    uint32_t *heap;                       /* threads, the earliest first */
    size_t n_heap;
    struct race_start *starts;
    size_t n_starts;
    struct key_map start_keys;   /* of the calls' events */
    struct race_birth *births;   /* by thread */
    struct race_signal *signals; /* by time */
    size_t n_signals;
    struct races *races;
    struct key_map race_keys;
    size_t room_races;
};

/* Each returns 0, or a negative error, unless something else is said. */

/* engine.c */
int race_engine_run(struct race_engine *engine,
                    const struct races_config *config);
int race_list_add(struct race_list *list, uint32_t sync);

/* edges.c: edges between threads */

/* The next epoch of a thread: what comes is not in what it gave. */
int race_thread_advance(struct race_engine *engine, uint32_t thread);
int race_thread_give(struct race_engine *engine, uint32_t thread,
                     enum race_sync_kind kind, uint64_t id);
int race_thread_take(struct race_engine *engine, uint32_t thread,
                     enum race_sync_kind kind, uint64_t id);
/* Learn from all objects in its list, which is empty then. */
int race_thread_take_list(struct race_engine *engine, uint32_t thread);
/* From now on its end clears that word; 0: none. */
int race_thread_own(struct race_engine *engine, uint32_t thread, uint64_t word);
/* Learn all that @from has done. */
int race_thread_follow(struct race_engine *engine, uint32_t thread,
                       uint32_t from);
/* The objects of an address: at most 2 numbers. Return: how many, or error. */
int race_words_at(struct race_engine *engine, uint32_t thread, uint64_t vaddr,
                  uint32_t syncs[2]);

/* access_checks.c */

/**
 * race_accesses() - accesses of one piece
 * @from: the first
 *
 * Return: n, or the number of one before which the thread has to learn what
 * it takes; or a negative error.
 */
int64_t race_accesses(struct race_engine *engine, uint32_t thread,
                      const struct memtrace_access *accesses, size_t n,
                      size_t from);
/* What the plain accesses from @from on take and give. */
int race_accesses_sync(struct race_engine *engine, uint32_t thread,
                       const struct memtrace_access *accesses, size_t n,
                       size_t from);
int race_kernel_access(struct race_engine *engine, uint32_t thread,
                       const struct memtrace_event *event);

/* signals.c */
int race_signals_find(struct race_engine *engine);
/* Whom the end of a thread's process signals. Return: false for nobody. */
bool race_signals_parent(const struct race_engine *engine,
                         const struct memtrace_thread *thread,
                         uint64_t *target);
/*
 * A thread may run a handler at any time from the call on that sends it the
 * signal: it takes what was given by then.  Return: 1 where a signal comes in
 * the current piece, which has to wait; 0, or an error.
 */
int race_signals_take(struct race_engine *engine, uint32_t thread);

/* starts.c */
int race_starts_find(struct race_engine *engine);
/* A clone: what its child will know. */
int race_starts_give(struct race_engine *engine, uint32_t thread,
                     const struct memtrace_event *event);
int race_thread_begin(struct race_engine *engine, uint32_t thread);

/* engine_events.c */
int race_event(struct race_engine *engine, uint32_t thread,
               const struct memtrace_event *event);

/* races.c */
int race_found(struct race_engine *engine, const struct race *race);

#endif /* ENGINE_H */
