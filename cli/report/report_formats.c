/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report_formats.c - the one table of ways to show a report. */
#include "report_formats.h"

#include <inttypes.h>

#include "output.h"
#include "report_overview.h"
#include "unseen_accesses.h"

static void write_text(struct output *output, const struct report *report,
                       const struct table_style *style)
{
    if (report->overview) {
        report_overview_head(output, report, style);
    }
    for (size_t i = 0; i < report->n_tables; i++) {
        table_text(output, &report->tables[i].table, style);
    }
    if (report->overview) {
        report_overview_tail(output, report, style);
    }
}

static void write_csv(struct output *output, const struct report *report,
                      const struct table_style *style)
{
    (void)style;
    table_csv(output, &report->tables[0].table);
}

static void write_json(struct output *output, const struct report *report,
                       const struct table_style *style)
{
    (void)style;
    output_string(output, "{\"trace\":");
    output_json(output, report->path);
    output_printf(output, ",\n\"accesses\":%" PRIu64 ",\n", report->n_accesses);
    unseen_accesses_json(output, report->reader);
    for (size_t i = 0; i < report->n_tables; i++) {
        const struct report_table *one = &report->tables[i];

        output_printf(output, ",\n\"%s\":{\"rows\":%zu,\"top\":[",
                      one->kind->name, one->table.n_all);
        table_json(output, &one->table, "\n ");
        output_string(output, "]}");
    }
    if (report->overview) {
        report_overview_json(output, report);
    }
    output_string(output, "}\n");
}

static const struct report_format formats[] = {
    {.name = "text", .is_for_people = true, .write = write_text},
    {.name = "csv", .is_one_table = true, .write = write_csv},
    {.name = "json", .write = write_json},
};

const struct report_format *report_format(size_t i)
{
    return i < sizeof(formats) / sizeof(formats[0]) ? &formats[i] : NULL;
}

const char *report_format_word(size_t i)
{
    const struct report_format *format = report_format(i);

    return format ? format->name : NULL;
}
