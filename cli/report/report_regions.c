/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report_regions.c - by region of memory: heap, stacks, data of a file; whose.
 */
#include "report_memory.h"
#include "report_process.h"

struct region_row {
    struct report_counts counts;
    const char *region;
    const char *file;
    uint64_t pid; /* TABLE_UNKNOWN: several */
    const char *process;
};

static int compare(const void *a, const void *b)
{
    const struct region_row *x = a, *y = b;
    int order = table_compare_texts(x->region, y->region);

    order = order ? order : table_compare_texts(x->file, y->file);
    return order ? order : table_compare_numbers(x->pid, y->pid);
}

static void add(void *row, const void *other)
{
    report_count_add(&((struct region_row *)row)->counts,
                     &((const struct region_row *)other)->counts);
}

/* A row for the part that a page is of. Return: it, or NULL out of memory. */
static struct region_row *add_part(struct report *report, struct table *table,
                                   const struct memory_page *page)
{
    struct region_row *row = table_add(table);
    char text[TRACE_PLACE_TEXT];
    struct trace_place place;

    if (!row || report_memory_place(report, page, page->vaddr, &place)) {
        return NULL;
    }
    row->region = table_keep(table, report_memory_region(&place, text));
    row->file = *place.file ? place.file : NULL;
    row->pid = page->is_of_several ? TABLE_UNKNOWN : page->pid;
    return row->region ? row : NULL;
}

/* Is it of the same part of memory, which has one name? */
static bool is_same_part(const struct memory_page *page,
                         const struct memory_page *other)
{
    return page->object == other->object && page->mapping == other->mapping &&
           page->pid == other->pid &&
           page->is_of_several == other->is_of_several &&
           page->offset - other->offset == page->vaddr - other->vaddr;
}

/* Most pages of one part follow one another: it is named once. */
static int make(struct report *report, struct table *table)
{
    const struct memory_use *memory = report_memory_use(report);
    const struct memory_page *last = NULL;
    struct region_row *row = NULL;

    for (size_t i = 0; i < memory->n_pages; i++) {
        const struct memory_page *page = memory->pages[i];
        struct memory_count count = memory_page_count(page);
        struct report_counts counts = report_memory_counts(&count);

        if (!last || !is_same_part(page, last)) {
            row = add_part(report, table, page);
            if (!row) {
                return MEMTRACE_ERR_NOMEM;
            }
        }
        last = page;
        report_count_add(&row->counts, &counts);
    }
    table_unite(table, compare, add);
    return 0;
}

/* Only of what is shown. */
static int describe(struct report *report, struct table *table)
{
    for (size_t i = 0; i < table->n; i++) {
        struct region_row *row = table_row(table, i);

        row->process = report_process_text(report, table, row->pid);
        if (!row->process) {
            return MEMTRACE_ERR_NOMEM;
        }
    }
    return 0;
}

static const char *remark(const void *row, char room[TABLE_TEXT_MAX])
{
    return report_process_remark(
        NULL, ((const struct region_row *)row)->process, room);
}

#define FIELD(member) offsetof(struct region_row, member)

static const struct table_column columns[] = {
    {.name = "region", .type = TABLE_TEXT, .field = FIELD(region)},
    {.name = "file",
     .type = TABLE_TEXT,
     .audience = TABLE_FOR_PROGRAMS,
     .field = FIELD(file)},
    REPORT_PID(struct region_row, pid),
    REPORT_COUNTS(struct region_row, counts),
    REPORT_REMARK(remark),
    {.name = NULL},
};

const struct report_kind report_regions = {
    .name = "region",
    .title = "Regions",
    .overview = 5,
    .needs = {REPORT_NEEDS_MEMORY},
    .shape =
        &(const struct table_shape){.columns = columns,
                                    .row_bytes = sizeof(struct region_row)},
    .make = make,
    .describe = describe,
};
