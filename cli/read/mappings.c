/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mappings.c - replays map, unmap and protect events.
 *
 * A process's map is a sorted array; a change cuts out its range and, unless
 * it unmaps, puts one mapping or the changed parts back.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "mappings.h"

int mappings_is_change(const struct memtrace_event *event)
{
    return event->type == MEMTRACE_EVENT_PROCESS_START ||
           event->type == MEMTRACE_EVENT_MAP ||
           event->type == MEMTRACE_EVENT_UNMAP ||
           event->type == MEMTRACE_EVENT_PROTECT;
}

/* Return: the array with room for one more, or NULL; *@room is updated. */
static void *grow(void *array, size_t n, size_t *room, size_t size)
{
    void *bigger;

    if (n < *room) {
        return array;
    }
    bigger = reallocarray(array, n * 2 + 8, size);
    if (bigger) {
        *room = n * 2 + 8;
    }
    return bigger;
}

/* Number of the first mapping that ends at @vaddr or behind it. */
static size_t find(const struct mapping_process *process, uint64_t vaddr)
{
    size_t low = 0;
    size_t high = process->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (process->mappings[middle].last < vaddr) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static int insert(struct mapping_process *process, size_t at,
                  const struct mapping *mapping)
{
    struct mapping *array =
        grow(process->mappings, process->n, &process->room, sizeof(*array));

    if (!array) {
        return MEMTRACE_ERR_NOMEM;
    }
    process->mappings = array;
    memmove(array + at + 1, array + at, (process->n - at) * sizeof(*array));
    array[at] = *mapping;
    process->n++;
    return 0;
}

/* Make @vaddr, if it lies inside a mapping, the start of one. */
static int split(struct mapping_process *process, uint64_t vaddr)
{
    size_t i = find(process, vaddr);
    struct mapping right;

    if (i == process->n || process->mappings[i].first >= vaddr) {
        return 0;
    }
    right = process->mappings[i];
    right.offset += *right.file ? vaddr - right.first : 0;
    right.first = vaddr;
    process->mappings[i].last = vaddr - 1;
    return insert(process, i + 1, &right);
}

/* Cut so that [@first, @last] is made of whole mappings. */
static int isolate(struct mapping_process *process, uint64_t first,
                   uint64_t last)
{
    int error = split(process, first);

    return error || last == UINT64_MAX ? error : split(process, last + 1);
}

static void remove_range(struct mapping_process *process, uint64_t first,
                         uint64_t last)
{
    size_t from = find(process, first);
    size_t to = from;

    while (to < process->n && process->mappings[to].first <= last) {
        to++;
    }
    if (to > from) {
        memmove(process->mappings + from, process->mappings + to,
                (process->n - to) * sizeof(*process->mappings));
        process->n -= to - from;
    }
}

static int change(struct mapping_process *process,
                  const struct memtrace_event *event)
{
    uint64_t first = event->args[0];
    uint64_t last;
    struct mapping mapping;
    int error;

    if (!event->args[1]) {
        return 0;
    }
    if (__builtin_add_overflow(first, event->args[1] - 1, &last)) {
        last = UINT64_MAX;
    }
    error = isolate(process, first, last);
    if (error) {
        return error;
    }
    if (event->type == MEMTRACE_EVENT_PROTECT) {
        for (size_t i = find(process, first);
             i < process->n && process->mappings[i].first <= last; i++) {
            process->mappings[i].prot = event->args[2];
        }
        return 0;
    }
    remove_range(process, first, last);
    if (event->type == MEMTRACE_EVENT_UNMAP) {
        return 0;
    }
    mapping = (struct mapping){
        .first = first,
        .last = last,
        .prot = event->args[2],
        .flags = event->args[3],
        .offset = event->args[4],
        .file = event->text ? event->text : "",
    };
    return insert(process, find(process, first), &mapping);
}

/* The latest of that number: the kernel gives numbers of ended ones again. */
static struct mapping_process *find_process(struct mappings *mappings,
                                            uint64_t pid)
{
    for (size_t i = mappings->n; i > 0; i--) {
        if (mappings->processes[i - 1].pid == pid) {
            return &mappings->processes[i - 1];
        }
    }
    return NULL;
}

static struct mapping_process *add_process(struct mappings *mappings,
                                           uint64_t pid)
{
    struct mapping_process *array =
        grow(mappings->processes, mappings->n, &mappings->room, sizeof(*array));

    if (!array) {
        return NULL;
    }
    mappings->processes = array;
    array[mappings->n] = (struct mapping_process){.pid = pid};
    return &array[mappings->n++];
}

/* What fork() does: the child starts with the map of its parent. */
static int inherit(struct mappings *mappings, struct mapping_process *child,
                   uint64_t parent_pid)
{
    const struct mapping_process *parent = NULL;

    if (child->pid != parent_pid) {
        parent = find_process(mappings, parent_pid);
    }
    if (!parent || !parent->n) {
        return 0;
    }
    child->mappings = calloc(parent->n, sizeof(*child->mappings));
    if (!child->mappings) {
        return MEMTRACE_ERR_NOMEM;
    }
    memcpy(child->mappings, parent->mappings,
           parent->n * sizeof(*child->mappings));
    child->n = parent->n;
    child->room = parent->n;
    return 0;
}

static int start_process(struct mappings *mappings,
                         const struct memtrace_event *event)
{
    struct mapping_process *child = add_process(mappings, event->args[0]);

    if (!child) {
        return MEMTRACE_ERR_NOMEM;
    }
    if (!event->text || !strstr(event->text, "fork")) {
        return 0;
    }
    return inherit(mappings, child, event->args[1]);
}

/* The first thread of a process whose own start is not in the trace. */
static int start_thread(const struct memtrace_reader *reader,
                        struct mappings *mappings,
                        const struct memtrace_event *event)
{
    const struct memtrace_thread *parent = NULL;
    struct mapping_process *process;

    if (find_process(mappings, event->args[0])) {
        return 0;
    }
    process = add_process(mappings, event->args[0]);
    if (!process) {
        return MEMTRACE_ERR_NOMEM;
    }
    if (event->args[2] < MEMTRACE_NO_THREAD) {
        parent = memtrace_thread(reader, (uint32_t)event->args[2]);
    }
    return parent ? inherit(mappings, process, parent->pid) : 0;
}

static int replay_event(const struct memtrace_reader *reader,
                        struct mappings *mappings,
                        const struct memtrace_event *event)
{
    const struct memtrace_thread *thread;
    struct mapping_process *process;

    if (event->type == MEMTRACE_EVENT_PROCESS_START) {
        return start_process(mappings, event);
    }
    if (event->type == MEMTRACE_EVENT_THREAD_START) {
        return start_thread(reader, mappings, event);
    }
    thread = memtrace_thread(reader, event->thread);
    process = find_process(mappings, thread ? thread->pid : 0);
    if (!process) {
        process = add_process(mappings, thread ? thread->pid : 0);
    }
    return process ? change(process, event) : MEMTRACE_ERR_NOMEM;
}

/* Neighbours that differ in nothing are shown as one, as the kernel does. */
static void join_neighbours(struct mapping_process *process)
{
    size_t n = 0;

    for (size_t i = 0; i < process->n; i++) {
        const struct mapping *next = &process->mappings[i];
        struct mapping *last = n ? &process->mappings[n - 1] : NULL;
        bool is_same =
            last && last->last + 1 == next->first && last->prot == next->prot &&
            last->flags == next->flags && !strcmp(last->file, next->file) &&
            (!*next->file ||
             last->offset + (next->first - last->first) == next->offset);

        if (is_same) {
            last->last = next->last;
        } else {
            process->mappings[n++] = *next;
        }
    }
    process->n = n;
}

int mappings_replay(struct memtrace_reader *reader, struct mappings *out)
{
    const struct memtrace_event *events;
    int64_t n = memtrace_events(reader, &events);

    *out = (struct mappings){NULL, 0, 0};
    if (n < 0) {
        return (int)n;
    }
    for (int64_t i = 0; i < n; i++) {
        if (mappings_is_change(&events[i]) ||
            events[i].type == MEMTRACE_EVENT_THREAD_START) {
            int error = replay_event(reader, out, &events[i]);

            if (error) {
                return error;
            }
        }
    }
    for (size_t i = 0; i < out->n; i++) {
        join_neighbours(&out->processes[i]);
    }
    return 0;
}

void mappings_free(struct mappings *mappings)
{
    for (size_t i = 0; i < mappings->n; i++) {
        free(mappings->processes[i].mappings);
    }
    free(mappings->processes);
}
