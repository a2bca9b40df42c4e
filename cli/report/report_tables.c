/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report_tables.c - what all tables of a report have in common. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

/* In the order of enum report_by. */
const struct report_kind report_kinds[REPORT_BYS] = {
    [BY_FUNCTION] = {.name = "function",
                     .title = "Functions",
                     .fields = {"function", "module"},
                     .is_code = true},
    [BY_LINE] = {.name = "line",
                 .title = "Source lines",
                 .fields = {"source", "line", "function", "module"},
                 .is_code = true},
    [BY_VARIABLE] = {.name = "variable",
                     .title = "Variables",
                     .fields = {"variable", "module"},
                     .has_sharing = true},
    [BY_REGION] = {.name = "region",
                   .title = "Regions",
                   .fields = {"region", "file"}},
    [BY_PAGE] = {.name = "page",
                 .title = "Pages",
                 .fields = {"address", "pid", "what"},
                 .has_sharing = true},
    [BY_LINE64] = {.name = "line64",
                   .title = "Lines of 64 bytes",
                   .fields = {"address", "pid", "what"},
                   .has_sharing = true},
    [BY_THREAD] = {.name = "thread",
                   .title = "Threads",
                   .fields = {"thread", "pid", "tid"}},
    [BY_ALLOCATION] = {.name = "allocation",
                       .title = "Allocated by",
                       .fields = {"source", "line", "function", "allocator",
                                  "blocks", "bytes"},
                       .has_sharing = true},
};

const char *report_sharing_name(int sharing)
{
    static const char *const names[MEMORY_SHARINGS] = {
        [MEMORY_PRIVATE] = "private",
        [MEMORY_READ_SHARED] = "read-shared",
        [MEMORY_ONE_WRITER] = "one-writer",
        [MEMORY_MANY_WRITERS] = "many-writers",
    };

    return names[sharing];
}

struct report_row *report_row_add(struct report_table *table)
{
    if (table->n == table->room) {
        size_t room = table->room * 2 + 64;
        struct report_row *larger =
            reallocarray(table->rows, room, sizeof(*larger));

        if (!larger) {
            return NULL;
        }
        table->rows = larger;
        table->room = room;
    }
    table->rows[table->n] = (struct report_row){.n_atomics = 0};
    table->n_all = table->n + 1;
    return &table->rows[table->n++];
}

const char *report_text_keep(struct report *report, const char *text)
{
    char *copy;

    if (report->n_texts == report->room_texts) {
        size_t room = report->room_texts * 2 + 64;
        char **larger = reallocarray(report->texts, room, sizeof(*larger));

        if (!larger) {
            return NULL;
        }
        report->texts = larger;
        report->room_texts = room;
    }
    copy = strdup(text);
    if (copy) {
        report->texts[report->n_texts++] = copy;
    }
    return copy;
}

static int compare(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

int report_compare_texts(const char *a, const char *b)
{
    if (a == b) {
        return 0;
    }
    return strcmp(a ? a : "", b ? b : "");
}

/* Names last, so that the order is the same in every run. */
static int compare_names(const struct report_row *x, const struct report_row *y)
{
    int order = 0;

    if (x->page && y->page) {
        order = compare(x->page->part.pid, y->page->part.pid);
        order = order ? order : compare(x->page->vaddr, y->page->vaddr);
        order = order ? order : compare(x->line, y->line);
        return order ? order
                     : compare(x->page->part.mapping, y->page->part.mapping);
    }
    for (int i = 0; i < REPORT_FIELDS && !order; i++) {
        const char *a = x->fields[i], *b = y->fields[i];

        /* Numbers in the order of numbers. */
        if (a && b && strlen(a) != strlen(b) &&
            strspn(a, "T0123456789") == strlen(a) &&
            strspn(b, "T0123456789") == strlen(b)) {
            order = strlen(a) < strlen(b) ? -1 : 1;
        } else {
            order = report_compare_texts(a, b);
        }
    }
    return order;
}

static uint64_t key(const struct report_row *row, enum report_sort sort)
{
    switch (sort) {
    case SORT_LOADS:
        return row->n[0];
    case SORT_STORES:
        return row->n[1];
    case SORT_ATOMICS:
        return row->n_atomics;
    case SORT_ACCESSES:
    case SORT_NAME:
        break;
    }
    return row->n[0] + row->n[1];
}

static int compare_rows(const void *a, const void *b, void *context)
{
    const struct report_row *x = a, *y = b;
    enum report_sort sort = *(const enum report_sort *)context;
    int order = sort == SORT_NAME ? 0 : compare(key(y, sort), key(x, sort));

    return order ? order : compare_names(x, y);
}

void report_sort_rows(struct report_table *table, enum report_sort sort,
                      uint64_t top)
{
    if (table->n) {
        qsort_r(table->rows, table->n, sizeof(*table->rows), compare_rows,
                &sort);
    }
    if (top && table->n > top) {
        table->n = (size_t)top;
    }
}

static const char *keep_number(struct report *report, const char *format,
                               uint64_t number)
{
    char text[32];

    snprintf(text, sizeof(text), "%s%" PRIu64, format, number);
    return report_text_keep(report, text);
}

int report_thread_table(struct report *report, struct report_table *table)
{
    for (size_t i = 0; i < report->threads->n; i++) {
        const struct thread_total *total = &report->threads->threads[i];
        const struct memtrace_thread *thread =
            memtrace_thread(report->reader, (uint32_t)i);
        struct report_row *row;

        if (!thread || !(total->n_loads + total->n_stores)) {
            continue;
        }
        row = report_row_add(table);
        if (!row) {
            return MEMTRACE_ERR_NOMEM;
        }
        row->n[0] = total->n_loads;
        row->n[1] = total->n_stores;
        row->n_atomics = total->n_atomics;
        row->fields[0] = keep_number(report, "T", i);
        row->fields[1] = keep_number(report, "", thread->pid);
        row->fields[2] = keep_number(report, "", thread->tid);
        if (!row->fields[0] || !row->fields[1] || !row->fields[2]) {
            return MEMTRACE_ERR_NOMEM;
        }
    }
    return 0;
}
