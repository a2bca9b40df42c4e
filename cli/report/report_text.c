/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report_text.c - a report for people: one screen, or one table. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "output.h"
#include "report.h"
#include "symbols.h"
#include "trace_file.h"
#include "units.h"

#define NAME_COLUMNS 30
#define PAGE_BYTES (1u << MEMORY_PAGE_BITS)

struct text {
    struct output *output;
    const struct report *report;
    const char *bold;
    const char *dim;
    const char *plain;
};

static const char *last_part(const char *path)
{
    return path ? symbols_last_part(path) : NULL;
}

static double percent(uint64_t part, uint64_t all)
{
    return all ? 100.0 * (double)part / (double)all : 0;
}

/* Cut to that many characters, as far as they are one byte each. */
static void put_name(const struct text *text, const char *name)
{
    size_t length = strlen(name);
    char cut[NAME_COLUMNS * ESCAPE_MAX + 1];
    char start[NAME_COLUMNS + 1];
    size_t n;

    snprintf(start, sizeof(start), "%.*s%s",
             length > NAME_COLUMNS ? NAME_COLUMNS - 2 : NAME_COLUMNS, name,
             length > NAME_COLUMNS ? ".." : "");
    n = escape_text(start, strlen(start), cut);
    cut[n] = '\0';
    output_printf(text->output, "  %-*s", NAME_COLUMNS, cut);
}

/* "12 blocks, 3.0 KiB by malloc in f" */
static void describe_blocks(const struct report_row *row, char text[640])
{
    char blocks[UNITS_TEXT_MAX], size[UNITS_TEXT_MAX];
    uint64_t n = strtoull(row->fields[4], NULL, 10);

    snprintf(text, 640, "%s block%s, %s by %s%s%s", units_grouped(n, blocks),
             n == 1 ? "" : "s",
             units_size(strtoull(row->fields[5], NULL, 10), size),
             row->fields[3], row->fields[2] ? " in " : "",
             row->fields[2] ? symbols_last_part(row->fields[2]) : "");
}

/* What a row is called, and what is said behind it. */
static void row_names(enum report_by by, const struct report_row *row,
                      char name[640], char room[640], const char **detail)
{
    const char *const *fields = row->fields;

    *detail = NULL;
    switch (by) {
    case BY_ALLOCATION:
        describe_blocks(row, room);
        *detail = room;
        if (fields[0]) {
            snprintf(name, 640, "%s:%s", last_part(fields[0]), fields[1]);
            return;
        }
        snprintf(name, 640, "%s",
                 fields[2] ? last_part(fields[2]) : "(no name known)");
        return;
    case BY_LINE:
        *detail = fields[2] ? fields[2] : last_part(fields[3]);
        if (fields[0]) {
            snprintf(name, 640, "%s:%s", last_part(fields[0]), fields[1]);
        } else {
            snprintf(name, 640, "(no line known)");
        }
        return;
    case BY_FUNCTION:
    case BY_VARIABLE:
        *detail = last_part(fields[1]);
        break;
    case BY_PAGE:
    case BY_LINE64:
        *detail = fields[2];
        break;
    default:
        break;
    }
    snprintf(name, 640, "%s", fields[0] ? fields[0] : "(no name known)");
}

static void put_row(const struct text *text, const struct report_table *table,
                    const struct report_row *row)
{
    const struct report_kind *kind = &report_kinds[table->by];
    char loads[UNITS_TEXT_MAX], stores[UNITS_TEXT_MAX];
    char accesses[UNITS_TEXT_MAX], name[640], room[640];
    const char *detail;

    row_names(table->by, row, name, room, &detail);
    put_name(text, name);
    output_printf(text->output, " %5.1f %15s %15s %15s",
                  percent(row->n[0] + row->n[1], text->report->n_accesses),
                  units_grouped(row->n[0] + row->n[1], accesses),
                  units_grouped(row->n[0], loads),
                  units_grouped(row->n[1], stores));
    if (kind->has_sharing) {
        output_printf(text->output, "  %-12s",
                      report_sharing_name(row->sharing));
    }
    if (detail) {
        output_string(text->output, "  ");
        output_string(text->output, text->dim);
        output_text(text->output, detail);
        output_string(text->output, text->plain);
    }
    output_string(text->output, "\n");
}

static void put_heading(const struct text *text, const char *title,
                        const char *columns)
{
    output_printf(text->output, "%s%-*s%s%s\n", text->bold, NAME_COLUMNS + 2,
                  title, columns, text->plain);
}

static void put_table(const struct text *text, const struct report_table *table)
{
    char more[UNITS_TEXT_MAX];

    put_heading(text, report_kinds[table->by].title,
                report_kinds[table->by].has_sharing
                    ? "     %        accesses           loads          "
                      "stores  sharing"
                    : "     %        accesses           loads          stores");
    for (size_t i = 0; i < table->n; i++) {
        put_row(text, table, &table->rows[i]);
    }
    if (table->n < table->n_all) {
        output_printf(text->output, "  %s... and %s more%s\n", text->dim,
                      units_grouped(table->n_all - table->n, more),
                      text->plain);
    }
}

/* Eight heights; nothing at all is a dot. */
static void put_sparkline(const struct text *text, const uint64_t *values)
{
    static const char *const bars[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    uint64_t most = 0;

    for (int i = 0; i < MEMORY_WINDOWS; i++) {
        most = values[i] > most ? values[i] : most;
    }
    for (int i = 0; i < MEMORY_WINDOWS; i++) {
        output_string(text->output,
                      values[i] ? bars[(values[i] * 8 - 1) / most] : ".");
    }
}

static void put_over_time(const struct text *text, const char *title,
                          const uint64_t *pages)
{
    char size[UNITS_TEXT_MAX];
    uint64_t most = 0;

    for (int i = 0; i < MEMORY_WINDOWS; i++) {
        most = pages[i] > most ? pages[i] : most;
    }
    output_printf(text->output, "%s%-12s%s ", text->bold, title, text->plain);
    put_sparkline(text, pages);
    output_printf(text->output, " %s\n", units_size(most * PAGE_BYTES, size));
}

static void put_sharing(const struct text *text)
{
    const struct report_sharing *sharing = &text->report->sharing;

    put_heading(text, "Sharing of 64-byte lines",
                "     %        accesses           lines           pages");
    for (int i = 0; i < MEMORY_SHARINGS; i++) {
        char accesses[UNITS_TEXT_MAX], lines[UNITS_TEXT_MAX];
        char pages[UNITS_TEXT_MAX];

        put_name(text, report_sharing_name(i));
        output_printf(
            text->output, " %5.1f %15s %15s %15s\n",
            percent(sharing->line_accesses[i], text->report->n_accesses),
            units_grouped(sharing->line_accesses[i], accesses),
            units_grouped(sharing->n_lines[i], lines),
            units_grouped(sharing->n_pages[i], pages));
    }
}

static void put_rate(const struct text *text)
{
    const struct memtrace_summary *summary =
        memtrace_summary(text->report->reader);
    char seconds[UNITS_TEXT_MAX];
    uint64_t time_ns;

    if (trace_file_ns(summary, summary->end_time, &time_ns) && time_ns) {
        output_printf(text->output, " in %s s, %.3g million a second",
                      units_seconds(time_ns, seconds),
                      (double)text->report->n_accesses * 1e3 / (double)time_ns);
    }
}

static void put_kernel(const struct text *text)
{
    const struct thread_totals *threads = text->report->threads;
    char loads[UNITS_TEXT_MAX], stores[UNITS_TEXT_MAX];
    uint64_t n_loads = 0, n_stores = 0;

    for (size_t i = 0; i < threads->n; i++) {
        n_loads += threads->threads[i].n_kernel_loads;
        n_stores += threads->threads[i].n_kernel_stores;
    }
    if (n_loads + n_stores) {
        output_printf(text->output,
                      "%sKernel%s       loads %s, stores %s, by system calls; "
                      "not counted below\n",
                      text->bold, text->plain, units_grouped(n_loads, loads),
                      units_grouped(n_stores, stores));
    }
}

static void put_head(const struct text *text)
{
    const char *program = memtrace_meta(text->report->reader, "guest.command");
    char accesses[UNITS_TEXT_MAX];

    output_printf(text->output, "%sTrace%s        ", text->bold, text->plain);
    output_text(text->output, text->report->path);
    if (program) {
        output_string(text->output, ": ");
        output_text(text->output, program);
    }
    output_printf(text->output, "\n%sAccesses%s     %s", text->bold,
                  text->plain,
                  units_grouped(text->report->n_accesses, accesses));
    put_rate(text);
    output_string(text->output, "\n");
    put_kernel(text);
    put_over_time(text, "Footprint", text->report->footprint);
    put_over_time(text, "Working set", text->report->working_set);
}

void report_text(struct output *output, const struct report *report,
                 bool has_color)
{
    const struct text text = {
        .output = output,
        .report = report,
        .bold = has_color ? "\033[1m" : "",
        .dim = has_color ? "\033[2m" : "",
        .plain = has_color ? "\033[0m" : "",
    };

    if (report->is_overview) {
        put_head(&text);
    }
    for (size_t i = 0; i < report->n_tables; i++) {
        put_table(&text, &report->tables[i]);
    }
    if (report->is_overview) {
        put_sharing(&text);
    }
}
