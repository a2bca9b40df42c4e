/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report_json.c - a report as one JSON object. */
#include <inttypes.h>
#include <string.h>

#include "output.h"
#include "report.h"
#include "trace_file.h"

/* What is a number in a table's fields. */
static bool is_number(const char *name)
{
    static const char *const names[] = {"line", "pid", "tid", "blocks",
                                        "bytes"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (!strcmp(name, names[i])) {
            return true;
        }
    }
    return false;
}

static void put_row(struct output *output, const struct report_kind *kind,
                    const struct report_row *row)
{
    output_string(output, "{");
    for (int i = 0; i < REPORT_FIELDS && kind->fields[i]; i++) {
        output_json(output, kind->fields[i]);
        output_string(output, ":");
        if (row->fields[i] && is_number(kind->fields[i])) {
            output_string(output, row->fields[i]);
        } else {
            output_json(output, row->fields[i]);
        }
        output_string(output, ",");
    }
    output_printf(output,
                  "\"accesses\":%" PRIu64 ",\"loads\":%" PRIu64
                  ",\"stores\":%" PRIu64 ",\"atomics\":%" PRIu64,
                  row->n[0] + row->n[1], row->n[0], row->n[1], row->n_atomics);
    if (kind->has_sharing) {
        output_printf(output, ",\"sharing\":\"%s\"",
                      report_sharing_name(row->sharing));
    }
    output_string(output, "}");
}

static void put_table(struct output *output, const struct report_table *table)
{
    const struct report_kind *kind = &report_kinds[table->by];

    output_printf(output, ",\n\"%s\":{\"rows\":%zu,\"top\":[", kind->name,
                  table->n_all);
    for (size_t i = 0; i < table->n; i++) {
        output_string(output, i ? ",\n " : "\n ");
        put_row(output, kind, &table->rows[i]);
    }
    output_string(output, "]}");
}

static void put_numbers(struct output *output, const char *name,
                        const uint64_t *numbers, size_t n)
{
    output_printf(output, "\"%s\":[", name);
    for (size_t i = 0; i < n; i++) {
        output_printf(output, "%s%" PRIu64, i ? "," : "", numbers[i]);
    }
    output_string(output, "]");
}

static void put_sharing(struct output *output,
                        const struct report_sharing *sharing)
{
    output_string(output, ",\n\"sharing\":{");
    for (int i = 0; i < MEMORY_SHARINGS; i++) {
        output_printf(output,
                      "%s\"%s\":{\"lines\":%" PRIu64
                      ",\"line_accesses\":%" PRIu64 ",\"pages\":%" PRIu64
                      ",\"page_accesses\":%" PRIu64 "}",
                      i ? "," : "", report_sharing_name(i), sharing->n_lines[i],
                      sharing->line_accesses[i], sharing->n_pages[i],
                      sharing->page_accesses[i]);
    }
    output_string(output, "}");
}

void report_json(struct output *output, const struct report *report)
{
    uint64_t window_ns;

    output_string(output, "{\"trace\":");
    output_json(output, report->path);
    output_printf(output, ",\n\"accesses\":%" PRIu64, report->n_accesses);
    for (size_t i = 0; i < report->n_tables; i++) {
        put_table(output, &report->tables[i]);
    }
    if (report->is_overview) {
        put_sharing(output, &report->sharing);
        output_string(output, ",\n\"window_ns\":");
        if (trace_file_ns(memtrace_summary(report->reader),
                          memtrace_summary(report->reader)->start_time +
                              report->memory->window_ticks,
                          &window_ns)) {
            output_printf(output, "%" PRIu64, window_ns);
        } else {
            output_string(output, "null");
        }
        output_string(output, ",");
        put_numbers(output, "footprint_pages", report->footprint,
                    MEMORY_WINDOWS);
        output_string(output, ",");
        put_numbers(output, "working_set_pages", report->working_set,
                    MEMORY_WINDOWS);
    }
    output_string(output, "}\n");
}
