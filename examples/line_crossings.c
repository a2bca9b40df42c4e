/* SPDX-License-Identifier: GPL-2.0-or-later */
/* line_crossings.c - see line_crossings.h. */
#include <stdlib.h>

#include "line_crossings.h"

struct state {
    struct line_crossings results;
    unsigned line_bytes;
};

static int begin(const struct analysis_source *source, const void *settings,
                 void **out)
{
    const struct line_crossings_settings *wanted = settings;
    struct state *state = calloc(1, sizeof(*state));

    (void)source;
    if (!state) {
        return MEMTRACE_ERR_NOMEM;
    }
    state->line_bytes = wanted ? wanted->line_bytes : 64;
    *out = state;
    return 0;
}

static int accesses(void *state_pointer, const struct memtrace_batch *batch)
{
    struct state *state = state_pointer;

    for (size_t i = 0; i < batch->n_accesses; i++) {
        const struct memtrace_access *access = &batch->accesses[i];
        unsigned size = 0;

        while (size < CROSSINGS_SIZES - 1 && 1u << size < access->size) {
            size++;
        }
        state->results.n_accesses[size]++;
        state->results.n_crossing[size] +=
            access->vaddr % state->line_bytes + access->size >
            state->line_bytes;
    }
    return 0;
}

static int merge(void *state, void *other)
{
    struct line_crossings *to = &((struct state *)state)->results;
    const struct line_crossings *from = &((struct state *)other)->results;

    for (int i = 0; i < CROSSINGS_SIZES; i++) {
        to->n_accesses[i] += from->n_accesses[i];
        to->n_crossing[i] += from->n_crossing[i];
    }
    return 0;
}

const struct line_crossings *line_crossings(const void *state)
{
    return &((const struct state *)state)->results;
}

const struct analysis analysis_crossings = {
    .name = "crossings",
    .summary = "how many accesses go over the end of a cache line",
    .order = ANALYSIS_ANY_ORDER,
    .begin = begin,
    .accesses = accesses,
    .merge = merge,
    .end = free,
};
