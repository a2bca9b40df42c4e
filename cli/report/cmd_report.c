/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cmd_report.c - memtrace report: where a program's accesses come from and go
 * to, in one reading of its trace.
 */
#include <stdlib.h>

#include "command.h"
#include "filter.h"
#include "message.h"
#include "output.h"
#include "pager.h"
#include "pass.h"
#include "progress_bar.h"
#include "report.h"
#include "trace_file.h"
#include "variable_table.h"

enum report_format { REPORT_TEXT, REPORT_CSV, REPORT_JSON };

#define TOP_OVERVIEW 5
#define TOP_TABLE 20
#define TOP_UNSET UINT64_MAX

struct report_settings {
    const char *input;
    int by;     /* enum report_by, and 1; 0: all */
    int sort;   /* enum report_sort */
    int format; /* enum report_format */
    uint64_t top;
    struct filter filter;
};

/* What a report shows where one table is not asked for. */
static const enum report_by overview[] = {
    BY_THREAD, BY_FUNCTION,   BY_LINE, BY_VARIABLE,
    BY_REGION, BY_ALLOCATION, BY_PAGE,
};

static void choose_tables(struct report *report,
                          const struct report_settings *settings)
{
    report->is_overview = !settings->by;
    if (settings->by) {
        report->tables[0].by = (enum report_by)(settings->by - 1);
        report->n_tables = 1;
        return;
    }
    for (size_t i = 0; i < sizeof(overview) / sizeof(*overview); i++) {
        if (overview[i] != BY_ALLOCATION ||
            trace_file_has_heap(report->reader)) {
            report->tables[report->n_tables++].by = overview[i];
        }
    }
}

/* Return: STATUS_FINE, or STATUS_FAILURE where the trace has no heap. */
static int check_tables(const struct report *report)
{
    if (!report->is_overview && report->tables[0].by == BY_ALLOCATION &&
        !trace_file_has_heap(report->reader)) {
        message("%s has no allocations: `memtrace record --heap` records them",
                report->path);
        return STATUS_FAILURE;
    }
    return STATUS_FINE;
}

static bool has_table(const struct report *report, enum report_by by)
{
    for (size_t i = 0; i < report->n_tables; i++) {
        if (report->tables[i].by == by) {
            return true;
        }
    }
    return false;
}

static uint64_t count_accesses(const struct thread_totals *threads)
{
    uint64_t n = 0;

    for (size_t i = 0; i < threads->n; i++) {
        n += threads->threads[i].n_loads + threads->threads[i].n_stores;
    }
    return n;
}

/* The results that a pass has left in its items become the report's. */
static void take_results(struct report *report, const struct pass_item *items,
                         size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (items[i].analysis == &analysis_threads) {
            report->threads = thread_totals(items[i].state);
            report->n_accesses = count_accesses(report->threads);
        } else if (items[i].analysis == &analysis_code) {
            report->code = code_counts(items[i].state);
        } else if (items[i].analysis == &analysis_allocations) {
            report->allocations = allocation_counts(items[i].state);
        } else {
            report->memory = memory_use(items[i].state);
        }
    }
}

static int make_table(struct report *report, struct report_table *table,
                      const struct report_settings *settings)
{
    bool is_whole = settings->format != REPORT_TEXT && !report->is_overview;
    uint64_t top = settings->top;
    int error;

    if (table->by == BY_THREAD) {
        error = report_thread_table(report, table);
    } else if (table->by == BY_ALLOCATION) {
        error = report_allocation_table(report, table);
    } else if (report_kinds[table->by].is_code) {
        error = report_code_table(report, table);
    } else {
        error = report_memory_table(report, table);
    }
    if (error) {
        return error;
    }
    if (top == TOP_UNSET) {
        top = report->is_overview ? TOP_OVERVIEW : TOP_TABLE;
        top = is_whole ? 0 : top;
    }
    report_sort_rows(table, (enum report_sort)settings->sort, top);
    return report_name_rows(report, table);
}

static int make_tables(struct report *report,
                       const struct report_settings *settings)
{
    int error = 0;

    if (report->is_overview) {
        report_memory_totals(report);
    }
    for (size_t i = 0; i < report->n_tables && !error; i++) {
        error = make_table(report, &report->tables[i], settings);
    }
    return error;
}

static void write_report(struct output *output, const struct report *report,
                         int format, bool has_color)
{
    switch (format) {
    case REPORT_CSV:
        report_csv(output, report);
        break;
    case REPORT_JSON:
        report_json(output, report);
        break;
    default:
        report_text(output, report, has_color);
        break;
    }
}

/* Names that could not be found are a reason why a report looks bare. */
static void tell_problems(const struct report *report)
{
    const char *problem;

    for (size_t i = 0; (problem = symbols_problem_at(report->symbols, i));
         i++) {
        message("%s", problem);
    }
}

/* Is there a table of memory, whatever is in it? */
static bool needs_memory(const struct report *report)
{
    enum report_by by = report->tables[0].by;

    return report->is_overview || (!report_kinds[by].is_code &&
                                   by != BY_THREAD && by != BY_ALLOCATION);
}

/* Read, and make what is to be shown. Return: 0, or a negative error. */
static int make_report(struct report *report, struct output *output,
                       const struct report_settings *settings,
                       const struct choice *choice)
{
    struct progress_bar bar;
    struct memory_use_settings memory = {.variables = NULL};
    struct pass_item items[4] = {{.analysis = &analysis_threads}};
    struct pass_config config = {.choice = choice,
                                 .symbols = report->symbols,
                                 .progress = progress_bar_draw,
                                 .context = &bar};
    size_t n = 1;
    int error = 0;

    if (has_table(report, BY_FUNCTION) || has_table(report, BY_LINE)) {
        items[n++] = (struct pass_item){.analysis = &analysis_code};
    }
    if (needs_memory(report)) {
        items[n++] = (struct pass_item){.analysis = &analysis_memory,
                                        .settings = &memory};
    }
    if (has_table(report, BY_ALLOCATION)) {
        error = allocations_new(report->reader, &report->blocks);
        items[n++] = (struct pass_item){.analysis = &analysis_allocations,
                                        .settings = report->blocks};
    }
    if (!error && has_table(report, BY_VARIABLE)) {
        memory.variables = &report->variables;
        error = variable_table_of(report->symbols, &report->variables);
    }
    if (!error) {
        progress_bar_open(&bar);
        error = pass_run(report->reader, &config, items, n);
        progress_bar_close(&bar);
    }
    if (!error) {
        take_results(report, items, n);
        error = make_tables(report, settings);
    }
    if (!error) {
        bool has_color = pager_has_color();

        tell_problems(report);
        if (settings->format == REPORT_TEXT) {
            pager_start();
        }
        write_report(output, report, settings->format, has_color);
    }
    pass_end(items, n);
    return error;
}

static void free_report(struct report *report)
{
    for (size_t i = 0; i < report->n_tables; i++) {
        free(report->tables[i].rows);
    }
    for (size_t i = 0; i < report->n_texts; i++) {
        free(report->texts[i]);
    }
    free(report->texts);
    allocations_free(report->blocks);
    variable_table_free(&report->variables);
    symbols_free(report->symbols);
    memtrace_close(report->reader);
}

/* Return: STATUS_FINE, or another status, said on stderr. */
static int open_names(struct report *report, const struct filter *filter,
                      struct choice *choice)
{
    int status = names_open(&filter->names, report->reader, report->path,
                            &report->symbols);

    return status ? status
                  : filter_select(filter, report->reader, report->path,
                                  &report->symbols, choice);
}

static int run(void *settings_pointer, int n_operands, char **operands)
{
    const struct report_settings *settings = settings_pointer;
    struct report report = {.reader = NULL};
    struct choice choice = {.kind = CHOICE_ALL};
    struct output *output;
    int error = 0;
    int status = trace_file_path(&command_report, settings->input, n_operands,
                                 operands, &report.path);

    if (status) {
        return status;
    }
    if (settings->format == REPORT_CSV && !settings->by) {
        return command_usage_error(
            &command_report, "--format=csv is one table: say which, --by");
    }
    output = output_open();
    if (!output) {
        return STATUS_FAILURE;
    }
    status = STATUS_FAILURE;
    report.reader = trace_file_open(report.path);
    if (report.reader) {
        status = open_names(&report, &settings->filter, &choice);
    }
    if (!status) {
        choose_tables(&report, settings);
        status = check_tables(&report);
    }
    if (!status) {
        error = make_report(&report, output, settings, &choice);
    }
    if (error) {
        status = trace_file_error(report.path, error);
    }
    if (output_close(output)) {
        status = STATUS_FAILURE;
    }
    pager_wait();
    if (!status) {
        status = trace_file_complain(report.reader, report.path);
    }
    choice_free(&choice);
    free_report(&report);
    return status;
}

/* In the order of enum report_by, behind the one for all. */
static const char *const bys[] = {
    "all",  "function", "line",   "variable",   "region",
    "page", "line64",   "thread", "allocation", NULL};
static const char *const sorts[] = {"accesses", "loads", "stores",
                                    "atomics",  "name",  NULL};
static const char *const formats[] = {"text", "csv", "json", NULL};

#define FIELD(member) offsetof(struct report_settings, member)

static const struct option options[] = {
    TRACE_FILE_OPTION(struct report_settings, input),
    {.name = "by",
     .letter = 'b',
     .type = OPTION_CHOICE,
     .choices = bys,
     .help = "one table, of these (default: the top of all)",
     .field = FIELD(by)},
    {.name = "sort",
     .letter = 's',
     .type = OPTION_CHOICE,
     .choices = sorts,
     .help = "by what the rows are sorted, the most first",
     .field = FIELD(sort)},
    {.name = "top",
     .letter = 'n',
     .type = OPTION_NUMBER,
     .value = "N",
     .help =
         "how many rows, 0 is all (default: 5 of each table, 20 of one, all "
         "in CSV and JSON)",
     .field = FIELD(top)},
    {.name = "format",
     .letter = 'f',
     .type = OPTION_CHOICE,
     .choices = formats,
     .help = "text (default), CSV of one table, or one JSON object",
     .field = FIELD(format)},
    FILTER_OPTIONS(struct report_settings, filter),
    {.name = NULL},
};

const struct command command_report = {
    .name = "report",
    .summary = "show where accesses come from and go to",
    .operands = "[FILE]",
    .options = options,
    .defaults = &(const struct report_settings){.top = TOP_UNSET},
    .settings_bytes = sizeof(struct report_settings),
    .max_operands = 1,
    .run = run,
};
