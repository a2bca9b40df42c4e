/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * report.h - what a report is, and what it is made with.
 *
 * A report turns what analyses found into the rows of a table (table.h).  It
 * names the analyses that it needs; the command runs each analysis once,
 * whatever reports are shown, over one reading of the trace.
 */
#ifndef REPORT_H
#define REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis.h"
#include "memtrace.h"
#include "table.h"
#include "thread_totals.h"

struct report;

/**
 * struct report_need - an analysis that a report needs
 * @analysis: NULL ends a list
 * @prepare: makes its settings, before the trace is read. Where several reports
 *           need one analysis, the first that has settings gives them. NULL:
 *           it needs none. Return: 0, or a negative error
 * @release: frees them
 */
struct report_need {
    const struct analysis *analysis;
    int (*prepare)(struct report *report, void **settings);
    void (*release)(void *settings);
};

#define REPORT_NEEDS 2

/**
 * struct report_kind - a report
 * @name: as --by has it; its member in JSON
 * @title: for people
 * @overview: its place where all reports are shown, from 1; 0: only shown where
 *            it is asked for
 * @needs: analyses, NULL at the end
 * @has_variables: it shows what is counted of variables
 * @shape: of its rows
 * @lacks: why the trace cannot have it, in words that go on with its name; NULL
 *         or returning NULL: it can
 * @make: add all rows. Return: 0, or a negative error
 * @describe: fill in what only the rows that are shown need, after they were
 *            sorted by the others; or NULL. Return: 0, or a negative error
 */
struct report_kind {
    const char *name;
    const char *title;
    int overview;
    struct report_need needs[REPORT_NEEDS + 1];
    bool has_variables;
    const struct table_shape *shape;
    const char *(*lacks)(const struct memtrace_reader *reader);
    int (*make)(struct report *report, struct table *table);
    int (*describe)(struct report *report, struct table *table);
};

/* A report that is shown, and its rows. */
struct report_table {
    const struct report_kind *kind;
    struct table table;
};

/**
 * struct report_order - which rows are shown
 * @column: sorted by the column of that name, the most first; NULL: by what
 *          they are of. A table that has it not is sorted so, too
 * @top: how many; 0: all
 */
struct report_order {
    const char *column;
    uint64_t top;
};

/**
 * struct report - all that is shown of a trace
 * @symbols: names, all of whose mappings are told
 * @order: which rows are shown
 * @n_accesses: that were counted
 * @has_processes: the trace has more than one
 * @names: of threads and processes
 * @tables: n_tables of them
 * @overview: what is around the tables where all are shown; NULL: one alone
 */
struct report {
    const char *path;
    struct memtrace_reader *reader;
    struct symbols *symbols;
    const struct report_order *order;
    uint64_t n_accesses;
    bool has_processes;
    struct thread_names *names;
    struct report_table *tables;
    size_t n_tables;
    struct report_overview *overview;

    /* report_make.c's own: the analyses that run, and what they need */
    bool has_overview;
    struct report_input *inputs;
    struct pass_item *items;
    size_t n_items;
};

/** report_item() - Return: which item has an analysis; n_items: none. */
size_t report_item(const struct report *report,
                   const struct analysis *analysis);

/** report_state() - Return: the finished state of an analysis that ran. */
const void *report_state(const struct report *report,
                         const struct analysis *analysis);

/** report_settings() - Return: what @prepare made for it, or NULL. */
const void *report_settings(const struct report *report,
                            const struct analysis *analysis);

/* Accesses of a row, for the columns that most reports have. */
struct report_counts {
    uint64_t n_accesses;
    uint64_t n_loads;
    uint64_t n_stores;
    uint64_t n_atomics;
};

/** report_count_add() - add what @more has to @counts. */
void report_count_add(struct report_counts *counts,
                      const struct report_counts *more);

/** report_thread_counts() - what a thread made. */
struct report_counts report_thread_counts(const struct thread_total *total);

/* Columns of struct report_counts, a member of a row. */
#define REPORT_PERCENT(row, member)                                            \
    {                                                                          \
        .name = "percent", .heading = "%", .type = TABLE_PERCENT,              \
        .audience = TABLE_FOR_PEOPLE, .field = offsetof(row, member)           \
    }
#define REPORT_COUNT(row, member, word)                                        \
    {                                                                          \
        .name = (word), .type = TABLE_COUNT, .field = offsetof(row, member)    \
    }
#define REPORT_COUNTS(row, member)                                             \
    REPORT_PERCENT(row, member.n_accesses),                                    \
        REPORT_COUNT(row, member.n_accesses, "accesses"),                      \
        REPORT_COUNT(row, member.n_loads, "loads"),                            \
        REPORT_COUNT(row, member.n_stores, "stores"),                          \
    {                                                                          \
        .name = "atomics", .type = TABLE_COUNT,                                \
        .audience = TABLE_FOR_PROGRAMS,                                        \
        .field = offsetof(row, member.n_atomics)                               \
    }

/* What stands behind a row, made of it by @make. */
#define REPORT_REMARK(make)                                                    \
    {                                                                          \
        .name = "remark", .type = TABLE_TEXT, .audience = TABLE_FOR_PEOPLE,    \
        .derive = (make), .is_remark = true                                    \
    }

/* In words that people read where there is no name. */
#define REPORT_NAMELESS "(no name known)"

#endif /* REPORT_H */
