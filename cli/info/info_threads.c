/* SPDX-License-Identifier: GPL-2.0-or-later */
/* info_threads.c - the threads of a trace as rows. */
#include "info.h"
#include "thread_names.h"
#include "trace_file.h"

struct thread_row {
    uint64_t number;
    uint64_t pid;
    uint64_t tid;
    uint64_t parent;
    uint64_t start_ns;
    uint64_t end_ns;
    uint64_t n_loads;
    uint64_t n_stores;
    uint64_t n_atomics;
    uint64_t n_lost;
    uint64_t n_evicted;
    const char *name;
};

#define COLUMN(name_, type_, member, ...)                                      \
    {                                                                          \
        .name = (name_), .type = (type_),                                      \
        .field = offsetof(struct thread_row, member), __VA_ARGS__              \
    }

/* A thread's number has a T before it for people alone. */
/* clang-format off */
#define COLUMNS                                                                \
    COLUMN("thread", TABLE_THREAD, number, .audience = TABLE_FOR_PEOPLE),      \
    COLUMN("number", TABLE_NUMBER, number, .audience = TABLE_FOR_PROGRAMS),    \
    COLUMN("name", TABLE_TEXT, name, .audience = TABLE_FOR_PROGRAMS),          \
    COLUMN("pid", TABLE_NUMBER, pid),                                          \
    COLUMN("tid", TABLE_NUMBER, tid),                                          \
    COLUMN("parent", TABLE_THREAD, parent, .audience = TABLE_FOR_PEOPLE),      \
    COLUMN("parent", TABLE_NUMBER, parent, .audience = TABLE_FOR_PROGRAMS),    \
    COLUMN("start_ns", TABLE_TIME, start_ns, .heading = "start s"),            \
    COLUMN("end_ns", TABLE_TIME, end_ns, .heading = "end s"),                  \
    COLUMN("loads", TABLE_COUNT, n_loads),                                     \
    COLUMN("stores", TABLE_COUNT, n_stores),                                   \
    COLUMN("atomics", TABLE_COUNT, n_atomics, .heading = "atomic", .width = 13), \
    COLUMN("lost", TABLE_COUNT, n_lost, .width = 9)
/* clang-format on */

/* People read it behind the row. */
static const char *name_of(const void *row, char room[TABLE_TEXT_MAX])
{
    (void)room;
    return ((const struct thread_row *)row)->name;
}

#define NAME                                                                   \
    {                                                                          \
        .name = "called", .heading = "name", .type = TABLE_TEXT,               \
        .audience = TABLE_FOR_PEOPLE, .derive = name_of, .is_remark = true     \
    }

static const struct table_shape shape = {
    .columns = (const struct table_column[]){COLUMNS, NAME, {.name = NULL}},
    .row_bytes = sizeof(struct thread_row),
};

/* Of a trace whose first accesses went to make room for later ones. */
static const struct table_shape shape_of_evicted = {
    .columns =
        (const struct table_column[]){COLUMNS,
                                      COLUMN("evicted", TABLE_COUNT, n_evicted,
                                             .audience = TABLE_FOR_PROGRAMS),
                                      NAME,
                                      {.name = NULL}},
    .row_bytes = sizeof(struct thread_row),
};

static uint64_t ns_of(const struct memtrace_summary *summary, uint64_t ticks)
{
    uint64_t time_ns;

    return ticks && trace_file_ns(summary, ticks, &time_ns) ? time_ns
                                                            : TABLE_UNKNOWN;
}

int info_threads(const struct info *info, struct table *table)
{
    const struct memtrace_summary *summary = memtrace_summary(info->reader);

    *table = (struct table){
        .shape = summary->n_evicted ? &shape_of_evicted : &shape,
    };
    for (uint32_t i = 0; i < summary->n_threads; i++) {
        const struct memtrace_thread *thread = memtrace_thread(info->reader, i);
        struct thread_row *row = thread ? table_add(table) : NULL;

        if (!thread) {
            continue;
        }
        if (!row) {
            return MEMTRACE_ERR_NOMEM;
        }
        *row = (struct thread_row){
            .number = thread->number,
            .pid = thread->pid,
            .tid = thread->tid,
            .parent = thread->parent == MEMTRACE_NO_THREAD ? TABLE_UNKNOWN
                                                           : thread->parent,
            .start_ns = ns_of(summary, thread->start_time),
            .end_ns = ns_of(summary, thread->end_time),
            .n_loads = thread->n_loads,
            .n_stores = thread->n_stores,
            .n_atomics = thread->n_atomics,
            .n_lost = thread->n_lost,
            .n_evicted = thread->n_evicted,
            .name = thread_name_at(info->names, i, THREAD_NAMES_LAST),
        };
    }
    return 0;
}
