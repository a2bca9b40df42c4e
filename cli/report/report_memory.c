/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * report_memory.c - pages to variables, regions, pages and lines, to how much
 * is shared, and to what was accessed over time.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"
#include "symbols.h"
#include "trace_symbols.h"

static void take_count(struct report_row *row, const struct memory_count *count)
{
    row->n[0] = count->n[0];
    row->n[1] = count->n[1];
    row->n_atomics = count->n_atomics;
    row->sharing = memory_sharing(count);
}

static uint64_t accesses_of(const struct memory_count *count)
{
    return count->n[0] + count->n[1];
}

static int add_variables(struct report *report, struct report_table *table)
{
    for (size_t i = 0; i < report->variables.n; i++) {
        const struct variable_entry *variable = &report->variables.list[i];
        const struct memory_count *count = &report->memory->variables[i];
        struct report_row *row;

        if (!accesses_of(count)) {
            continue;
        }
        row = report_row_add(table);
        if (!row) {
            return MEMTRACE_ERR_NOMEM;
        }
        take_count(row, count);
        row->fields[0] = variable->name;
        row->fields[1] = variable->image;
    }
    return 0;
}

static int add_pages(struct report *report, struct report_table *table)
{
    for (size_t i = 0; i < report->memory->n_pages; i++) {
        const struct memory_page *page = report->memory->pages[i];
        struct memory_count count = memory_page_count(page);
        struct report_row *row;

        if (!accesses_of(&count)) {
            continue;
        }
        row = report_row_add(table);
        if (!row) {
            return MEMTRACE_ERR_NOMEM;
        }
        take_count(row, &count);
        row->page = page;
    }
    return 0;
}

static int add_lines(struct report *report, struct report_table *table)
{
    for (size_t i = 0; i < report->memory->n_pages; i++) {
        const struct memory_page *page = report->memory->pages[i];

        for (unsigned line = 0; line < MEMORY_LINES; line++) {
            struct report_row *row;

            if (!accesses_of(&page->lines[line])) {
                continue;
            }
            row = report_row_add(table);
            if (!row) {
                return MEMTRACE_ERR_NOMEM;
            }
            take_count(row, &page->lines[line]);
            row->page = page;
            row->line = line;
        }
    }
    return 0;
}

static int describe(struct report *report, const struct memory_page *page,
                    uint64_t vaddr, struct trace_place *place)
{
    /* The page may begin in front of the part. */
    if (page->part.last && vaddr < page->part.first) {
        vaddr = page->part.first;
    }
    return trace_place_describe(
        report->symbols,
        &(struct symbols_place){page->part.pid, page->part.from, vaddr}, place);
}

/* What a region is called: as trace_place_text(), but of no variable. */
static void name_region(const struct trace_place *place,
                        char text[TRACE_PLACE_TEXT])
{
    struct trace_place bare = *place;

    bare.data = (struct symbols_data){.module = NULL};
    switch (place->kind) {
    case TRACE_PLACE_DATA:
    case TRACE_PLACE_FILE:
        snprintf(text, TRACE_PLACE_TEXT, "%s %.500s",
                 place->kind == TRACE_PLACE_DATA ? "data of" : "file",
                 symbols_last_part(place->file));
        break;
    case TRACE_PLACE_UNKNOWN:
        snprintf(text, TRACE_PLACE_TEXT, "unknown");
        break;
    default:
        trace_place_text(&bare, text);
        break;
    }
}

static int compare_regions(const void *a, const void *b)
{
    const struct report_row *x = a, *y = b;
    int order = strcmp(x->fields[0], y->fields[0]);

    return order ? order : report_compare_texts(x->fields[1], y->fields[1]);
}

/* Rows of the same name become one. */
static void unite(struct report_table *table)
{
    size_t n = 0;

    if (table->n) {
        qsort(table->rows, table->n, sizeof(*table->rows), compare_regions);
    }
    for (size_t i = 0; i < table->n; i++) {
        if (n && !compare_regions(&table->rows[n - 1], &table->rows[i])) {
            table->rows[n - 1].n[0] += table->rows[i].n[0];
            table->rows[n - 1].n[1] += table->rows[i].n[1];
            table->rows[n - 1].n_atomics += table->rows[i].n_atomics;
        } else {
            table->rows[n++] = table->rows[i];
        }
    }
    table->n = table->n_all = n;
}

/* Pages of one part follow one another: it is named once. */
static int add_regions(struct report *report, struct report_table *table)
{
    const struct memory_page *last = NULL;
    struct report_row *row = NULL;

    for (size_t i = 0; i < report->memory->n_pages; i++) {
        const struct memory_page *page = report->memory->pages[i];
        struct memory_count count = memory_page_count(page);

        if (!last || last->part.pid != page->part.pid ||
            last->part.mapping != page->part.mapping) {
            char text[TRACE_PLACE_TEXT];
            struct trace_place place;

            if (describe(report, page, page->vaddr, &place)) {
                return MEMTRACE_ERR_NOMEM;
            }
            name_region(&place, text);
            row = report_row_add(table);
            if (!row) {
                return MEMTRACE_ERR_NOMEM;
            }
            row->fields[0] = report_text_keep(report, text);
            row->fields[1] = *place.file ? place.file : NULL;
            if (!row->fields[0]) {
                return MEMTRACE_ERR_NOMEM;
            }
        }
        last = page;
        row->n[0] += count.n[0];
        row->n[1] += count.n[1];
        row->n_atomics += count.n_atomics;
    }
    unite(table);
    return 0;
}

int report_memory_table(struct report *report, struct report_table *table)
{
    switch (table->by) {
    case BY_VARIABLE:
        return add_variables(report, table);
    case BY_REGION:
        return add_regions(report, table);
    case BY_PAGE:
        return add_pages(report, table);
    default:
        return add_lines(report, table);
    }
}

int report_name_rows(struct report *report, struct report_table *table)
{
    for (size_t i = 0; i < table->n; i++) {
        struct report_row *row = &table->rows[i];
        char text[TRACE_PLACE_TEXT];
        struct trace_place place;
        uint64_t vaddr;

        if (!row->page) {
            continue;
        }
        vaddr = row->page->vaddr + ((uint64_t)row->line << MEMORY_LINE_BITS);
        snprintf(text, sizeof(text), "0x%016" PRIx64, vaddr);
        row->fields[0] = report_text_keep(report, text);
        snprintf(text, sizeof(text), "%" PRIu64, row->page->part.pid);
        row->fields[1] = report_text_keep(report, text);
        if (!row->fields[0] || !row->fields[1] ||
            describe(report, row->page, vaddr, &place)) {
            return MEMTRACE_ERR_NOMEM;
        }
        /* A page has more than the variable that it starts with. */
        if (table->by == BY_PAGE) {
            name_region(&place, text);
        } else {
            trace_place_text(&place, text);
        }
        if (*text) {
            row->fields[2] = report_text_keep(report, text);
            if (!row->fields[2]) {
                return MEMTRACE_ERR_NOMEM;
            }
        }
    }
    return 0;
}

static void add_sharing(struct report_sharing *sharing,
                        const struct memory_page *page)
{
    struct memory_count sum = memory_page_count(page);
    enum memory_sharing how = memory_sharing(&sum);

    sharing->n_pages[how]++;
    sharing->page_accesses[how] += accesses_of(&sum);
    for (size_t i = 0; i < MEMORY_LINES; i++) {
        const struct memory_count *line = &page->lines[i];

        if (line->who[0] || line->who[1]) {
            how = memory_sharing(line);
            sharing->n_lines[how]++;
            sharing->line_accesses[how] += accesses_of(line);
        }
    }
}

void report_memory_totals(struct report *report)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < report->memory->n_pages; i++) {
        const struct memory_page *page = report->memory->pages[i];

        add_sharing(&report->sharing, page);
        for (unsigned k = 0; k < MEMORY_WINDOWS; k++) {
            report->working_set[k] += page->windows >> k & 1;
        }
        if (page->windows) {
            report->footprint[__builtin_ctzll(page->windows)]++;
        }
    }
    for (unsigned k = 0; k < MEMORY_WINDOWS; k++) {
        sum += report->footprint[k];
        report->footprint[k] = sum;
    }
}
