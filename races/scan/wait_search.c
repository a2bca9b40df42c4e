/* SPDX-License-Identifier: GPL-2.0-or-later */
/* wait_search.c - see wait_search.h. */
#include "wait_search.h"

#include <stdlib.h>

#include "pass.h"

struct waits {
    const uint64_t *wanted; /* blocks: a bit for each, by its number */
    struct race_spins spins;
};

static int waits_begin(const struct analysis_source *source,
                       const void *settings, void **state)
{
    struct waits *waits = calloc(1, sizeof(*waits));

    (void)source;
    if (!waits) {
        return MEMTRACE_ERR_NOMEM;
    }
    waits->wanted = settings;
    *state = waits;
    return 0;
}

static bool waits_wants(const void *state, uint64_t block)
{
    const struct waits *waits = state;

    return waits->wanted[block / 64] >> block % 64 & 1;
}

static int waits_block(void *state, uint64_t block)
{
    struct waits *waits = state;

    (void)block;
    return race_spins_finish(&waits->spins);
}

static int waits_accesses(void *state, const struct memtrace_batch *batch)
{
    struct waits *waits = state;

    return race_spins_accesses(&waits->spins, batch);
}

static int waits_merge(void *state, void *other)
{
    struct waits *to = state, *from = other;

    return race_spins_merge(&to->spins, &from->spins);
}

static int waits_finish(void *state)
{
    struct waits *waits = state;

    return race_spins_finish(&waits->spins);
}

static void waits_end(void *state)
{
    struct waits *waits = state;

    race_spins_close(&waits->spins);
    free(waits);
}

static const struct analysis analysis_race_waits = {
    .name = "race-waits",
    .summary = "where threads may wait",
    .order = ANALYSIS_ANY_ORDER,
    .begin = waits_begin,
    .wants = waits_wants,
    .block = waits_block,
    .accesses = waits_accesses,
    .merge = waits_merge,
    .finish = waits_finish,
    .end = waits_end,
};

int race_waits_search(struct race_scan *scan, struct memtrace_reader *reader,
                      unsigned n_workers)
{
    uint64_t n = memtrace_summary(reader)->n_blocks;
    uint64_t *wanted = calloc(n / 64 + 1, sizeof(*wanted));
    struct pass_config pass = {.n_workers = n_workers};
    struct pass_item item = {.analysis = &analysis_race_waits,
                             .settings = wanted};
    bool is_any = false;
    int error = 0;

    if (!wanted) {
        return MEMTRACE_ERR_NOMEM;
    }
    for (size_t i = 0; i < scan->blocks.n; i++) {
        const struct race_block *block = &scan->blocks.all[i];

        if (block->need == RACE_BLOCK_ALL && !block->has_waits) {
            wanted[block->number / 64] |= (uint64_t)1 << block->number % 64;
            is_any = true;
        }
    }
    if (is_any && scan->spaces->n_threads > 1) {
        error = pass_run(reader, &pass, &item, 1);
    }
    if (!error && item.state) {
        struct waits *waits = item.state;

        error = race_spins_merge(&scan->spins, &waits->spins);
    }
    pass_end(&item, 1);
    free(wanted);
    return error;
}
