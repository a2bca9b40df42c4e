/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * starts.h - which call started which thread, and what the thread knows from
 * its start.
 */
#ifndef STARTS_H
#define STARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "key_map.h"
#include "memtrace.h"
#include "thread_clocks.h"
#include "thread_events.h"
#include "vector_clock.h"

/**
 * struct race_start - a call that started a thread
 * @child: that thread, MEMTRACE_NO_THREAD where it is not in the trace
 * @tid: what the call returned
 * @same_tid_plus_1: another start that returned the same, plus 1; 0: none
 * @call: the event of the call
 */
struct race_start {
    uint32_t child;
    uint32_t tid;
    uint32_t same_tid_plus_1;
    const struct memtrace_event *call;
};

/**
 * struct race_birth - what a thread that has not begun will know
 * @clock: of its parent at the call that starts it
 * @word: address of the word that the kernel clears at its end, 0: unknown
 * @time: of that call
 * @is_known: it came by
 */
struct race_birth {
    struct vector_clock clock;
    uint64_t word;
    uint64_t time;
    bool is_known;
};

/**
 * struct race_starts - all zero has none
 * @all: n of them
 * @keys: of a call's event, to its number in @all
 * @births: n_threads of them
 */
struct race_starts {
    struct race_start *all;
    size_t n;
    struct key_map keys;
    struct race_birth *births;
    size_t n_threads;
};

/* Each returns 0, or a negative error. */

/**
 * race_starts_open() - find the call that started each thread
 * @starts: to be closed in any case
 */
int race_starts_open(struct race_starts *starts, struct memtrace_reader *reader,
                     const struct race_thread_events *events);
void race_starts_close(struct race_starts *starts);

/**
 * race_starts_call() - a thread makes a call that may start another one
 * @word: see struct race_birth
 */
int race_starts_call(struct race_starts *starts, struct race_clocks *clocks,
                     uint32_t thread, const struct memtrace_event *call,
                     uint64_t word);

/**
 * race_starts_begin() - a thread begins
 * @parent: started it; or a number of no thread
 *
 * Where the call that started it is not known, it begins behind all that other
 * threads did so far.
 */
int race_starts_begin(struct race_starts *starts, struct race_clocks *clocks,
                      uint32_t thread, uint32_t parent);

#endif /* STARTS_H */
