/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cmd_report.c - memtrace report: where a program's accesses come from and go
 * to, in one reading of its trace.
 */
#include "command.h"
#include "filter.h"
#include "message.h"
#include "output.h"
#include "pager.h"
#include "progress_bar.h"
#include "report_formats.h"
#include "report_make.h"
#include "reports.h"
#include "symbols.h"
#include "trace_file.h"
#include "unseen_accesses.h"

#define TOP_OVERVIEW 5
#define TOP_TABLE 20
#define TOP_UNSET UINT64_MAX

struct report_settings {
    const char *input;
    int by;     /* reports_word() */
    int sort;   /* of sorts */
    int format; /* report_format() */
    uint64_t top;
    struct filter filter;
};

/* Names of columns, but for the last: what rows are of. */
static const char *const sorts[] = {"accesses", "loads", "stores",
                                    "atomics",  "name",  NULL};

enum { SORT_FIRST = 0, SORT_NAME = 4 };

/* The report that is asked for, or NULL for the overview. */
static const struct report_kind *kind_of(const struct report_settings *settings)
{
    return settings->by ? reports[settings->by - 1] : NULL;
}

/* Return: STATUS_FINE, or STATUS_USAGE, said on stderr. */
static int check_settings(const struct report_settings *settings)
{
    const struct report_format *format =
        report_format((size_t)settings->format);
    const struct report_kind *kind = kind_of(settings);
    const char *sort = sorts[settings->sort];

    if (format->is_one_table && !kind) {
        return command_usage_error(&command_report,
                                   "--format=%s is one table: say which, --by",
                                   format->name);
    }
    if (kind && settings->sort != SORT_FIRST && settings->sort != SORT_NAME &&
        !table_column(kind->shape, sort)) {
        return command_usage_error(&command_report,
                                   "--sort=%s: --by=%s has no such column",
                                   sort, kind->name);
    }
    return STATUS_FINE;
}

static struct report_order order_of(const struct report_settings *settings)
{
    bool is_all =
        !report_format((size_t)settings->format)->is_for_people && settings->by;
    struct report_order order = {
        .column = settings->sort == SORT_NAME ? NULL : sorts[settings->sort],
        .top = settings->top,
    };

    if (order.top == TOP_UNSET) {
        order.top = is_all ? 0 : settings->by ? TOP_TABLE : TOP_OVERVIEW;
    }
    return order;
}

/* Everything is there: show it. */
static void show(struct output *output, const struct report *report,
                 const struct report_format *format)
{
    struct table_style style = {"", "", ""};

    if (pager_has_color()) {
        style = (struct table_style){"\033[1m", "\033[2m", "\033[0m"};
    }
    names_tell_problems(report->symbols);
    unseen_accesses_say(report->reader, report->path);
    if (format->is_for_people) {
        pager_start();
    }
    format->write(output, report, &style);
}

/* The trace is open. Return: STATUS_FINE, or another one, said on stderr. */
static int make_and_show(struct report *report, struct output *output,
                         const struct report_settings *settings)
{
    const struct report_kind *kind = kind_of(settings);
    const struct report_order order = order_of(settings);
    struct choice choice = {.kind = CHOICE_ALL};
    struct progress_bar bar;
    const char *why;
    int error = 0;
    int status = names_open(&settings->filter.names, report->reader,
                            report->path, &report->symbols);

    if (!status) {
        status = filter_select(&settings->filter, report->reader, report->path,
                               &report->symbols, &choice);
    }
    why = kind && kind->lacks ? kind->lacks(report->reader) : NULL;
    if (!status && why) {
        message("%s %s", report->path, why);
        status = STATUS_FAILURE;
    }
    if (!status) {
        error = report_choose(report, kind);
        error = error ? error : report_make(report, &choice, &order, &bar);
        if (!error) {
            show(output, report, report_format((size_t)settings->format));
        }
        status = error ? trace_file_error(report->path, error) : STATUS_FINE;
    }
    choice_free(&choice);
    return status;
}

static int run(void *settings_pointer, int n_operands, char **operands)
{
    const struct report_settings *settings = settings_pointer;
    struct report report = {.reader = NULL};
    struct output *output;
    int status = trace_file_path(&command_report, settings->input, n_operands,
                                 operands, &report.path);

    if (!status) {
        status = check_settings(settings);
    }
    if (status) {
        return status;
    }
    output = output_open();
    if (!output) {
        return STATUS_FAILURE;
    }
    report.reader = trace_file_open(report.path);
    status = report.reader ? make_and_show(&report, output, settings)
                           : STATUS_FAILURE;
    if (output_close(output)) {
        status = STATUS_FAILURE;
    }
    pager_wait();
    if (!status) {
        status = trace_file_complain(report.reader, report.path);
    }
    report_free(&report);
    symbols_free(report.symbols);
    memtrace_close(report.reader);
    return status;
}

#define FIELD(member) offsetof(struct report_settings, member)

static const struct option options[] = {
    TRACE_FILE_OPTION(struct report_settings, input),
    {.name = "by",
     .letter = 'b',
     .type = OPTION_CHOICE,
     .choice_at = reports_word,
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
     .choice_at = report_format_word,
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
