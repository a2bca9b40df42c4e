/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report_processes.c - by process. */
#include "reports.h"
#include "thread_names.h"
#include "thread_totals.h"

struct process_row {
    struct report_counts counts;
    uint64_t pid;
    uint64_t n_threads;
    const char *command;
};

static int compare(const void *a, const void *b)
{
    const struct process_row *x = a, *y = b;

    return table_compare_numbers(x->pid, y->pid);
}

static void add(void *row, const void *other)
{
    struct process_row *sum = row;
    const struct process_row *more = other;

    report_count_add(&sum->counts, &more->counts);
    sum->n_threads += more->n_threads;
}

/* A row for each thread first, then one for those of a process. */
static int make(struct report *report, struct table *table)
{
    const struct thread_totals *threads =
        thread_totals(report_state(report, &analysis_threads));

    for (size_t i = 0; i < threads->n; i++) {
        struct report_counts counts =
            report_thread_counts(&threads->threads[i]);
        const struct memtrace_thread *thread =
            memtrace_thread(report->reader, (uint32_t)i);
        struct process_row *row;

        if (!thread || !counts.n_accesses) {
            continue;
        }
        row = table_add(table);
        if (!row) {
            return MEMTRACE_ERR_NOMEM;
        }
        *row = (struct process_row){
            .counts = counts,
            .pid = thread->pid,
            .n_threads = 1,
            .command = thread_names_command(report->names, thread->pid,
                                            THREAD_NAMES_LAST),
        };
    }
    table_unite(table, compare, add);
    return 0;
}

/* People read it behind the row. */
static const char *command_of(const void *row, char room[TABLE_TEXT_MAX])
{
    (void)room;
    return ((const struct process_row *)row)->command;
}

#define FIELD(member) offsetof(struct process_row, member)

static const struct table_column columns[] = {
    {.name = "pid",
     .heading = "process",
     .type = TABLE_NUMBER,
     .field = FIELD(pid)},
    REPORT_COUNTS(struct process_row, counts),
    {.name = "threads", .type = TABLE_COUNT, .field = FIELD(n_threads)},
    {.name = "command",
     .type = TABLE_TEXT,
     .audience = TABLE_FOR_PROGRAMS,
     .field = FIELD(command)},
    REPORT_REMARK(command_of),
    {.name = NULL},
};

const struct report_kind report_processes = {
    .name = "process",
    .title = "Processes",
    .needs = {{.analysis = &analysis_threads}},
    .shape =
        &(const struct table_shape){.columns = columns,
                                    .row_bytes = sizeof(struct process_row)},
    .make = make,
};
