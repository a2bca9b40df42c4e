/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * report_code.c - by function and by source line.  Of code that was inlined it
 * is the function that it was written in.
 */
#include <errno.h>
#include <stdio.h>

#include "code_counts.h"
#include "reports.h"
#include "symbols.h"

struct code_row {
    struct report_counts counts;
    const char *module;
    const char *function;
    const char *source;
    uint64_t line;
};

static int name_insn(struct report *report, uint32_t number,
                     const struct code_count *count, struct code_row *row)
{
    const struct memtrace_insn *insn = memtrace_insn(report->reader, number);
    const struct memtrace_thread *thread =
        memtrace_thread(report->reader, count->thread);
    struct symbols_code code;
    int error;

    row->line = TABLE_UNKNOWN;
    if (!insn || !thread) {
        return 0;
    }
    error = symbols_code(
        report->symbols,
        &(struct symbols_place){thread->pid, count->time, insn->pc}, &code);
    if (error) {
        return error == -ENOMEM ? MEMTRACE_ERR_NOMEM : 0;
    }
    row->module = code.module;
    if (code.n_frames) {
        row->function = code.frames[0].function;
        row->source = code.frames[0].source;
    }
    if (row->source) {
        row->line = code.frames[0].line;
    }
    return 0;
}

static void add(void *row, const void *other)
{
    report_count_add(&((struct code_row *)row)->counts,
                     &((const struct code_row *)other)->counts);
}

/* A row for each instruction that made accesses; the same ones become one. */
static int make(struct report *report, struct table *table,
                int (*compare)(const void *a, const void *b))
{
    const struct code_counts *code =
        code_counts(report_state(report, &analysis_code));

    for (uint64_t i = 0; i <= code->n_insns; i++) {
        const struct code_count *count = code_count(code, (uint32_t)i);
        struct code_row *row = count ? table_add(table) : NULL;

        if (!count) {
            continue;
        }
        if (!row || name_insn(report, (uint32_t)i, count, row)) {
            return MEMTRACE_ERR_NOMEM;
        }
        row->counts.n_loads = count->n[0] + count->n[MEMTRACE_ATOMIC];
        row->counts.n_stores = count->n[MEMTRACE_STORE] + count->n[3];
        row->counts.n_atomics = count->n[MEMTRACE_ATOMIC] + count->n[3];
        row->counts.n_accesses = row->counts.n_loads + row->counts.n_stores;
    }
    table_unite(table, compare, add);
    return 0;
}

static int compare_functions(const void *a, const void *b)
{
    const struct code_row *x = a, *y = b;
    int order = table_compare_texts(x->function, y->function);

    return order ? order : table_compare_texts(x->module, y->module);
}

static int make_functions(struct report *report, struct table *table)
{
    return make(report, table, compare_functions);
}

static const char *function_remark(const void *row, char room[TABLE_TEXT_MAX])
{
    const char *module = ((const struct code_row *)row)->module;

    (void)room;
    return module ? symbols_last_part(module) : NULL;
}

#define FIELD(member) offsetof(struct code_row, member)

static const struct table_column function_columns[] = {
    {.name = "function",
     .type = TABLE_TEXT,
     .field = FIELD(function),
     .unknown = REPORT_NAMELESS},
    {.name = "module",
     .type = TABLE_TEXT,
     .audience = TABLE_FOR_PROGRAMS,
     .field = FIELD(module)},
    REPORT_COUNTS(struct code_row, counts),
    REPORT_REMARK(function_remark),
    {.name = NULL},
};

const struct report_kind report_functions = {
    .name = "function",
    .title = "Functions",
    .overview = 2,
    .needs = {{.analysis = &analysis_code}},
    .shape = &(const struct table_shape){.columns = function_columns,
                                         .row_bytes = sizeof(struct code_row)},
    .make = make_functions,
};

static int compare_lines(const void *a, const void *b)
{
    const struct code_row *x = a, *y = b;
    int order = table_compare_texts(x->source, y->source);

    order = order ? order : table_compare_numbers(x->line, y->line);
    return order ? order : compare_functions(a, b);
}

static int make_lines(struct report *report, struct table *table)
{
    return make(report, table, compare_lines);
}

static const char *line_name(const void *row_pointer, char room[TABLE_TEXT_MAX])
{
    const struct code_row *row = row_pointer;

    if (!row->source) {
        return NULL;
    }
    snprintf(room, TABLE_TEXT_MAX, "%s:%u", symbols_last_part(row->source),
             (unsigned)row->line);
    return room;
}

static const char *line_remark(const void *row, char room[TABLE_TEXT_MAX])
{
    const char *function = ((const struct code_row *)row)->function;

    return function ? function : function_remark(row, room);
}

static const struct table_column line_columns[] = {
    {.name = "name",
     .type = TABLE_TEXT,
     .audience = TABLE_FOR_PEOPLE,
     .derive = line_name,
     .unknown = "(no line known)"},
    {.name = "source",
     .type = TABLE_TEXT,
     .audience = TABLE_FOR_PROGRAMS,
     .field = FIELD(source)},
    {.name = "line",
     .type = TABLE_NUMBER,
     .audience = TABLE_FOR_PROGRAMS,
     .field = FIELD(line)},
    {.name = "function",
     .type = TABLE_TEXT,
     .audience = TABLE_FOR_PROGRAMS,
     .field = FIELD(function)},
    {.name = "module",
     .type = TABLE_TEXT,
     .audience = TABLE_FOR_PROGRAMS,
     .field = FIELD(module)},
    REPORT_COUNTS(struct code_row, counts),
    REPORT_REMARK(line_remark),
    {.name = NULL},
};

const struct report_kind report_lines = {
    .name = "line",
    .title = "Source lines",
    .overview = 3,
    .needs = {{.analysis = &analysis_code}},
    .shape = &(const struct table_shape){.columns = line_columns,
                                         .row_bytes = sizeof(struct code_row)},
    .make = make_lines,
};
