/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * engine.h - the second reading of a trace: the pieces of all threads, in an
 * order that keeps to what happened before what, are checked for races.
 */
#ifndef ENGINE_H
#define ENGINE_H

#include "memtrace.h"
#include "race.h"
#include "scan.h"

/**
 * struct race_engine_config - what to read, and how
 * @reader: the trace
 * @scan: its first reading
 * @n_workers: threads that read, with the one that checks; 0: one a processor
 * @progress: called now and then with accesses read and how many there are; or
 *            NULL
 * @context: for @progress
 */
struct race_engine_config {
    struct memtrace_reader *reader;
    const struct race_scan *scan;
    unsigned n_workers;
    void (*progress)(void *context, uint64_t done, uint64_t total);
    void *context;
};

/**
 * race_engine_run() - find the races
 * @races: the list is made new, n_lost is set
 *
 * Return: 0, or a negative error; the list is to be freed also then.
 */
int race_engine_run(const struct race_engine_config *config,
                    struct races *races);

#endif /* ENGINE_H */
