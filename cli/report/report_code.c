/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * report_code.c - instructions to functions and source lines.  Of code that
 * was inlined it is the function that it was written in.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

/* A row, to be united with others of the same name. */
struct named {
    const char *module;
    const char *function;
    const char *source;
    unsigned line;
    const struct code_count *count;
};

static int compare_functions(const void *a, const void *b)
{
    const struct named *x = a, *y = b;
    int order = report_compare_texts(x->function, y->function);

    return order ? order : report_compare_texts(x->module, y->module);
}

static int compare_lines(const void *a, const void *b)
{
    const struct named *x = a, *y = b;
    int order = report_compare_texts(x->source, y->source);

    if (!order && x->line != y->line) {
        order = x->line < y->line ? -1 : 1;
    }
    return order ? order : compare_functions(a, b);
}

static int name_insn(struct report *report, uint32_t number,
                     const struct code_count *count, struct named *named)
{
    const struct memtrace_insn *insn = memtrace_insn(report->reader, number);
    const struct memtrace_thread *thread =
        memtrace_thread(report->reader, count->thread);
    struct symbols_code code;
    int error;

    *named = (struct named){.count = count};
    if (!insn || !thread) {
        return 0;
    }
    error = symbols_code(
        report->symbols,
        &(struct symbols_place){thread->pid, count->time, insn->pc}, &code);
    if (error) {
        return error == -ENOMEM ? MEMTRACE_ERR_NOMEM : 0;
    }
    named->module = code.module;
    if (code.n_frames) {
        named->function = code.frames[0].function;
        named->source = code.frames[0].source;
        named->line = code.frames[0].line;
    }
    return 0;
}

static int add_row(struct report *report, struct report_table *table,
                   const struct named *named)
{
    struct report_row *row = report_row_add(table);
    char line[16];

    if (!row) {
        return MEMTRACE_ERR_NOMEM;
    }
    if (table->by == BY_FUNCTION) {
        row->fields[0] = named->function;
        row->fields[1] = named->module;
        return 0;
    }
    if (named->source) {
        snprintf(line, sizeof(line), "%u", named->line);
        row->fields[0] = named->source;
        row->fields[1] = report_text_keep(report, line);
        if (!row->fields[1]) {
            return MEMTRACE_ERR_NOMEM;
        }
    }
    row->fields[2] = named->function;
    row->fields[3] = named->module;
    return 0;
}

/* All instructions that made accesses. Return: how many, or NOMEM. */
static int64_t name_insns(struct report *report, struct named **out)
{
    struct named *named = NULL;
    size_t n = 0, room = 0;

    for (uint64_t i = 0; i <= report->code->n_insns; i++) {
        const struct code_count *count = code_count(report->code, (uint32_t)i);

        if (!count) {
            continue;
        }
        if (n == room) {
            struct named *larger;

            room = room * 2 + 1024;
            larger = reallocarray(named, room, sizeof(*larger));
            if (!larger) {
                free(named);
                return MEMTRACE_ERR_NOMEM;
            }
            named = larger;
        }
        if (name_insn(report, (uint32_t)i, count, &named[n++])) {
            free(named);
            return MEMTRACE_ERR_NOMEM;
        }
    }
    *out = named;
    return (int64_t)n;
}

int report_code_table(struct report *report, struct report_table *table)
{
    int (*order)(const void *a, const void *b) =
        table->by == BY_FUNCTION ? compare_functions : compare_lines;
    struct named *named = NULL;
    int64_t n = name_insns(report, &named);
    int error = n < 0 ? (int)n : 0;

    if (n > 0) {
        qsort(named, (size_t)n, sizeof(*named), order);
    }
    for (int64_t i = 0; i < n && !error; i++) {
        const struct code_count *count = named[i].count;
        struct report_row *row;

        if (!i || order(&named[i - 1], &named[i]) != 0) {
            error = add_row(report, table, &named[i]);
        }
        if (!error) {
            row = &table->rows[table->n - 1];
            row->n[0] += count->n[0] + count->n[MEMTRACE_ATOMIC];
            row->n[1] += count->n[MEMTRACE_STORE] + count->n[3];
            row->n_atomics += count->n[MEMTRACE_ATOMIC] + count->n[3];
        }
    }
    free(named);
    return error;
}
