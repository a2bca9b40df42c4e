/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * selection.c - see selection.h.
 *
 * When a selection is ready its ranges are sorted and do not touch, so that
 * a look at one is a binary search; most often there is one range.
 */
#include <stdlib.h>

#include "selection.h"

int selection_add(struct selection_ranges *ranges, uint64_t first,
                  uint64_t last)
{
    if (ranges->n == ranges->room) {
        size_t room = ranges->room ? ranges->room * 2 : 8;
        struct selection_range *larger =
            reallocarray(ranges->ranges, room, sizeof(*larger));

        if (!larger) {
            return MEMTRACE_ERR_NOMEM;
        }
        ranges->ranges = larger;
        ranges->room = room;
    }
    ranges->ranges[ranges->n++] = (struct selection_range){first, last};
    return 0;
}

int selection_add_insn(struct selection *selection, uint32_t number,
                       uint32_t n_insns)
{
    if (!selection->insns) {
        selection->insns = calloc(n_insns / 64 + 1, sizeof(uint64_t));
        if (!selection->insns) {
            return MEMTRACE_ERR_NOMEM;
        }
        selection->n_insns = n_insns;
    }
    if (number <= selection->n_insns) {
        selection->insns[number / 64] |= 1ull << number % 64;
    }
    return 0;
}

static int compare_ranges(const void *a, const void *b)
{
    const struct selection_range *x = a, *y = b;

    return (x->first > y->first) - (x->first < y->first);
}

/* Sort, and make one of those that overlap or touch. */
static void tidy(struct selection_ranges *ranges)
{
    size_t n = 0;

    if (!ranges->n) {
        return;
    }
    qsort(ranges->ranges, ranges->n, sizeof(*ranges->ranges), compare_ranges);
    for (size_t i = 1; i < ranges->n; i++) {
        struct selection_range *last = &ranges->ranges[n];
        const struct selection_range *next = &ranges->ranges[i];

        if (last->last == UINT64_MAX || next->first <= last->last + 1) {
            last->last = next->last > last->last ? next->last : last->last;
        } else {
            ranges->ranges[++n] = *next;
        }
    }
    ranges->n = n + 1;
}

void selection_ready(struct selection *selection)
{
    tidy(&selection->threads);
    tidy(&selection->addresses);
    tidy(&selection->times);
}

void selection_free(struct selection *selection)
{
    free(selection->threads.ranges);
    free(selection->addresses.ranges);
    free(selection->times.ranges);
    free(selection->insns);
    *selection = (struct selection){.kind = SELECTION_ALL};
}

/* Does one of the ranges share a number with @first to @last? */
static inline bool meets(const struct selection_ranges *ranges, uint64_t first,
                         uint64_t last)
{
    size_t low = 0, high = ranges->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (ranges->ranges[middle].last < first) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < ranges->n && ranges->ranges[low].first <= last;
}

/* The same, where no range at all lets everything pass. */
static inline bool passes(const struct selection_ranges *ranges, uint64_t first,
                          uint64_t last)
{
    return !ranges->n || meets(ranges, first, last);
}

/* An access that would wrap around the end of memory ends there. */
static inline uint64_t last_byte(uint64_t vaddr, uint64_t size_bytes)
{
    uint64_t last = vaddr + (size_bytes ? size_bytes - 1 : 0);

    return last < vaddr ? UINT64_MAX : last;
}

bool selection_looks_inside(const struct selection *selection)
{
    return selection->addresses.n || selection->times.n || selection->insns ||
           selection->kind != SELECTION_ALL;
}

bool selection_is_all(const struct selection *selection)
{
    return !selection->threads.n && !selection_looks_inside(selection);
}

bool selection_has_thread(const struct selection *selection, uint32_t thread)
{
    return passes(&selection->threads, thread, thread);
}

uint32_t selection_only_thread(const struct selection *selection)
{
    const struct selection_ranges *threads = &selection->threads;

    return threads->n == 1 &&
                   threads->ranges[0].first == threads->ranges[0].last
               ? (uint32_t)threads->ranges[0].first
               : MEMTRACE_NO_THREAD;
}

bool selection_has_block(const struct selection *selection,
                         const struct memtrace_block *block)
{
    return selection_has_thread(selection, block->thread) &&
           passes(&selection->times, block->start_time, block->end_time) &&
           passes(&selection->addresses, block->min_vaddr,
                  last_byte(block->max_vaddr, UINT16_MAX));
}

static inline bool kind_passes(enum selection_kind kind, unsigned flags)
{
    switch (kind) {
    case SELECTION_LOADS:
        return !(flags & MEMTRACE_STORE);
    case SELECTION_STORES:
        return flags & MEMTRACE_STORE;
    case SELECTION_ATOMICS:
        return flags & MEMTRACE_ATOMIC;
    case SELECTION_ALL:
        break;
    }
    return true;
}

static inline bool insn_passes(const struct selection *selection, uint32_t insn)
{
    return !selection->insns ||
           (insn <= selection->n_insns &&
            (selection->insns[insn / 64] >> insn % 64 & 1));
}

size_t selection_accesses(const struct selection *selection,
                          const struct memtrace_batch *batch,
                          struct memtrace_access *out,
                          struct memtrace_value *values_out)
{
    size_t kept = 0;

    for (size_t i = 0; i < batch->n_accesses; i++) {
        const struct memtrace_access *access = &batch->accesses[i];

        if (kind_passes(selection->kind, access->flags) &&
            insn_passes(selection, access->insn) &&
            passes(&selection->addresses, access->vaddr,
                   last_byte(access->vaddr, access->size)) &&
            passes(&selection->times, access->time, access->time)) {
            if (batch->values) {
                values_out[kept] = batch->values[i];
            }
            out[kept++] = *access;
        }
    }
    return kept;
}

bool selection_kernel_access(const struct selection *selection,
                             const struct memtrace_event *event)
{
    return !selection->insns &&
           kind_passes(selection->kind, event->args[2] ? MEMTRACE_STORE : 0) &&
           passes(&selection->addresses, event->args[0],
                  last_byte(event->args[0], event->args[1])) &&
           passes(&selection->times, event->time, event->time);
}
