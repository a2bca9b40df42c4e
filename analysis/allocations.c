/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * allocations.c - see allocations.h.
 *
 * The blocks of a process are kept by size class and address: blocks of a
 * class that start at the same address follow each other in time.  An address
 * is looked for in the few starts of each class that lie near enough before
 * it.
 */
#include "allocations.h"

#include <stdlib.h>
#include <string.h>

#define CLASSES                                                                \
    65 /* of class i are sizes below 2^i, and at least half of it              \
        */
#define NO_INDEX SIZE_MAX
#define NO_PROCESS UINT64_MAX

/* An allocation in its process's order. */
struct entry {
    uint64_t vaddr;
    size_t index; /* of the allocation, which are in order of time */
};

struct class
{
    struct entry *entries; /* sorted by address, then time */
    size_t n;
    size_t room;
};

struct process {
    uint64_t pid;
    size_t parent; /* index of the process it was forked from, or NO_INDEX */
    uint64_t start_time;
    struct class classes[CLASSES];
};

/* A block that lives: where to find it when it is freed. */
struct live {
    uint64_t vaddr;
    size_t process;
    size_t index; /* NO_INDEX: there is none in this place */
    bool is_used;
};

struct allocations {
    struct allocation *all;
    size_t n;
    size_t room;
    struct process *processes;
    size_t n_processes;
    /* While reading: a hash table of the blocks that live. */
    struct live *live;
    size_t n_live; /* places ever used */
    size_t live_room;
};

static unsigned class_of(uint64_t size)
{
    return size ? 64 - (unsigned)__builtin_clzll(size) : 0;
}

static size_t process_index(const struct allocations *a, uint64_t pid)
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
    size_t n = a->n_processes;
    struct process *grown = realloc(a->processes, (n + 1) * sizeof(*grown));

    if (!grown) {
        return MEMTRACE_ERR_NOMEM;
    }
    a->processes = grown;
    memset(&grown[n], 0, sizeof(grown[n]));
    grown[n].pid = pid;
    grown[n].parent = process_index(a, parent);
    grown[n].start_time = time;
    a->n_processes++;
    return 0;
}

static uint64_t hash(uint64_t vaddr, size_t process)
{
    uint64_t h = (vaddr ^ (uint64_t)process << 48) * 0x9e3779b97f4a7c15u;

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

static int add(struct allocations *a, size_t process,
               const struct allocation *allocation)
{
    struct class *class =
        &a->processes[process].classes[class_of(allocation->size_bytes)];

    if (a->n == a->room) {
        size_t room = a->room ? 2 * a->room : 256;
        struct allocation *grown = realloc(a->all, room * sizeof(*grown));

        if (!grown) {
            return MEMTRACE_ERR_NOMEM;
        }
        a->all = grown;
        a->room = room;
    }
    if (class->n == class->room) {
        size_t room = class->room ? 2 * class->room : 16;
        struct entry *grown = realloc(class->entries, room * sizeof(*grown));

        if (!grown) {
            return MEMTRACE_ERR_NOMEM;
        }
        class->entries = grown;
        class->room = room;
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

static void sort_all(struct allocations *a)
{
    for (size_t i = 0; i < a->n_processes; i++) {
        for (size_t c = 0; c < CLASSES; c++) {
            struct class *class = &a->processes[i].classes[c];

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
    process = process_index(a, thread ? thread->pid : 0);
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
    if (error < 0) {
        allocations_free(a);
        return error;
    }
    sort_all(a);
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
    }
    free(a->processes);
    free(a->live);
    free(a->all);
    free(a);
}

size_t allocations_count(const struct allocations *a)
{
    return a->n;
}

/* How many entries of a class start at or below vaddr. */
static size_t count_up_to(const struct class *class, uint64_t vaddr)
{
    size_t low = 0, high = class->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (class->entries[middle].vaddr <= vaddr) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Does it suit? The later one of two is the better. */
static void consider(const struct allocation *one, uint64_t time,
                     uint64_t vaddr, bool is_freed,
                     const struct allocation **best)
{
    bool has_ended = one->end_time <= time;

    if (vaddr - one->vaddr < one->size_bytes && one->start_time <= time &&
        has_ended == is_freed &&
        (!*best || one->start_time >= (*best)->start_time)) {
        *best = one;
    }
}

/* Among blocks that start at the same address, those about that time. */
static void search_start(const struct allocations *a, const struct class *class,
                         size_t end, uint64_t time, uint64_t vaddr,
                         bool is_freed, size_t *first,
                         const struct allocation **best)
{
    uint64_t start = class->entries[end - 1].vaddr;
    size_t low = start ? count_up_to(class, start - 1) : 0, high = end;

    *first = low;
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (a->all[class->entries[middle].index].start_time <= time) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    /* Two at most: one that begins as the other ends. */
    for (size_t i = low; i > *first && i + 2 > low; i--) {
        consider(&a->all[class->entries[i - 1].index], time, vaddr, is_freed,
                 best);
    }
}

static void search(const struct allocations *a, const struct process *process,
                   uint64_t time, uint64_t vaddr, bool is_freed,
                   const struct allocation **best)
{
    for (unsigned c = 1; c < CLASSES; c++) {
        const struct class *class = &process->classes[c];
        uint64_t most = c < 64 ? ((uint64_t)1 << c) - 1 : UINT64_MAX;
        size_t end = class->n ? count_up_to(class, vaddr) : 0;

        while (end > 0 && vaddr - class->entries[end - 1].vaddr < most) {
            search_start(a, class, end, time, vaddr, is_freed, &end, best);
        }
    }
}

static const struct allocation *find(const struct allocations *a, uint64_t pid,
                                     uint64_t time, uint64_t vaddr,
                                     bool is_freed)
{
    const struct allocation *best = NULL, *other = NULL;
    size_t i = process_index(a, pid);

    while (i != NO_INDEX && !best) {
        search(a, &a->processes[i], time, vaddr, is_freed, &best);
        if (!best && !is_freed) {
            /* Freed here, it is not the parent's any more either. */
            search(a, &a->processes[i], time, vaddr, true, &other);
            if (other) {
                return NULL;
            }
        }
        if (a->processes[i].start_time < time) {
            time = a->processes[i].start_time;
        }
        i = a->processes[i].parent;
    }
    return best;
}

const struct allocation *allocations_find(const struct allocations *allocations,
                                          uint64_t pid, uint64_t time,
                                          uint64_t vaddr)
{
    return find(allocations, pid, time, vaddr, false);
}

const struct allocation *
allocations_find_freed(const struct allocations *allocations, uint64_t pid,
                       uint64_t time, uint64_t vaddr)
{
    return find(allocations, pid, time, vaddr, true);
}
