/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * report_allocations.c - places that allocate to rows: where in the source
 * they are, and what their blocks were accessed.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "report.h"
#include "trace_block.h"

/* A place, to be united with others of the same name. */
struct named {
    const char *source;
    unsigned line;
    const char *function;
    const struct allocation_site *site;
    const struct memory_count *count;
};

static int compare(const void *a, const void *b)
{
    const struct named *x = a, *y = b;
    int order = report_compare_texts(x->source, y->source);

    if (!order && x->line != y->line) {
        order = x->line < y->line ? -1 : 1;
    }
    if (!order) {
        order = report_compare_texts(x->function, y->function);
    }
    return order ? order
                 : report_compare_texts(x->site->function, y->site->function);
}

static int name_site(struct report *report, struct named *named)
{
    const struct allocation_site *site = named->site;
    struct symbols_code code;
    int error = trace_block_site(report->symbols, site, site->time, &code);

    if (error) {
        return error == -ENOMEM ? MEMTRACE_ERR_NOMEM : 0;
    }
    if (code.n_frames) {
        named->source = code.frames[0].source;
        named->line = code.frames[0].line;
        named->function = code.frames[0].function;
    }
    if (!named->function) {
        named->function = code.module;
    }
    return 0;
}

static const char *keep_number(struct report *report, uint64_t number)
{
    char text[24];

    snprintf(text, sizeof(text), "%" PRIu64, number);
    return report_text_keep(report, text);
}

static int add_row(struct report *report, struct report_table *table,
                   const struct named *first, size_t n)
{
    struct report_row *row = report_row_add(table);
    struct memory_count count = {.n_atomics = 0};
    uint64_t n_blocks = 0, bytes = 0;

    if (!row) {
        return MEMTRACE_ERR_NOMEM;
    }
    for (size_t i = 0; i < n; i++) {
        memory_add(&count, first[i].count);
        n_blocks += first[i].site->n_blocks;
        bytes += first[i].site->bytes;
    }
    row->n[0] = count.n[0];
    row->n[1] = count.n[1];
    row->n_atomics = count.n_atomics;
    row->sharing = memory_sharing(&count);
    row->fields[0] = first->source;
    if (first->source) {
        row->fields[1] = keep_number(report, first->line);
    }
    row->fields[2] = first->function;
    row->fields[3] = first->site->function;
    row->fields[4] = keep_number(report, n_blocks);
    row->fields[5] = keep_number(report, bytes);
    return row->fields[4] && row->fields[5] ? 0 : MEMTRACE_ERR_NOMEM;
}

int report_allocation_table(struct report *report, struct report_table *table)
{
    size_t n_all = allocations_n_sites(report->blocks), n = 0;
    struct named *named = calloc(n_all + 1, sizeof(*named));
    int error = named ? 0 : MEMTRACE_ERR_NOMEM;

    for (size_t i = 0; i < n_all && !error; i++) {
        const struct memory_count *count = &report->allocations->sites[i];

        if (count->n[0] + count->n[1] > 0) {
            named[n].site = allocations_site(report->blocks, i);
            named[n].count = count;
            error = name_site(report, &named[n++]);
        }
    }
    if (n) {
        qsort(named, n, sizeof(*named), compare);
    }
    for (size_t i = 0, end; i < n && !error; i = end) {
        for (end = i + 1; end < n && compare(&named[i], &named[end]) == 0;
             end++) {
        }
        error = add_row(report, table, &named[i], end - i);
    }
    free(named);
    return error;
}
