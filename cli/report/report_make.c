/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * report_make.c - makes the tables of a report: which analyses they need, one
 * reading of the trace for all, then the rows.
 */
#include "report_make.h"

#include <stdlib.h>

#include "pass.h"
#include "progress_bar.h"
#include "report_overview.h"
#include "reports.h"
#include "thread_names.h"
#include "thread_totals.h"

/* What was made for an analysis that runs, beside its struct pass_item. */
struct report_input {
    void *settings;
    void (*release)(void *settings);
};

/* Percentages are of all accesses, whatever is shown. */
static const struct report_need always = {.analysis = &analysis_threads};

static void add_table(struct report *report, const struct report_kind *kind)
{
    report->tables[report->n_tables++] = (struct report_table){
        .kind = kind,
        .table = {.title = kind->title, .shape = kind->shape},
    };
}

int report_choose(struct report *report, const struct report_kind *kind)
{
    report->has_overview = !kind;
    report->tables = calloc(reports_n(), sizeof(*report->tables));
    if (!report->tables) {
        return MEMTRACE_ERR_NOMEM;
    }
    if (kind) {
        add_table(report, kind);
        return 0;
    }
    for (int place = 1; place <= (int)reports_n(); place++) {
        for (size_t i = 0; reports[i]; i++) {
            if (reports[i]->overview == place &&
                !(reports[i]->lacks && reports[i]->lacks(report->reader))) {
                add_table(report, reports[i]);
            }
        }
    }
    return 0;
}

/* There is room for all needs of all tables. */
static int add_need(struct report *report, const struct report_need *need)
{
    size_t i = report_item(report, need->analysis);
    int error = 0;

    if (i == report->n_items) {
        report->items[i].analysis = need->analysis;
        report->n_items++;
    }
    if (need->prepare && !report->inputs[i].settings) {
        error = need->prepare(report, &report->inputs[i].settings);
        report->inputs[i].release = need->release;
        report->items[i].settings = report->inputs[i].settings;
    }
    return error;
}

static int add_needs(struct report *report)
{
    size_t most = 2 + report->n_tables * REPORT_NEEDS;
    int error;

    report->items = calloc(most, sizeof(*report->items));
    report->inputs = calloc(most, sizeof(*report->inputs));
    if (!report->items || !report->inputs) {
        return MEMTRACE_ERR_NOMEM;
    }
    error = add_need(report, &always);
    if (!error && report->has_overview) {
        error = add_need(report, &report_overview_need);
    }
    for (size_t i = 0; i < report->n_tables && !error; i++) {
        const struct report_need *need = report->tables[i].kind->needs;

        for (; need->analysis && !error; need++) {
            error = add_need(report, need);
        }
    }
    return error;
}

static uint64_t count_accesses(const struct report *report)
{
    const struct thread_totals *threads =
        thread_totals(report_state(report, &analysis_threads));
    uint64_t n = 0;

    for (size_t i = 0; i < threads->n; i++) {
        n += threads->threads[i].n_loads + threads->threads[i].n_stores;
    }
    return n;
}

static bool has_processes(const struct memtrace_reader *reader)
{
    const struct memtrace_thread *first = memtrace_thread(reader, 0);

    for (uint32_t i = 1; i < memtrace_summary(reader)->n_threads; i++) {
        const struct memtrace_thread *thread = memtrace_thread(reader, i);

        if (first && thread && thread->pid != first->pid) {
            return true;
        }
    }
    return false;
}

static int make_table(struct report *report, struct report_table *one,
                      const struct report_order *order)
{
    struct table *table = &one->table;
    int error;

    table->whole = report->n_accesses;
    error = one->kind->make(report, table);
    if (error) {
        return error;
    }
    table_sort(table, order->column ? table_column(table->shape, order->column)
                                    : NULL);
    table_cut(table, order->top);
    return one->kind->describe ? one->kind->describe(report, table) : 0;
}

int report_make(struct report *report, const struct choice *choice,
                const struct report_order *order, struct progress_bar *bar)
{
    const struct pass_config config = {
        .choice = choice,
        .symbols = report->symbols,
        .progress = progress_bar_draw,
        .context = bar,
    };
    int error = add_needs(report);

    report->order = order;
    report->has_processes = has_processes(report->reader);
    if (!error) {
        error = thread_names_new(report->reader, &report->names);
    }
    if (!error) {
        progress_bar_open(bar);
        error =
            pass_run(report->reader, &config, report->items, report->n_items);
        progress_bar_close(bar);
    }
    if (!error) {
        report->n_accesses = count_accesses(report);
    }
    for (size_t i = 0; i < report->n_tables && !error; i++) {
        error = make_table(report, &report->tables[i], order);
    }
    return error || !report->has_overview
               ? error
               : report_overview_new(report, &report->overview);
}

void report_free(struct report *report)
{
    if (report->items) {
        pass_end(report->items, report->n_items);
    }
    for (size_t i = 0; report->inputs && i < report->n_items; i++) {
        if (report->inputs[i].release) {
            report->inputs[i].release(report->inputs[i].settings);
        }
    }
    for (size_t i = 0; i < report->n_tables; i++) {
        table_free(&report->tables[i].table);
    }
    report_overview_free(report->overview);
    thread_names_free(report->names);
    free(report->items);
    free(report->inputs);
    free(report->tables);
}
