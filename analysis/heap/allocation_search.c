/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * allocation_search.c - the block that an address was in at a time.
 */
#include "allocation_tables.h"
#include "lower_bound.h"

/* How many entries of a class start at or below vaddr. */
static size_t count_up_to(const struct size_class *class, uint64_t vaddr)
{
    return lower_bound(class->n, i, class->entries[i].vaddr <= vaddr);
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
static void search_start(const struct allocations *a,
                         const struct size_class *class, size_t end,
                         uint64_t time, uint64_t vaddr, bool is_freed,
                         size_t *first, const struct allocation **best)
{
    uint64_t start = class->entries[end - 1].vaddr;
    size_t behind;

    *first = start ? count_up_to(class, start - 1) : 0;
    behind = lower_bound_from(
        *first, end, i, a->all[class->entries[i].index].start_time <= time);
    /* Two at most: one that begins as the other ends. */
    for (size_t i = behind; i > *first && i + 2 > behind; i--) {
        consider(&a->all[class->entries[i - 1].index], time, vaddr, is_freed,
                 best);
    }
}

static void search(const struct allocations *a, const struct process *process,
                   uint64_t time, uint64_t vaddr, bool is_freed,
                   const struct allocation **best)
{
    for (unsigned c = 1; c < CLASSES; c++) {
        const struct size_class *class = &process->classes[c];
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
    size_t i = a->n ? allocations_process(a, pid) : NO_INDEX;

    while (i != NO_INDEX && !best) {
        search(a, &a->processes[i], time, vaddr, is_freed, &best);
        if (!best && !is_freed && a->processes[i].parent != NO_INDEX) {
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
