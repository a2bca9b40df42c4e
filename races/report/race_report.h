/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * race_report.h - races as people read them: with names, each once by the
 * places in the program, the worst first.
 */
#ifndef RACE_REPORT_H
#define RACE_REPORT_H

#include "code_place.h"
#include "left_out.h"
#include "race.h"
#include "trace_block.h"
#include "trace_symbols.h"

/**
 * struct race_names - what names are taken from
 * @symbols: of trace_symbols_new()
 * @rules: whose code is whose
 */
struct race_names {
    struct symbols *symbols;
    const struct code_rules *rules;
};

/**
 * struct race_item - a race, by its places
 * @race: the first of those that are at these places
 * @places: of its two sides
 * @count: of all of them
 * @memory: what the address is
 * @block: of the heap, where the trace has its blocks
 * @creators: by side: where the thread was started; all 0 where unknown
 * @thread_names: by side: what the program calls the thread, or NULL
 * @last_sync: what is at the address through which the threads synchronised
 * last
 */
struct race_item {
    const struct race *race;
    struct race_code_place places[2];
    uint64_t count;
    struct trace_place memory;
    struct trace_block block;
    struct race_code_place creators[2];
    const char *thread_names[2];
    struct trace_place last_sync;
};

/**
 * race_report_is_atomic() - are both accesses atomic in the program's source?
 *
 * Return: 1 if so, 0, or a negative error.
 */
int race_report_is_atomic(struct memtrace_reader *reader,
                          const struct race_names *by, const struct race *race);

/**
 * struct race_report - all of them
 * @n_internal: races of libraries among themselves that were left out
 * @left_out: these, by what left them out, the most first
 */
struct race_report {
    struct allocations *blocks; /* race_report.c's own */
    struct thread_names *names; /* also */
    struct race_item *items;
    size_t n;
    size_t n_internal;
    struct race_left_outs left_out;
};

/**
 * race_report_make() - name, unite and sort
 * @races: have to live as long as the report
 * @by: also
 * @has_internal: take in libraries' own business, see left_out.h
 *
 * Return: 0, or a negative error; race_report_free() is for both.
 */
int race_report_make(struct memtrace_reader *reader, const struct races *races,
                     const struct race_names *by, bool has_internal,
                     struct race_report *report);
void race_report_free(struct race_report *report);

#endif /* RACE_REPORT_H */
