/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report_csv.c - one table of a report as CSV, with a header. */
#include <inttypes.h>

#include "csv_field.h"
#include "output.h"
#include "report.h"

void report_csv(struct output *output, const struct report *report)
{
    const struct report_table *table = &report->tables[0];
    const struct report_kind *kind = &report_kinds[table->by];

    for (int i = 0; i < REPORT_FIELDS && kind->fields[i]; i++) {
        output_printf(output, "%s,", kind->fields[i]);
    }
    output_string(output, "accesses,loads,stores,atomics");
    output_string(output, kind->has_sharing ? ",sharing\n" : "\n");
    for (size_t r = 0; r < table->n; r++) {
        const struct report_row *row = &table->rows[r];

        for (int i = 0; i < REPORT_FIELDS && kind->fields[i]; i++) {
            csv_field(output, row->fields[i]);
            output_string(output, ",");
        }
        output_printf(output, "%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64,
                      row->n[0] + row->n[1], row->n[0], row->n[1],
                      row->n_atomics);
        if (kind->has_sharing) {
            output_printf(output, ",%s", report_sharing_name(row->sharing));
        }
        output_string(output, "\n");
    }
}
