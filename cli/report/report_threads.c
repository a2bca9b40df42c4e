/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report_threads.c - by thread. */
#include "reports.h"
#include "thread_names.h"
#include "thread_totals.h"

struct thread_row {
    struct report_counts counts;
    uint64_t thread;
    uint64_t pid;
    uint64_t tid;
    const char *name;
};

static int make(struct report *report, struct table *table)
{
    const struct thread_totals *threads =
        thread_totals(report_state(report, &analysis_threads));

    for (size_t i = 0; i < threads->n; i++) {
        struct report_counts counts =
            report_thread_counts(&threads->threads[i]);
        const struct memtrace_thread *thread =
            memtrace_thread(report->reader, (uint32_t)i);
        struct thread_row *row;

        if (!thread || !counts.n_accesses) {
            continue;
        }
        row = table_add(table);
        if (!row) {
            return MEMTRACE_ERR_NOMEM;
        }
        *row = (struct thread_row){
            .counts = counts,
            .thread = i,
            .pid = thread->pid,
            .tid = thread->tid,
            .name =
                thread_name_at(report->names, (uint32_t)i, THREAD_NAMES_LAST),
        };
    }
    return 0;
}

/* People read it behind the row. */
static const char *name_of(const void *row, char room[TABLE_TEXT_MAX])
{
    (void)room;
    return ((const struct thread_row *)row)->name;
}

#define FIELD(member) offsetof(struct thread_row, member)

static const struct table_column columns[] = {
    {.name = "thread", .type = TABLE_THREAD, .field = FIELD(thread)},
    {.name = "pid",
     .type = TABLE_NUMBER,
     .audience = TABLE_FOR_PROGRAMS,
     .field = FIELD(pid)},
    {.name = "tid",
     .type = TABLE_NUMBER,
     .audience = TABLE_FOR_PROGRAMS,
     .field = FIELD(tid)},
    {.name = "name",
     .type = TABLE_TEXT,
     .audience = TABLE_FOR_PROGRAMS,
     .field = FIELD(name)},
    REPORT_COUNTS(struct thread_row, counts),
    REPORT_REMARK(name_of),
    {.name = NULL},
};

const struct report_kind report_threads = {
    .name = "thread",
    .title = "Threads",
    .overview = 1,
    .needs = {{.analysis = &analysis_threads}},
    .shape =
        &(const struct table_shape){.columns = columns,
                                    .row_bytes = sizeof(struct thread_row)},
    .make = make,
};
