/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * report.h - what the files of memtrace report share: its results as tables,
 * which text, CSV and JSON are made of.
 */
#ifndef REPORT_H
#define REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "allocation_counts.h"
#include "code_counts.h"
#include "memory_use.h"
#include "memtrace.h"
#include "thread_totals.h"

struct output;

/* What a table has a row for. */
enum report_by {
    BY_FUNCTION,
    BY_LINE,
    BY_VARIABLE,
    BY_REGION,
    BY_PAGE,
    BY_LINE64,
    BY_THREAD,
    BY_ALLOCATION,
    REPORT_BYS,
};

enum report_sort {
    SORT_ACCESSES,
    SORT_LOADS,
    SORT_STORES,
    SORT_ATOMICS,
    SORT_NAME,
};

#define REPORT_FIELDS 6

/**
 * struct report_kind - what is particular to a kind of table
 * @name: as it is typed
 * @title: above the table
 * @fields: names of a row's fields, NULL where there are no more
 * @has_sharing: rows tell how threads share
 * @is_code: of what instructions access, which need not be named as memory
 */
struct report_kind {
    const char *name;
    const char *title;
    const char *fields[REPORT_FIELDS];
    bool has_sharing;
    bool is_code;
};

extern const struct report_kind report_kinds[REPORT_BYS];

/**
 * struct report_row - a row
 * @fields: what it is of, NULL where that is not known
 * @n: loads and stores
 * @n_atomics: those of them by atomic instructions
 * @sharing: enum memory_sharing, where the kind of table has it
 * @page, @line: of BY_PAGE and BY_LINE64: what it is named by
 */
struct report_row {
    const char *fields[REPORT_FIELDS];
    uint64_t n[2];
    uint64_t n_atomics;
    int sharing;
    const struct memory_page *page;
    unsigned line;
};

/**
 * struct report_table - a table
 * @rows: the first n of n_all, sorted as was asked for
 */
struct report_table {
    enum report_by by;
    struct report_row *rows;
    size_t n;
    size_t n_all;
    size_t room;
};

/**
 * struct report_sharing - how much is shared, and how
 * @n_lines, @n_pages: lines and pages, by enum memory_sharing
 * @line_accesses, @page_accesses: accesses to them
 */
struct report_sharing {
    uint64_t n_lines[MEMORY_SHARINGS];
    uint64_t line_accesses[MEMORY_SHARINGS];
    uint64_t n_pages[MEMORY_SHARINGS];
    uint64_t page_accesses[MEMORY_SHARINGS];
};

/**
 * struct report - all that is known
 * @threads, @code, @memory: results; NULL where they were not needed
 * @symbols: names, all of whose mappings are told
 * @variables: where they are shown
 * @blocks: that the program allocated; NULL where they were not needed
 * @allocations: of those, results
 * @n_accesses: that were counted
 * @n_processes: in the trace
 * @tables: that are shown, n_tables of them
 * @is_overview: all of them and what is around them, or one alone
 * @sharing: where @memory is there
 * @footprint, @working_set: pages that were accessed until the end of each
 *                           part of the time, and in it
 * @texts: of n_texts rows that no one else keeps
 */
struct report {
    const char *path;
    struct memtrace_reader *reader;
    struct symbols *symbols;
    const struct thread_totals *threads;
    const struct code_counts *code;
    const struct memory_use *memory;
    struct variable_table variables;
    struct allocations *blocks;
    const struct allocation_counts *allocations;
    uint64_t n_accesses;
    uint32_t n_processes;
    struct report_table tables[REPORT_BYS];
    size_t n_tables;
    bool is_overview;
    struct report_sharing sharing;
    uint64_t footprint[MEMORY_WINDOWS];
    uint64_t working_set[MEMORY_WINDOWS];
    char **texts;
    size_t n_texts;
    size_t room_texts;
};

/** report_compare_texts() - as strcmp(); NULL is as "". */
int report_compare_texts(const char *a, const char *b);

/** report_row_add() - room for one more row. Return: it, zero, or NULL. */
struct report_row *report_row_add(struct report_table *table);

/** report_text_keep() - Return: a copy that stays, or NULL. */
const char *report_text_keep(struct report *report, const char *text);

/**
 * report_code_table() - rows of functions or source lines
 *
 * This and what follows return 0, or MEMTRACE_ERR_NOMEM.
 */
int report_code_table(struct report *report, struct report_table *table);

/** report_memory_table() - rows of variables, regions, pages or lines. */
int report_memory_table(struct report *report, struct report_table *table);

/** report_allocation_table() - rows of places that allocate. */
int report_allocation_table(struct report *report, struct report_table *table);

/** report_thread_table() - rows of threads. */
int report_thread_table(struct report *report, struct report_table *table);

/** report_memory_totals() - sharing and what was accessed over time. */
void report_memory_totals(struct report *report);

/** report_sort_rows() - sort, and leave @top rows; 0: all. */
void report_sort_rows(struct report_table *table, enum report_sort sort,
                      uint64_t top);

/** report_name_rows() - name what is only named where it is shown. */
int report_name_rows(struct report *report, struct report_table *table);

/** report_sharing_name() - Return: as it is printed. */
const char *report_sharing_name(int sharing);

/* Write the whole report. */
void report_text(struct output *output, const struct report *report,
                 bool has_color);
void report_csv(struct output *output, const struct report *report);
void report_json(struct output *output, const struct report *report);

#endif /* REPORT_H */
