/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report_pages.c - by page, and by line of 64 bytes. */
#include "report_memory.h"

struct page_row {
    struct report_counts counts;
    uint64_t vaddr;
    uint64_t pid;
    const char *what;
    int sharing;
    const struct memory_page *page;
};

static int add_row(struct table *table, const struct memory_page *page,
                   uint64_t vaddr, const struct memory_count *count)
{
    struct page_row *row;

    if (!(count->n[0] + count->n[1])) {
        return 0;
    }
    row = table_add(table);
    if (!row) {
        return MEMTRACE_ERR_NOMEM;
    }
    *row = (struct page_row){
        .counts = report_memory_counts(count),
        .vaddr = vaddr,
        .pid = page->part.pid,
        .sharing = memory_sharing(count),
        .page = page,
    };
    return 0;
}

static int make_pages(struct report *report, struct table *table)
{
    const struct memory_use *memory = report_memory_use(report);
    int error = 0;

    for (size_t i = 0; i < memory->n_pages && !error; i++) {
        const struct memory_page *page = memory->pages[i];
        struct memory_count count = memory_page_count(page);

        error = add_row(table, page, page->vaddr, &count);
    }
    return error;
}

static int make_lines(struct report *report, struct table *table)
{
    const struct memory_use *memory = report_memory_use(report);
    int error = 0;

    for (size_t i = 0; i < memory->n_pages && !error; i++) {
        const struct memory_page *page = memory->pages[i];

        for (uint64_t line = 0; line < MEMORY_LINES && !error; line++) {
            error =
                add_row(table, page, page->vaddr + (line << MEMORY_LINE_BITS),
                        &page->lines[line]);
        }
    }
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

/* By process, address, and which of the mappings at it was first. */
static int compare(const void *a, const void *b)
{
    const struct page_row *x = a, *y = b;
    int order = table_compare_numbers(x->pid, y->pid);

    order = order ? order : table_compare_numbers(x->vaddr, y->vaddr);
    return order ? order
                 : table_compare_numbers(x->page->part.mapping,
                                         y->page->part.mapping);
}

static const char *remark(const void *row, char room[TABLE_TEXT_MAX])
{
    (void)room;
    return ((const struct page_row *)row)->what;
}

#define FIELD(member) offsetof(struct page_row, member)

static const struct table_column columns[] = {
    {.name = "address", .type = TABLE_ADDRESS, .field = FIELD(vaddr)},
    {.name = "pid",
     .type = TABLE_NUMBER,
     .audience = TABLE_FOR_PROGRAMS,
     .field = FIELD(pid)},
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
    .needs = {{.analysis = &analysis_memory}},
    .shape = &shape,
    .make = make_pages,
    .describe = describe_pages,
};

const struct report_kind report_lines64 = {
    .name = "line64",
    .title = "Lines of 64 bytes",
    .needs = {{.analysis = &analysis_memory}},
    .shape = &shape,
    .make = make_lines,
    .describe = describe_lines,
};
