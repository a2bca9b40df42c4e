/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * race_report.h - races as people read them: with names, each once by the
 * places in the program, the worst first.
 */
#ifndef RACE_REPORT_H
#define RACE_REPORT_H

#include "race.h"
#include "trace_block.h"
#include "trace_symbols.h"

/**
 * struct race_code_place - where in the program
 * @pc: of the instruction, 0 for the kernel
 * @call: name of the system call that the kernel did, or NULL
 * @module, @module_offset: see struct symbols_code; NULL where unknown
 * @function, @source, @line: NULL, NULL, 0 where unknown. Of the innermost
 *                            function, be it inlined
 */
struct race_code_place {
    uint64_t pc;
    const char *call;
    const char *module;
    uint64_t module_offset;
    const char *function;
    const char *source;
    unsigned line;
};

/**
 * struct race_item - a race, by its places
 * @race: the first of those that are at these places
 * @places: of its two sides
 * @count: of all of them
 * @memory: what the address is
 * @block: of the heap, where the trace has its blocks
 * @creators: by side: where the thread was started; all 0 where unknown
 */
struct race_item {
    const struct race *race;
    struct race_code_place places[2];
    uint64_t count;
    struct trace_place memory;
    struct trace_block block;
    struct race_code_place creators[2];
};

/**
 * race_report_is_atomic() - are both accesses atomic in the program's source?
 *
 * Return: 1 if so, 0, or a negative error.
 */
int race_report_is_atomic(struct memtrace_reader *reader,
                          struct symbols *symbols, const struct race *race);

/**
 * struct race_report - all of them
 * @n_internal: races of libraries among themselves that were left out
 */
struct race_report {
    struct allocations *blocks; /* race_report.c's own */
    struct race_item *items;
    size_t n;
    size_t n_internal;
};

/**
 * race_report_make() - name, unite and sort
 * @races: have to live as long as the report
 * @symbols: of trace_symbols_new(), also
 * @has_internal: take in libraries' own business, see code_class.h
 *
 * Return: 0, or a negative error; race_report_free() is for both.
 */
int race_report_make(struct memtrace_reader *reader, const struct races *races,
                     struct symbols *symbols, bool has_internal,
                     struct race_report *report);
void race_report_free(struct race_report *report);

#endif /* RACE_REPORT_H */
