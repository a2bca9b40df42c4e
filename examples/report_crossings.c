/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * report_crossings.c - a report of `memtrace report`: by size, how many
 * accesses go over the end of a cache line.  An example, see docs/analyses.md.
 */
#include "line_crossings.h"
#include "reports.h"

struct crossing_row {
    uint64_t size_bytes;
    uint64_t n_accesses;
    uint64_t n_crossing;
};

static int make(struct report *report, struct table *table)
{
    const struct line_crossings *crossings =
        line_crossings(report_state(report, &analysis_crossings));

    for (unsigned i = 0; i < CROSSINGS_SIZES; i++) {
        struct crossing_row *row;

        if (!crossings->n_accesses[i]) {
            continue;
        }
        row = table_add(table);
        if (!row) {
            return MEMTRACE_ERR_NOMEM;
        }
        row->size_bytes = 1u << i;
        row->n_accesses = crossings->n_accesses[i];
        row->n_crossing = crossings->n_crossing[i];
    }
    return 0;
}

#define FIELD(member) offsetof(struct crossing_row, member)

static const struct table_column columns[] = {
    {.name = "size", .type = TABLE_BYTES, .field = FIELD(size_bytes)},
    REPORT_PERCENT(struct crossing_row, n_accesses),
    REPORT_COUNT(struct crossing_row, n_accesses, "accesses"),
    REPORT_COUNT(struct crossing_row, n_crossing, "crossing"),
    {.name = NULL},
};

const struct report_kind report_crossings = {
    .name = "crossings",
    .title = "Accesses by size",
    .overview = 8,
    .needs = {{.analysis = &analysis_crossings}},
    .shape =
        &(const struct table_shape){.columns = columns,
                                    .row_bytes = sizeof(struct crossing_row)},
    .make = make,
};
