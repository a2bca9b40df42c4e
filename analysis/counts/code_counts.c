/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * code_counts.c - see code_counts.h.  Memory: 56 bytes an instruction that was
 * executed, and up to 1023 others of numbers near it, a worker, however many
 * accesses there are.
 */
#include <stdlib.h>

#include "code_counts.h"

static size_t n_chunks(const struct code_counts *counts)
{
    return counts->n_insns / CODE_CHUNK + 1;
}

static int begin(const struct analysis_source *source, const void *settings,
                 void **state)
{
    struct code_counts *counts = calloc(1, sizeof(*counts));

    (void)settings;
    if (!counts) {
        return MEMTRACE_ERR_NOMEM;
    }
    counts->n_insns = memtrace_summary(source->reader)->n_insns;
    counts->chunks = calloc(n_chunks(counts), sizeof(struct code_count *));
    if (!counts->chunks) {
        free(counts);
        return MEMTRACE_ERR_NOMEM;
    }
    *state = counts;
    return 0;
}

static struct code_count *add_chunk(const struct code_counts *counts, size_t i)
{
    struct code_count *chunk = calloc(CODE_CHUNK, sizeof(*chunk));

    for (size_t k = 0; chunk && k < CODE_CHUNK; k++) {
        chunk[k].time = UINT64_MAX;
        chunk[k].thread = MEMTRACE_NO_THREAD;
    }
    counts->chunks[i] = chunk;
    return chunk;
}

static int accesses(void *state, const struct memtrace_batch *batch)
{
    const struct code_counts *counts = state;

    for (size_t i = 0; i < batch->n_accesses; i++) {
        const struct memtrace_access *access = &batch->accesses[i];
        uint32_t number = access->insn <= counts->n_insns ? access->insn : 0;
        struct code_count *chunk = counts->chunks[number / CODE_CHUNK];
        struct code_count *count;

        if (!chunk) {
            chunk = add_chunk(counts, number / CODE_CHUNK);
            if (!chunk) {
                return MEMTRACE_ERR_NOMEM;
            }
        }
        count = &chunk[number % CODE_CHUNK];
        count->n[access->flags & 3]++;
        count->bytes += access->size;
        if (access->time < count->time) {
            count->time = access->time;
            count->thread = batch->thread;
        }
    }
    return 0;
}

static void add(struct code_count *sum, const struct code_count *count)
{
    for (int k = 0; k < 4; k++) {
        sum->n[k] += count->n[k];
    }
    sum->bytes += count->bytes;
    if (count->time < sum->time ||
        (count->time == sum->time && count->thread < sum->thread)) {
        sum->time = count->time;
        sum->thread = count->thread;
    }
}

static int merge(void *state, void *other)
{
    const struct code_counts *to = state;
    const struct code_counts *from = other;

    for (size_t i = 0; i < n_chunks(to); i++) {
        if (!to->chunks[i]) {
            to->chunks[i] = from->chunks[i];
            from->chunks[i] = NULL;
        }
        for (size_t k = 0; from->chunks[i] && k < CODE_CHUNK; k++) {
            add(&to->chunks[i][k], &from->chunks[i][k]);
        }
    }
    return 0;
}

static void end(void *state)
{
    struct code_counts *counts = state;

    for (size_t i = 0; i < n_chunks(counts); i++) {
        free(counts->chunks[i]);
    }
    free(counts->chunks);
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
