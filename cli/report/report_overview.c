/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report_overview.c - see report_overview.h. */
#include "report_overview.h"

#include <inttypes.h>
#include <stdlib.h>

#include "output.h"
#include "report_memory.h"
#include "symbols.h"
#include "thread_totals.h"
#include "trace_file.h"
#include "units.h"

#define PAGE_BYTES (1u << MEMORY_PAGE_BITS)

/* A row for each enum memory_sharing: how much is shared so. */
struct sharing_row {
    int sharing;
    uint64_t n_lines;
    uint64_t line_accesses;
    uint64_t n_pages;
    uint64_t page_accesses;
};

#define FIELD(member) offsetof(struct sharing_row, member)
#define COUNT(name_, member, audience_)                                        \
    {                                                                          \
        .name = (name_), .type = TABLE_COUNT, .audience = (audience_),         \
        .field = FIELD(member)                                                 \
    }

/* In JSON a row is named by its first column, which is no member of it. */
static const struct table_column sharing_columns[] = {
    {.name = "sharing",
     .type = TABLE_WORD,
     .audience = TABLE_FOR_PEOPLE,
     .words = report_sharing_words,
     .field = FIELD(sharing)},
    REPORT_PERCENT(struct sharing_row, line_accesses),
    COUNT("accesses", line_accesses, TABLE_FOR_PEOPLE),
    COUNT("lines", n_lines, TABLE_FOR_ALL),
    COUNT("line_accesses", line_accesses, TABLE_FOR_PROGRAMS),
    COUNT("pages", n_pages, TABLE_FOR_ALL),
    COUNT("page_accesses", page_accesses, TABLE_FOR_PROGRAMS),
    {.name = NULL},
};

static const struct table_shape sharing_shape = {
    .columns = sharing_columns,
    .row_bytes = sizeof(struct sharing_row),
};

/*
 * @footprint, @working_set: pages that were accessed until the end of each part
 *                           of the time, and in it
 */
struct report_overview {
    struct table sharing;
    uint64_t footprint[MEMORY_WINDOWS];
    uint64_t working_set[MEMORY_WINDOWS];
};

const struct report_need report_overview_need = REPORT_NEEDS_MEMORY;

static void add_sharing(struct table *table, const struct memory_page *page)
{
    struct memory_count sum = {.n_atomics = 0};
    struct memory_count lines[MEMORY_LINES];
    struct sharing_row *row;

    memory_cells_get(page->cells, lines);
    for (size_t i = 0; i < MEMORY_LINES; i++) {
        const struct memory_count *line = &lines[i];

        if (line->who[0] || line->who[1]) {
            row = table_row(table, memory_sharing(line));
            row->n_lines++;
            row->line_accesses += line->n[0] + line->n[1];
            memory_add(&sum, line);
        }
    }
    row = table_row(table, memory_sharing(&sum));
    row->n_pages++;
    row->page_accesses += sum.n[0] + sum.n[1];
}

static void add_windows(struct report_overview *overview, uint64_t windows)
{
    for (unsigned k = 0; k < MEMORY_WINDOWS; k++) {
        overview->working_set[k] += windows >> k & 1;
    }
    if (windows) {
        overview->footprint[__builtin_ctzll(windows)]++;
    }
}

int report_overview_new(const struct report *report,
                        struct report_overview **out)
{
    const struct memory_use *memory = report_memory_use(report);
    struct report_overview *overview = calloc(1, sizeof(*overview));

    *out = overview;
    if (!overview) {
        return MEMTRACE_ERR_NOMEM;
    }
    overview->sharing = (struct table){
        .title = "Sharing of 64-byte lines",
        .shape = &sharing_shape,
        .whole = report->n_accesses,
    };
    for (int i = 0; i < MEMORY_SHARINGS; i++) {
        struct sharing_row *row = table_add(&overview->sharing);

        if (!row) {
            return MEMTRACE_ERR_NOMEM;
        }
        row->sharing = i;
    }
    for (size_t i = 0; i < memory->n_pages; i++) {
        add_sharing(&overview->sharing, memory->pages[i]);
        add_windows(overview, memory->pages[i]->windows);
    }
    for (unsigned k = 1; k < MEMORY_WINDOWS; k++) {
        overview->footprint[k] += overview->footprint[k - 1];
    }
    return 0;
}

void report_overview_free(struct report_overview *overview)
{
    if (overview) {
        table_free(&overview->sharing);
    }
    free(overview);
}

/* Eight heights; nothing at all is a dot. */
static void put_sparkline(struct output *output, const uint64_t *values,
                          uint64_t most)
{
    static const char *const bars[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};

    for (int i = 0; i < MEMORY_WINDOWS; i++) {
        output_string(output,
                      values[i] ? bars[(values[i] * 8 - 1) / most] : ".");
    }
}

static void put_over_time(struct output *output, const char *title,
                          const uint64_t *pages,
                          const struct table_style *style)
{
    char size[UNITS_TEXT_MAX];
    uint64_t most = 0;

    for (int i = 0; i < MEMORY_WINDOWS; i++) {
        most = pages[i] > most ? pages[i] : most;
    }
    output_printf(output, "%s%-12s%s ", style->bold, title, style->plain);
    put_sparkline(output, pages, most);
    output_printf(output, " %s\n", units_size(most * PAGE_BYTES, size));
}

static void put_rate(struct output *output, const struct report *report)
{
    const struct memtrace_summary *summary = memtrace_summary(report->reader);
    char seconds[UNITS_TEXT_MAX];
    uint64_t time_ns;

    if (trace_file_ns(summary, summary->end_time, &time_ns) && time_ns) {
        output_printf(output, " in %s s, %.3g million a second",
                      units_seconds(time_ns, seconds),
                      (double)report->n_accesses * 1e3 / (double)time_ns);
    }
}

static void put_kernel(struct output *output, const struct report *report,
                       const struct table_style *style)
{
    const struct thread_totals *threads =
        thread_totals(report_state(report, &analysis_threads));
    char loads[UNITS_TEXT_MAX], stores[UNITS_TEXT_MAX];
    uint64_t n_loads = 0, n_stores = 0;

    for (size_t i = 0; i < threads->n; i++) {
        n_loads += threads->threads[i].n_kernel_loads;
        n_stores += threads->threads[i].n_kernel_stores;
    }
    if (n_loads + n_stores) {
        output_printf(output,
                      "%sKernel%s       loads %s, stores %s, by system calls; "
                      "not counted below\n",
                      style->bold, style->plain, units_grouped(n_loads, loads),
                      units_grouped(n_stores, stores));
    }
}

void report_overview_head(struct output *output, const struct report *report,
                          const struct table_style *style)
{
    const char *program = memtrace_meta(report->reader, "guest.command");
    const char *file = memtrace_meta(report->reader, "guest.file");
    char accesses[UNITS_TEXT_MAX];

    output_printf(output, "%sTrace%s        ", style->bold, style->plain);
    output_text(output, report->path);
    if (program) {
        output_string(output, ": ");
        output_text(output, program);
    }
    /* By which the tables call it. */
    if (file) {
        output_string(output, ", a link to ");
        output_text(output, symbols_last_part(file));
    }
    output_printf(output, "\n%sAccesses%s     %s", style->bold, style->plain,
                  units_grouped(report->n_accesses, accesses));
    put_rate(output, report);
    output_string(output, "\n");
    put_kernel(output, report, style);
    put_over_time(output, "Footprint", report->overview->footprint, style);
    put_over_time(output, "Working set", report->overview->working_set, style);
}

void report_overview_tail(struct output *output, const struct report *report,
                          const struct table_style *style)
{
    table_text(output, &report->overview->sharing, style);
}

static void put_numbers(struct output *output, const char *name,
                        const uint64_t *numbers)
{
    output_printf(output, ",\"%s\":[", name);
    for (int i = 0; i < MEMORY_WINDOWS; i++) {
        output_printf(output, "%s%" PRIu64, i ? "," : "", numbers[i]);
    }
    output_string(output, "]");
}

void report_overview_json(struct output *output, const struct report *report)
{
    const struct table *sharing = &report->overview->sharing;
    const struct memtrace_summary *summary = memtrace_summary(report->reader);
    uint64_t window_ns;

    output_string(output, ",\n\"sharing\":{");
    for (size_t i = 0; i < sharing->n; i++) {
        output_printf(output, "%s\"%s\":", i ? "," : "",
                      report_sharing_words[i]);
        table_json_row(output, sharing, table_row(sharing, i));
    }
    output_string(output, "},\n\"window_ns\":");
    if (trace_file_ns(summary,
                      summary->start_time +
                          report_memory_use(report)->window_ticks,
                      &window_ns)) {
        output_printf(output, "%" PRIu64, window_ns);
    } else {
        output_string(output, "null");
    }
    put_numbers(output, "footprint_pages", report->overview->footprint);
    put_numbers(output, "working_set_pages", report->overview->working_set);
}
