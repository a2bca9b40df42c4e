/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report_pages.c - by page, and by line of 64 bytes. */
#include "report_memory.h"
#include "report_process.h"
#include "report_top.h"

struct page_row {
    struct report_counts counts;
    uint64_t vaddr;
    uint64_t pid; /* TABLE_UNKNOWN: several */
    const char *what;
    const char *process;
    int sharing;
    const struct memory_page *page;
};

static int add_row(struct report_top *top, const struct memory_page *page,
                   uint64_t vaddr, const struct memory_count *count)
{
    const struct page_row row = {
        .counts = report_memory_counts(count),
        .vaddr = vaddr,
        .pid = page->is_of_several ? TABLE_UNKNOWN : page->pid,
        .sharing = memory_sharing(count),
        .page = page,
    };

    return row.counts.n_accesses ? report_top_add(top, &row) : 0;
}

static int make_pages(struct report *report, struct table *table)
{
    const struct memory_use *memory = report_memory_use(report);
    struct report_top top;
    int error = 0;

    report_top_open(&top, report, table);
    for (size_t i = 0; i < memory->n_pages && !error; i++) {
        const struct memory_page *page = memory->pages[i];
        struct memory_count count = memory_page_count(page);

        error = add_row(&top, page, page->vaddr, &count);
    }
    report_top_close(&top);
    return error;
}

static int make_lines(struct report *report, struct table *table)
{
    const struct memory_use *memory = report_memory_use(report);
    struct memory_count lines[MEMORY_LINES];
    struct report_top top;
    int error = 0;

    report_top_open(&top, report, table);
    for (size_t i = 0; i < memory->n_pages && !error; i++) {
        const struct memory_page *page = memory->pages[i];

        memory_cells_get(page->cells, lines);
        for (uint64_t line = 0; line < MEMORY_LINES && !error; line++) {
            error =
                add_row(&top, page, page->vaddr + (line << MEMORY_LINE_BITS),
                        &lines[line]);
        }
    }
    report_top_close(&top);
    return error;
}

/* Naming takes long: only of what is shown. */
static int describe(struct report *report, struct table *table,
                    const char *(*name)(const struct trace_place *place,
                                        char text[TRACE_PLACE_TEXT]))
{
    for (size_t i = 0; i < table->n; i++) {
        struct page_row *row = table_row(table, i);
        char text[TRACE_PLACE_TEXT];
        struct trace_place place;

        if (report_memory_place(report, row->page, row->vaddr, &place)) {
            return MEMTRACE_ERR_NOMEM;
        }
        if (*name(&place, text)) {
            row->what = table_keep(table, text);
            if (!row->what) {
                return MEMTRACE_ERR_NOMEM;
            }
        }
        row->process = report_process_text(report, table, row->pid);
        if (!row->process) {
            return MEMTRACE_ERR_NOMEM;
        }
    }
    return 0;
}

/* A page has more than the variable that it starts with. */
static int describe_pages(struct report *report, struct table *table)
{
    return describe(report, table, report_memory_region);
}

static int describe_lines(struct report *report, struct table *table)
{
    return describe(report, table, trace_place_text);
}

/* By process, address, and which of the memories at it was first. */
static int compare(const void *a, const void *b)
{
    const struct page_row *x = a, *y = b;
    int order = table_compare_numbers(x->page->pid, y->page->pid);

    order = order ? order : table_compare_numbers(x->vaddr, y->vaddr);
    order =
        order ? order : table_compare_numbers(x->page->object, y->page->object);
    return order ? order
                 : table_compare_numbers(x->page->mapping, y->page->mapping);
}

static const char *remark(const void *row, char room[TABLE_TEXT_MAX])
{
    const struct page_row *page = row;

    return report_process_remark(page->what, page->process, room);
}

#define FIELD(member) offsetof(struct page_row, member)

static const struct table_column columns[] = {
    {.name = "address", .type = TABLE_ADDRESS, .field = FIELD(vaddr)},
    REPORT_PID(struct page_row, pid),
    {.name = "what",
     .type = TABLE_TEXT,
     .audience = TABLE_FOR_PROGRAMS,
     .field = FIELD(what)},
    REPORT_COUNTS(struct page_row, counts),
    REPORT_SHARING(struct page_row, sharing),
    REPORT_REMARK(remark),
    {.name = NULL},
};

static const struct table_shape shape = {
    .columns = columns,
    .row_bytes = sizeof(struct page_row),
    .compare = compare,
};

const struct report_kind report_pages = {
    .name = "page",
    .title = "Pages",
    .overview = 7,
    .needs = {REPORT_NEEDS_MEMORY},
    .shape = &shape,
    .make = make_pages,
    .describe = describe_pages,
};

const struct report_kind report_lines64 = {
    .name = "line64",
    .title = "Lines of 64 bytes",
    .needs = {REPORT_NEEDS_MEMORY},
    .shape = &shape,
    .make = make_lines,
    .describe = describe_lines,
};
