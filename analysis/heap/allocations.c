/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * allocations.c - the events of a trace to tables of its blocks.
 */
#include "allocations.h"

#include <stdlib.h>
#include <string.h>

#include "allocation_tables.h"
#include "array.h"
#include "check.h"
#include "hash64.h"

static unsigned class_of(uint64_t size)
{
    return size ? 64 - (unsigned)__builtin_clzll(size) : 0;
}

size_t allocations_process(const struct allocations *a, uint64_t pid)
{
    /* The last of that number: numbers are reused. */
    for (size_t i = a->n_processes; i-- > 0;) {
        if (a->processes[i].pid == pid) {
            return i;
        }
    }
    return NO_INDEX;
}

static int process_add(struct allocations *a, uint64_t pid, uint64_t parent,
                       uint64_t time)
{
    size_t from = allocations_process(a, parent);
    struct process *process =
        array_add(a->processes, a->n_processes, a->room_processes);

    if (!process) {
        return MEMTRACE_ERR_NOMEM;
    }
    memset(process, 0, sizeof(*process));
    check(from == NO_INDEX || from < a->n_processes - 1,
          "a parent came before its child");
    process->pid = pid;
    process->parent = from;
    process->start_time = time;
    return 0;
}

static uint64_t hash(uint64_t vaddr, size_t process)
{
    uint64_t h = hash64(vaddr ^ (uint64_t)process << 48);

    return h ^ h >> 32;
}

/* The place of a block in the table, or where it would go. */
static struct live *live_place(struct allocations *a, uint64_t vaddr,
                               size_t process)
{
    size_t i = hash(vaddr, process) & (a->live_room - 1);

    while (a->live[i].is_used &&
           (a->live[i].vaddr != vaddr || a->live[i].process != process)) {
        i = (i + 1) & (a->live_room - 1);
    }
    return &a->live[i];
}

static int live_grow(struct allocations *a)
{
    struct live *old = a->live;
    size_t old_room = a->live_room;

    if (a->n_live * 2 < old_room) {
        return 0;
    }
    a->live_room = old_room ? 2 * old_room : 1024;
    a->live = calloc(a->live_room, sizeof(*a->live));
    if (!a->live) {
        a->live = old;
        a->live_room = old_room;
        return MEMTRACE_ERR_NOMEM;
    }
    a->n_live = 0;
    for (size_t i = 0; i < old_room; i++) {
        if (old[i].is_used && old[i].index != NO_INDEX) {
            *live_place(a, old[i].vaddr, old[i].process) = old[i];
            a->n_live++;
        }
    }
    free(old);
    return 0;
}

/* Set the block that lives at an address; NO_INDEX for none. */
static int live_set(struct allocations *a, uint64_t vaddr, size_t process,
                    size_t index)
{
    struct live *place;
    int error = live_grow(a);

    if (error < 0) {
        return error;
    }
    place = live_place(a, vaddr, process);
    check(a->n_live < a->live_room, "the table has a free place");
    a->n_live += !place->is_used;
    *place = (struct live){vaddr, process, index, true};
    return 0;
}

static size_t live_get(struct allocations *a, uint64_t vaddr, size_t process)
{
    const struct live *place;

    if (!a->live_room) {
        return NO_INDEX;
    }
    place = live_place(a, vaddr, process);
    return place->is_used ? place->index : NO_INDEX;
}

/* Count the block for the place that allocated it. Return: that, or NOMEM. */
static int64_t count_site(struct allocations *a, size_t process,
                          const struct allocation *allocation)
{
    struct process *p = &a->processes[process];
    uint32_t site;

    if (a->n_sites >= KEY_MAP_NONE - 1 ||
        array_reserve(a->sites, a->sites_room, a->n_sites + 1) < 0) {
        return MEMTRACE_ERR_NOMEM;
    }
    site = key_map_add(&p->sites, allocation->return_to, (uint32_t)a->n_sites);
    if (site == KEY_MAP_NONE) {
        return MEMTRACE_ERR_NOMEM;
    }
    if (site == a->n_sites) {
        a->sites[a->n_sites++] = (struct allocation_site){
            .pid = p->pid,
            .time = allocation->start_time,
            .return_to = allocation->return_to,
            .function = allocation->function,
        };
    }
    a->sites[site].n_blocks++;
    a->sites[site].bytes += allocation->size_bytes;
    return site;
}

static int add(struct allocations *a, size_t process,
               const struct allocation *allocation)
{
    struct size_class *class =
        &a->processes[process].classes[class_of(allocation->size_bytes)];

    if (array_reserve(a->all, a->room, a->n + 1) < 0 ||
        array_reserve(class->entries, class->room, class->n + 1) < 0) {
        return MEMTRACE_ERR_NOMEM;
    }
    class->entries[class->n++] = (struct entry){allocation->vaddr, a->n};
    a->all[a->n++] = *allocation;
    return 0;
}

static int take_allocate(struct allocations *a, size_t process,
                         const struct memtrace_event *event)
{
    struct allocation new = {
        .vaddr = event->args[0],
        .size_bytes = event->args[1],
        .return_to = event->args[2],
        .start_time = event->time,
        .end_time = UINT64_MAX,
        .thread = event->thread,
        .freed_by = MEMTRACE_NO_THREAD,
        .function = event->text,
    };
    size_t old = live_get(a, new.vaddr, process);
    int64_t site;
    int error;

    if (new.size_bytes == MEMTRACE_KEPT_SIZE) {
        /* The last one there lives on: it was not freed after all. */
        for (size_t i = a->n; i-- > 0;) {
            if (a->all[i].vaddr == new.vaddr &&
                a->all[i].freed_by == event->thread) {
                a->all[i].end_time = UINT64_MAX;
                a->all[i].freed_by = MEMTRACE_NO_THREAD;
                a->all[i].freed_to = 0;
                return live_set(a, new.vaddr, process, i);
            }
        }
        return 0;
    }
    if (old != NO_INDEX) {
        /* Its end was not seen: freed by a function that is not followed. */
        a->all[old].end_time = event->time;
    }
    site = count_site(a, process, &new);
    if (site < 0) {
        return (int)site;
    }
    new.site = (uint32_t)site;
    error = add(a, process, &new);
    return error < 0 ? error : live_set(a, new.vaddr, process, a->n - 1);
}

static int take_free(struct allocations *a, size_t process,
                     const struct memtrace_event *event)
{
    uint64_t vaddr = event->args[0];
    size_t index = live_get(a, vaddr, process);
    const struct allocation *inherited;
    int error;

    if (index == NO_INDEX) {
        struct allocation copy;

        inherited = NULL;
        for (size_t p = a->processes[process].parent;
             p != NO_INDEX && !inherited; p = a->processes[p].parent) {
            index = live_get(a, vaddr, p);
            inherited = index == NO_INDEX ? NULL : &a->all[index];
        }
        if (!inherited) {
            return 0;
        }
        /* The parent's lives on, this process's copy does not. */
        copy = *inherited;
        error = add(a, process, &copy);
        if (error < 0) {
            return error;
        }
        index = a->n - 1;
    }
    check(index < a->n && a->all[index].vaddr == vaddr,
          "what is freed is the block that lives there");
    a->all[index].end_time = event->time;
    a->all[index].freed_by = event->thread;
    a->all[index].freed_to = event->args[1];
    return live_set(a, vaddr, process, NO_INDEX);
}

static int compare_entries(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;

    if (a->vaddr != b->vaddr) {
        return a->vaddr < b->vaddr ? -1 : 1;
    }
    return a->index < b->index ? -1 : a->index > b->index;
}

#define PAGE_MASK UINT64_C(0xfff)

/* Where blocks ever were, whole pages. */
static int make_stretches(struct allocations *a)
{
    a->stretches = calloc(a->n + 1, sizeof(*a->stretches));
    if (!a->stretches) {
        return MEMTRACE_ERR_NOMEM;
    }
    for (size_t i = 0; i < a->n; i++) {
        uint64_t vaddr = a->all[i].vaddr;
        uint64_t last = range_last(vaddr, a->all[i].size_bytes);

        a->stretches[i] = (struct range){vaddr & ~PAGE_MASK, last | PAGE_MASK};
    }
    a->n_stretches = ranges_unite(a->stretches, a->n);
    return 0;
}

static void sort_all(struct allocations *a)
{
    for (size_t i = 0; i < a->n_processes; i++) {
        for (size_t c = 0; c < CLASSES; c++) {
            struct size_class *class = &a->processes[i].classes[c];

            if (class->n) {
                qsort(class->entries, class->n, sizeof(*class->entries),
                      compare_entries);
            }
        }
    }
    free(a->live);
    a->live = NULL;
    a->n_live = a->live_room = 0;
}

static int take_event(struct allocations *a, struct memtrace_reader *reader,
                      const struct memtrace_event *event)
{
    const struct memtrace_thread *thread;
    size_t process;
    int error;

    if (event->type == MEMTRACE_EVENT_PROCESS_START) {
        return process_add(a, event->args[0],
                           strcmp(event->text, "fork") ? NO_PROCESS
                                                       : event->args[1],
                           event->time);
    }
    if (event->type != MEMTRACE_EVENT_ALLOCATE &&
        event->type != MEMTRACE_EVENT_FREE) {
        return 0;
    }
    thread = memtrace_thread(reader, event->thread);
    process = allocations_process(a, thread ? thread->pid : 0);
    if (process == NO_INDEX) {
        /* Its start is not in the trace. */
        error = process_add(a, thread ? thread->pid : 0, NO_PROCESS, 0);
        if (error < 0) {
            return error;
        }
        process = a->n_processes - 1;
    }
    return event->type == MEMTRACE_EVENT_ALLOCATE
               ? take_allocate(a, process, event)
               : take_free(a, process, event);
}

int allocations_new(struct memtrace_reader *reader, struct allocations **out)
{
    struct allocations *a = calloc(1, sizeof(*a));
    const struct memtrace_event *events;
    int64_t n = memtrace_events(reader, &events);
    int error = n < 0 ? (int)n : 0;

    *out = NULL;
    if (!a) {
        return MEMTRACE_ERR_NOMEM;
    }
    for (int64_t i = 0; i < n && error == 0; i++) {
        error = take_event(a, reader, &events[i]);
    }
    if (error == 0) {
        sort_all(a);
        error = make_stretches(a);
    }
    if (error < 0) {
        allocations_free(a);
        return error;
    }
    *out = a;
    return 0;
}

void allocations_free(struct allocations *a)
{
    if (!a) {
        return;
    }
    for (size_t i = 0; i < a->n_processes; i++) {
        for (size_t c = 0; c < CLASSES; c++) {
            free(a->processes[i].classes[c].entries);
        }
        key_map_free(&a->processes[i].sites);
    }
    free(a->sites);
    free(a->stretches);
    free(a->processes);
    free(a->live);
    free(a->all);
    free(a);
}

size_t allocations_count(const struct allocations *a)
{
    return a->n;
}

size_t allocations_n_sites(const struct allocations *a)
{
    return a->n_sites;
}

const struct allocation_site *allocations_site(const struct allocations *a,
                                               size_t site)
{
    return &a->sites[site];
}

bool allocations_stretch(const struct allocations *a, uint64_t vaddr,
                         uint64_t *first, uint64_t *last)
{
    const struct range *stretches = a->stretches;
    size_t n = a->n_stretches, at = ranges_find(stretches, n, vaddr);

    if (at < n && stretches[at].first <= vaddr) {
        *first = stretches[at].first;
        *last = stretches[at].last;
        return true;
    }
    *first = at ? stretches[at - 1].last + 1 : 0;
    *last = at < n ? stretches[at].first - 1 : UINT64_MAX;
    return false;
}
