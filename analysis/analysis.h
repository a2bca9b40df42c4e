/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * analysis.h - what an analysis is.
 *
 * An analysis lives in a file of its own and owns one const struct analysis.
 * It is given batches of accesses and events, and has results that its own
 * header describes as data; it reads no file and prints nothing.  pass.h
 * drives any number of them over one reading of a trace; analyses.c lists
 * them.
 */
#ifndef ANALYSIS_H
#define ANALYSIS_H

#include <stdbool.h>

#include "memtrace.h"

struct symbols;

/* In which order accesses reach an analysis. */
enum analysis_order {
    /*
     * Blocks as they come, on several workers.  Each worker has a state of
     * its own, and merge() makes one of them: results must not depend on
     * which worker had which block.
     */
    ANALYSIS_ANY_ORDER,
    /* The one merged order of all threads (see memtrace_cursor_open_time()),
       to one state, its events among the accesses. */
    ANALYSIS_TIME_ORDER,
};

/**
 * struct analysis_source - what an analysis may look things up in
 * @reader: the trace; not its cursors
 * @symbols: names of addresses, or NULL where none were asked for; not to be
 *           used before finish()
 * @has_gaps: the accesses that pass are not all that there were: a filter,
 *            sampling or loss left some out
 */
struct analysis_source {
    struct memtrace_reader *reader;
    struct symbols *symbols;
    bool has_gaps;
};

/**
 * struct analysis - an analysis
 * @name: as it is typed
 * @summary: one line, no full stop
 * @order: see there
 * @begin: a new state, one a worker. @settings are the analysis' own and
 *         outlive it, as does @source. Return: 0, or a negative error
 * @wants: are the accesses of a block, by its number in the trace, of
 *         interest? With ANALYSIS_ANY_ORDER, a block that no analysis of the
 *         pass wants is not read; an analysis gets what another one wants,
 *         too. NULL: all
 * @block: the accesses that come next are those of a block, by its number.
 *         With ANALYSIS_ANY_ORDER; NULL where that is of no interest. Return:
 *         as accesses
 * @digest: can the analysis do without the accesses of a block, by what its
 *          digest says? With ANALYSIS_ANY_ORDER, and where it is the only one
 * of the pass; NULL: no. Return: 1 if so, and all is done; 0 where it needs
 * them; or a negative error
 * @accesses: a batch, of one thread. Return: 0, or a negative error, which
 *            ends the pass
 * @event: an event in its place: event.position accesses of its thread came
 *         before. NULL where it is of no interest. With ANALYSIS_ANY_ORDER
 *         the first worker gets all, before any accesses
 * @merge: add what @other has to @state; NULL with ANALYSIS_TIME_ORDER
 * @finish: all has been seen: make the results; may be NULL
 * @end: free a state, and its results
 *
 * The functions of one state are never called by two threads at once.
 */
struct analysis {
    const char *name;
    const char *summary;
    enum analysis_order order;
    int (*begin)(const struct analysis_source *source, const void *settings,
                 void **state);
    bool (*wants)(const void *state, uint64_t block);
    int (*block)(void *state, uint64_t block);
    int (*digest)(void *state, uint64_t block);
    int (*accesses)(void *state, const struct memtrace_batch *batch);
    int (*event)(void *state, const struct memtrace_event *event);
    int (*merge)(void *state, void *other);
    int (*finish)(void *state);
    void (*end)(void *state);
};

#endif /* ANALYSIS_H */
