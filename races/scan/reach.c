/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reach.c - see reach.h. */
#include "reach.h"

#include <stdlib.h>

#include "lower_bound.h"

static bool is_past(const struct race_reach *reach,
                    const struct memtrace_batch *batch)
{
    return reach->thread != batch->thread ? reach->thread > batch->thread
                                          : reach->first > batch->first;
}

const struct race_reach *race_reach_find(const struct race_reaches *reaches,
                                         const struct memtrace_batch *batch)
{
    size_t behind =
        lower_bound(reaches->n, i, !is_past(&reaches->all[i], batch));

    return behind && reaches->all[behind - 1].thread == batch->thread
               ? &reaches->all[behind - 1]
               : NULL;
}

/* Times at which some thread may wait: disjoint, the earliest first. */
struct waits {
    struct wait {
        uint64_t start, end;
    } * all;
    size_t n;
};

static int compare_waits(const void *a, const void *b)
{
    const struct wait *left = a, *right = b;

    return left->start < right->start ? -1 : left->start > right->start;
}

static int find_waits(const struct race_spins *spins, struct waits *waits)
{
    size_t n = 0;

    waits->all = calloc(spins->n, sizeof(*waits->all));
    if (!waits->all) {
        return MEMTRACE_ERR_NOMEM;
    }
    for (size_t i = 0; i < spins->n; i++) {
        waits->all[i] = (struct wait){
            .start = spins->spins[i].wait.start_time,
            .end = spins->spins[i].wait.end_time,
        };
    }
    qsort(waits->all, spins->n, sizeof(*waits->all), compare_waits);
    for (size_t i = 0; i < spins->n; i++) {
        const struct wait *wait = &waits->all[i];

        if (n && wait->start <= waits->all[n - 1].end) {
            if (wait->end > waits->all[n - 1].end) {
                waits->all[n - 1].end = wait->end;
            }
        } else {
            waits->all[n++] = *wait;
        }
    }
    waits->n = n;
    return 0;
}

/* May some thread wait between these times? */
static bool has_wait(const struct waits *waits, uint64_t start, uint64_t end)
{
    /* The first that ends at @start or later. */
    size_t at = lower_bound(waits->n, i, waits->all[i].end < start);

    return at < waits->n && waits->all[at].start <= end;
}

static int compare_reaches(const void *a, const void *b)
{
    const struct race_reach *left = a, *right = b;

    if (left->thread != right->thread) {
        return left->thread < right->thread ? -1 : 1;
    }
    return left->first < right->first ? -1 : left->first > right->first;
}

/* A thread's blocks need not be in the file in their order. */
static int list_blocks(const struct race_scan *scan,
                       const struct memtrace_reader *reader,
                       struct race_reaches *reaches)
{
    uint64_t n = memtrace_summary(reader)->n_blocks;

    reaches->all = calloc(n + 1, sizeof(*reaches->all));
    if (!reaches->all) {
        return MEMTRACE_ERR_NOMEM;
    }
    for (uint64_t i = 0; i < n; i++) {
        const struct memtrace_block *block = memtrace_block(reader, i);

        if (block->thread < scan->spaces->n_threads) {
            reaches->all[reaches->n++] = (struct race_reach){
                .block = i,
                .thread = block->thread,
                .first = block->first,
            };
        }
    }
    qsort(reaches->all, reaches->n, sizeof(*reaches->all), compare_reaches);
    return 0;
}

/*
 * The first access of a block may have been made from the last stamp of the
 * thread's block before it on, the last access until the first stamp of the
 * block behind it.
 */
static void find_reaches(const struct memtrace_reader *reader,
                         struct race_reaches *reaches)
{
    const struct race_reach *next = NULL;

    for (size_t i = reaches->n; i-- > 0;) {
        struct race_reach *reach = &reaches->all[i];
        const struct memtrace_block *block =
            memtrace_block(reader, reach->block);

        reach->from = block->start_time;
        if (i && reach[-1].thread == reach->thread) {
            reach->from = memtrace_block(reader, reach[-1].block)->end_time;
        }
        reach->to = UINT64_MAX;
        if (next && next->thread == reach->thread) {
            const struct memtrace_block *behind =
                memtrace_block(reader, next->block);

            reach->to = behind->start_time > block->end_time
                            ? behind->start_time
                        : behind->end_time > block->end_time ? behind->end_time
                                                             : next->to;
        }
        next = reach;
    }
}

int race_reaches_open(struct race_reaches *reaches,
                      const struct race_scan *scan,
                      const struct memtrace_reader *reader)
{
    uint64_t n = memtrace_summary(reader)->n_blocks;
    struct waits waits = {.n = 0};
    int error = find_waits(&scan->spins, &waits);

    *reaches = (struct race_reaches){.n = 0};
    if (!error) {
        error = list_blocks(scan, reader, reaches);
    }
    reaches->wanted = calloc(n / 64 + 1, sizeof(*reaches->wanted));
    if (!reaches->wanted) {
        error = MEMTRACE_ERR_NOMEM;
    }
    if (!error) {
        find_reaches(reader, reaches);
    }
    for (size_t i = 0; !error && i < reaches->n; i++) {
        const struct race_reach *reach = &reaches->all[i];

        if (has_wait(&waits, reach->from, reach->to)) {
            reaches->wanted[reach->block / 64] |= (uint64_t)1
                                                  << reach->block % 64;
        }
    }
    free(waits.all);
    return error;
}

void race_reaches_close(struct race_reaches *reaches)
{
    free(reaches->all);
    free(reaches->wanted);
}
