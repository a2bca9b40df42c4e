/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * choice.c - see choice.h.
 *
 * When a choice is ready its ranges are sorted and do not touch, so that
 * a look at one is a binary search; most often there is one range.
 */
#include <stdlib.h>

#include "array.h"
#include "choice_places.h"
#include "part_cache.h"
#include "trace_symbols.h"

int choice_add(struct choice_ranges *ranges, uint64_t first, uint64_t last)
{
    struct range *range = array_add(ranges->ranges, ranges->n, ranges->room);

    if (!range) {
        return MEMTRACE_ERR_NOMEM;
    }
    *range = (struct range){first, last};
    return 0;
}

int choice_add_insn(struct choice *choice, uint32_t number, uint32_t n_insns)
{
    if (!choice->insns) {
        choice->insns = calloc(n_insns / 64 + 1, sizeof(uint64_t));
        if (!choice->insns) {
            return MEMTRACE_ERR_NOMEM;
        }
        choice->n_insns = n_insns;
    }
    if (number <= choice->n_insns) {
        choice->insns[number / 64] |= 1ull << number % 64;
    }
    return 0;
}

void choice_tidy(struct choice_ranges *ranges)
{
    ranges->n = ranges_unite(ranges->ranges, ranges->n);
}

int choice_ready(struct choice *choice, const struct memtrace_reader *reader)
{
    int error = 0;

    choice->reader = reader;
    choice_tidy(&choice->threads);
    choice_tidy(&choice->addresses);
    choice_tidy(&choice->times);
    for (size_t i = 0; i < choice->n_sets && !error; i++) {
        error = choice_set_ready(&choice->sets[i], reader);
    }
    return error;
}

void choice_free(struct choice *choice)
{
    free(choice->threads.ranges);
    free(choice->addresses.ranges);
    free(choice->times.ranges);
    free(choice->insns);
    for (size_t i = 0; i < choice->n_sets; i++) {
        choice_set_free(&choice->sets[i]);
    }
    *choice = (struct choice){.kind = CHOICE_ALL};
}

/* Has one of the ranges a number from @first to @last? No range has all. */
static inline bool passes(const struct choice_ranges *ranges, uint64_t first,
                          uint64_t last)
{
    return !ranges->n || ranges_have(ranges->ranges, ranges->n, first, last);
}

bool choice_looks_inside(const struct choice *choice)
{
    return choice->addresses.n || choice->times.n || choice->insns ||
           choice->n_sets || choice->memory || choice->kind != CHOICE_ALL;
}

bool choice_is_all(const struct choice *choice)
{
    return !choice->threads.n && !choice_looks_inside(choice);
}

bool choice_has_thread(const struct choice *choice, uint32_t thread)
{
    return passes(&choice->threads, thread, thread);
}

uint32_t choice_only_thread(const struct choice *choice)
{
    const struct choice_ranges *threads = &choice->threads;

    return threads->n == 1 &&
                   threads->ranges[0].first == threads->ranges[0].last
               ? (uint32_t)threads->ranges[0].first
               : MEMTRACE_NO_THREAD;
}

bool choice_has_block(const struct choice *choice,
                      const struct memtrace_block *block)
{
    return choice_has_thread(choice, block->thread) &&
           passes(&choice->times, block->start_time, block->end_time) &&
           passes(&choice->addresses, block->min_vaddr,
                  range_last(block->max_vaddr, UINT16_MAX));
}

static inline bool kind_passes(enum choice_kind kind, unsigned flags)
{
    switch (kind) {
    case CHOICE_LOADS:
        return !(flags & MEMTRACE_STORE);
    case CHOICE_STORES:
        return flags & MEMTRACE_STORE;
    case CHOICE_ATOMICS:
        return flags & MEMTRACE_ATOMIC;
    case CHOICE_ALL:
        break;
    }
    return true;
}

static inline bool insn_passes(const struct choice *choice, uint32_t insn)
{
    return !choice->insns || (insn <= choice->n_insns &&
                              (choice->insns[insn / 64] >> insn % 64 & 1));
}

static uint64_t pid_of(const struct choice *choice, uint32_t thread)
{
    const struct memtrace_thread *t =
        choice->reader ? memtrace_thread(choice->reader, thread) : NULL;

    return t ? t->pid : 0;
}

/* An access is of the kind of memory that it starts in. */
static bool memory_passes(const struct choice *choice, struct part_cache *parts,
                          uint64_t pid, uint64_t vaddr, uint64_t time)
{
    const struct symbols_part *part =
        part_cache_find(parts, choice->symbols, pid, vaddr, time);

    return part && choice->memory >> trace_part_kind(part) & 1;
}

static inline bool sets_pass(const struct choice *choice, uint64_t pid,
                             const struct memtrace_access *access,
                             const struct choice_place **hits)
{
    for (size_t i = 0; i < choice->n_sets; i++) {
        if (!choice_set_passes(&choice->sets[i], choice->reader, pid, access,
                               &hits[i])) {
            return false;
        }
    }
    return true;
}

size_t choice_accesses(const struct choice *choice,
                       const struct memtrace_batch *batch,
                       struct memtrace_access *out,
                       struct memtrace_value *values_out)
{
    const struct choice_place *hits[CHOICE_SETS] = {NULL};
    struct part_cache parts = {.n = 0};
    uint64_t pid = pid_of(choice, batch->thread);
    size_t kept = 0;

    for (size_t i = 0; i < batch->n_accesses; i++) {
        const struct memtrace_access *access = &batch->accesses[i];

        if (kind_passes(choice->kind, access->flags) &&
            insn_passes(choice, access->insn) &&
            passes(&choice->addresses, access->vaddr,
                   range_last(access->vaddr, access->size)) &&
            passes(&choice->times, access->time, access->time) &&
            sets_pass(choice, pid, access, hits) &&
            (!choice->memory ||
             memory_passes(choice, &parts, pid, access->vaddr, access->time))) {
            if (batch->values) {
                values_out[kept] = batch->values[i];
            }
            out[kept++] = *access;
        }
    }
    return kept;
}

bool choice_kernel_access(const struct choice *choice,
                          const struct memtrace_event *event)
{
    uint64_t first = event->args[0];
    uint64_t last = range_last(first, event->args[1]);
    uint64_t pid = pid_of(choice, event->thread);
    struct part_cache parts = {.n = 0};

    for (size_t i = 0; i < choice->n_sets; i++) {
        const struct choice_set *set = &choice->sets[i];

        if (set->is_code ? !set->is_excluding
                         : !choice_set_passes_range(set, pid, event->time,
                                                    first, last)) {
            return false;
        }
    }
    return !choice->insns &&
           (!choice->memory ||
            memory_passes(choice, &parts, pid, first, event->time)) &&
           kind_passes(choice->kind, event->args[2] ? MEMTRACE_STORE : 0) &&
           passes(&choice->addresses, first, last) &&
           passes(&choice->times, event->time, event->time);
}
