/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * report_allocations.c - by place that allocates: where in the source it is,
 * how many blocks it had, and what they were accessed.
 */
#include <errno.h>
#include <stdio.h>

#include "allocation_counts.h"
#include "report_memory.h"
#include "symbols.h"
#include "trace_block.h"
#include "trace_file.h"
#include "units.h"

struct allocation_row {
    struct report_counts counts;
    const char *source;
    uint64_t line;
    const char *function;
    const char *allocator;
    uint64_t n_blocks;
    uint64_t bytes;
    int sharing;
    struct memory_count sum; /* what counts and sharing are made of */
};

static const char *lacks(const struct memtrace_reader *reader)
{
    return trace_file_has_heap(reader) ? NULL
                                       : "has no allocations: `memtrace record "
                                         "--heap` records them";
}

static int prepare(struct report *report, void **settings)
{
    return allocations_new(report->reader, (struct allocations **)settings);
}

static void release(void *settings)
{
    allocations_free(settings);
}

static int compare(const void *a, const void *b)
{
    const struct allocation_row *x = a, *y = b;
    int order = table_compare_texts(x->source, y->source);

    order = order ? order : table_compare_numbers(x->line, y->line);
    order = order ? order : table_compare_texts(x->function, y->function);
    return order ? order : table_compare_texts(x->allocator, y->allocator);
}

static void add(void *row_pointer, const void *other_pointer)
{
    struct allocation_row *row = row_pointer;
    const struct allocation_row *other = other_pointer;

    memory_add(&row->sum, &other->sum);
    row->n_blocks += other->n_blocks;
    row->bytes += other->bytes;
}

static int name_site(struct report *report, const struct allocation_site *site,
                     struct allocation_row *row)
{
    struct symbols_code code;
    int error = trace_block_site(report->symbols, site, site->time, &code);

    row->line = TABLE_UNKNOWN;
    if (error) {
        return error == -ENOMEM ? MEMTRACE_ERR_NOMEM : 0;
    }
    if (code.n_frames) {
        row->source = code.frames[0].source;
        row->function = code.frames[0].function;
    }
    if (row->source) {
        row->line = code.frames[0].line;
    }
    if (!row->function) {
        row->function = code.module;
    }
    return 0;
}

static int make(struct report *report, struct table *table)
{
    const struct allocations *blocks =
        report_settings(report, &analysis_allocations);
    const struct allocation_counts *counts =
        allocation_counts(report_state(report, &analysis_allocations));

    for (size_t i = 0; i < allocations_n_sites(blocks); i++) {
        const struct allocation_site *site = allocations_site(blocks, i);
        const struct memory_count *count = &counts->sites[i];
        struct allocation_row *row;

        if (!(count->n[0] + count->n[1])) {
            continue;
        }
        row = table_add(table);
        if (!row || name_site(report, site, row)) {
            return MEMTRACE_ERR_NOMEM;
        }
        row->sum = *count;
        row->allocator = site->function;
        row->n_blocks = site->n_blocks;
        row->bytes = site->bytes;
    }
    table_unite(table, compare, add);
    for (size_t i = 0; i < table->n; i++) {
        struct allocation_row *row = table_row(table, i);

        row->counts = report_memory_counts(&row->sum);
        row->sharing = memory_sharing(&row->sum);
    }
    return 0;
}

static const char *name(const void *row_pointer, char room[TABLE_TEXT_MAX])
{
    const struct allocation_row *row = row_pointer;

    if (!row->source) {
        return row->function ? symbols_last_part(row->function) : NULL;
    }
    snprintf(room, TABLE_TEXT_MAX, "%s:%u", symbols_last_part(row->source),
             (unsigned)row->line);
    return room;
}

/* "12 blocks, 3.0 KiB by malloc in f" */
static const char *remark(const void *row_pointer, char room[TABLE_TEXT_MAX])
{
    const struct allocation_row *row = row_pointer;
    char blocks[UNITS_TEXT_MAX], size[UNITS_TEXT_MAX];

    snprintf(room, TABLE_TEXT_MAX, "%s block%s, %s by %s%s%s",
             units_grouped(row->n_blocks, blocks),
             row->n_blocks == 1 ? "" : "s", units_size(row->bytes, size),
             row->allocator, row->function ? " in " : "",
             row->function ? symbols_last_part(row->function) : "");
    return room;
}

#define FIELD(member) offsetof(struct allocation_row, member)
#define FOR_PROGRAMS(name_, type_, member)                                     \
    {                                                                          \
        .name = (name_), .type = (type_), .audience = TABLE_FOR_PROGRAMS,      \
        .field = FIELD(member)                                                 \
    }

static const struct table_column columns[] = {
    {.name = "name",
     .type = TABLE_TEXT,
     .audience = TABLE_FOR_PEOPLE,
     .derive = name,
     .unknown = REPORT_NAMELESS},
    FOR_PROGRAMS("source", TABLE_TEXT, source),
    FOR_PROGRAMS("line", TABLE_NUMBER, line),
    FOR_PROGRAMS("function", TABLE_TEXT, function),
    FOR_PROGRAMS("allocator", TABLE_TEXT, allocator),
    FOR_PROGRAMS("blocks", TABLE_COUNT, n_blocks),
    FOR_PROGRAMS("bytes", TABLE_BYTES, bytes),
    REPORT_COUNTS(struct allocation_row, counts),
    REPORT_SHARING(struct allocation_row, sharing),
    REPORT_REMARK(remark),
    {.name = NULL},
};

const struct report_kind report_allocations = {
    .name = "allocation",
    .title = "Allocated by",
    .overview = 6,
    .needs = {{.analysis = &analysis_allocations,
               .prepare = prepare,
               .release = release}},
    .shape =
        &(const struct table_shape){.columns = columns,
                                    .row_bytes = sizeof(struct allocation_row)},
    .lacks = lacks,
    .make = make,
};
