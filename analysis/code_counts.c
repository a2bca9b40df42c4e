/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * code_counts.c - see code_counts.h.  Memory: 56 bytes an instruction of the
 * trace and worker, however many accesses there are.
 */
#include <stdlib.h>

#include "code_counts.h"

static int begin(const struct analysis_source *source, const void *settings,
                 void **state)
{
    struct code_counts *counts = calloc(1, sizeof(*counts));

    (void)settings;
    if (!counts) {
        return MEMTRACE_ERR_NOMEM;
    }
    counts->n_insns = memtrace_summary(source->reader)->n_insns;
    counts->insns = calloc((size_t)counts->n_insns + 1, sizeof(*counts->insns));
    if (!counts->insns) {
        free(counts);
        return MEMTRACE_ERR_NOMEM;
    }
    for (uint64_t i = 0; i <= counts->n_insns; i++) {
        counts->insns[i].time = UINT64_MAX;
        counts->insns[i].thread = MEMTRACE_NO_THREAD;
    }
    *state = counts;
    return 0;
}

static int accesses(void *state, const struct memtrace_batch *batch)
{
    const struct code_counts *counts = state;
    struct code_count *insns = counts->insns;

    for (size_t i = 0; i < batch->n_accesses; i++) {
        const struct memtrace_access *access = &batch->accesses[i];
        uint32_t number = access->insn <= counts->n_insns ? access->insn : 0;
        struct code_count *count = &insns[number];

        count->n[access->flags & 3]++;
        count->bytes += access->size;
        if (access->time < count->time) {
            count->time = access->time;
            count->thread = batch->thread;
        }
    }
    return 0;
}

static int merge(void *state, void *other)
{
    const struct code_counts *to = state;
    const struct code_counts *from = other;

    for (uint64_t i = 0; i <= to->n_insns; i++) {
        const struct code_count *add = &from->insns[i];
        struct code_count *sum = &to->insns[i];

        for (int k = 0; k < 4; k++) {
            sum->n[k] += add->n[k];
        }
        sum->bytes += add->bytes;
        if (add->time < sum->time ||
            (add->time == sum->time && add->thread < sum->thread)) {
            sum->time = add->time;
            sum->thread = add->thread;
        }
    }
    return 0;
}

static void end(void *state)
{
    struct code_counts *counts = state;

    free(counts->insns);
    free(counts);
}

const struct code_counts *code_counts(const void *state)
{
    return state;
}

const struct analysis analysis_code = {
    .name = "code",
    .summary = "how many accesses each instruction made",
    .order = ANALYSIS_ANY_ORDER,
    .begin = begin,
    .accesses = accesses,
    .merge = merge,
    .end = end,
};
