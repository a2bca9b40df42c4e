/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * allocation_counts.c - see allocation_counts.h.
 *
 * Most accesses are to memory in which no block ever was, and are told by the
 * stretch that the last one was in; of the others most are to a block that
 * was accessed a short while ago.
 */
#include "allocation_counts.h"

#include <stdlib.h>

#define KEPT 1024 /* blocks that are tried first */

struct state {
    struct allocation_counts results;
    struct memtrace_reader *reader;
    const struct allocations *allocations;
    struct allocations *own;        /* where the settings had none */
    uint64_t near_first, near_last; /* the stretch of the last access */
    bool is_near;                   /* are there blocks in it? */
    struct kept {
        const struct allocation *block; /* or NULL */
        uint64_t pid;
    } kept[KEPT];
};

static void end(void *data)
{
    struct state *state = data;

    if (state) {
        allocations_free(state->own);
        free(state->results.sites);
        free(state);
    }
}

static int begin(const struct analysis_source *source, const void *settings,
                 void **out)
{
    struct state *state = calloc(1, sizeof(*state));
    int error = 0;

    *out = NULL;
    if (!state) {
        return MEMTRACE_ERR_NOMEM;
    }
    state->reader = source->reader;
    state->allocations = settings;
    state->near_first = 1; /* an empty one */
    if (!settings) {
        error = allocations_new(source->reader, &state->own);
        state->allocations = state->own;
    }
    if (!error) {
        size_t n = allocations_n_sites(state->allocations);

        state->results.sites = calloc(n + 1, sizeof(*state->results.sites));
        error = state->results.sites ? 0 : MEMTRACE_ERR_NOMEM;
    }
    if (error) {
        end(state);
        return error;
    }
    *out = state;
    return 0;
}

static bool is_in(const struct allocation *block,
                  const struct memtrace_access *access)
{
    return access->vaddr - block->vaddr < block->size_bytes &&
           block->start_time <= access->time && access->time < block->end_time;
}

static const struct allocation *find(struct state *state, uint64_t pid,
                                     const struct memtrace_access *access)
{
    uint64_t vaddr = access->vaddr;
    struct kept *kept = &state->kept[(vaddr >> 4 ^ vaddr >> 16) % KEPT];

    if (vaddr < state->near_first || vaddr > state->near_last) {
        state->is_near = allocations_stretch(
            state->allocations, vaddr, &state->near_first, &state->near_last);
    }
    if (!state->is_near) {
        return NULL;
    }
    if (!kept->block || kept->pid != pid || !is_in(kept->block, access)) {
        kept->block =
            allocations_find(state->allocations, pid, access->time, vaddr);
        kept->pid = pid;
    }
    return kept->block;
}

static void count(struct memory_count *to, uint32_t thread,
                  const struct memtrace_access *access)
{
    unsigned is_store = access->flags & MEMTRACE_STORE ? 1 : 0;
    uint32_t *who = &to->who[is_store];

    to->n[is_store]++;
    to->n_atomics += access->flags & MEMTRACE_ATOMIC ? 1 : 0;
    *who = *who == MEMORY_NOBODY || *who == thread + 1 ? thread + 1
                                                       : MEMORY_SEVERAL;
}

static int accesses(void *data, const struct memtrace_batch *batch)
{
    struct state *state = data;
    const struct memtrace_thread *thread =
        memtrace_thread(state->reader, batch->thread);

    for (size_t i = 0; i < batch->n_accesses; i++) {
        const struct allocation *block =
            find(state, thread ? thread->pid : 0, &batch->accesses[i]);

        if (block) {
            count(&state->results.sites[block->site], batch->thread,
                  &batch->accesses[i]);
        } else {
            state->results.n_outside++;
        }
    }
    return 0;
}

static int merge(void *data, void *other)
{
    struct state *to = data;
    const struct state *from = other;

    for (size_t i = 0; i < allocations_n_sites(to->allocations); i++) {
        memory_add(&to->results.sites[i], &from->results.sites[i]);
    }
    to->results.n_outside += from->results.n_outside;
    return 0;
}

const struct allocation_counts *allocation_counts(const void *state)
{
    return &((const struct state *)state)->results;
}

const struct analysis analysis_allocations = {
    .name = "allocations",
    .summary = "how often the blocks of each place that allocates are accessed",
    .order = ANALYSIS_ANY_ORDER,
    .begin = begin,
    .accesses = accesses,
    .merge = merge,
    .end = end,
};
