/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * races.c - the list of races, each once by its two instructions; and
 * races_find(), which makes it.
 */
#include <stdlib.h>

#include "pass.h"
#include "order_calls.h"
#include "named_atomics.h"
#include "engine.h"

/*
 * Which instruction, and how it accesses, as a number of 30 bits.  Those of
 * instructions have 27, and those of the system calls that there are fewer.
 */
#define SIDE_INSN_MASK (((uint64_t)1 << 28) - 1)
_Static_assert(MEMTRACE_INSN_MAX <= SIDE_INSN_MASK, "has room for all");

static uint64_t side_key(const struct race_side *side)
{
    return (side->insn & SIDE_INSN_MASK) << 2 | (side->is_store ? 1u : 0) |
           (side->is_kernel ? 2u : 0);
}

static uint64_t race_key_of(const struct race *race)
{
    uint64_t a = side_key(&race->sides[0]);
    uint64_t b = side_key(&race->sides[1]);

    return (a < b ? a << 30 | b : b << 30 | a) << 1 |
           (race->kind == RACE_AD_HOC);
}

/* Within what glibc's largest object for threads takes. */
#define BESIDE_GRANULES 7

static bool is_beside_sync(const struct race_engine *engine,
                           const struct race *race)
{
    const struct race_scan *scan = engine->scan;
    uint64_t key = race_granule_key(
        race_space(engine->spaces, race->sides[1].thread, race->vaddr),
        race->vaddr);

    for (uint64_t i = 0; i <= 2 * BESIDE_GRANULES; i++) {
        uint32_t granule =
            key_map_find(&scan->granule_keys, key + i - BESIDE_GRANULES);

        if (granule != KEY_MAP_NONE &&
            scan->granules[granule].mask & ~scan->granules[granule].ad_hoc) {
            return true;
        }
    }
    return false;
}

/* The granule so many behind one, where it truly synchronises; or NULL. */
static const struct race_scan_granule *
sync_granule(const struct race_scan *scan, uint64_t key, int behind)
{
    uint32_t granule =
        key_map_find(&scan->granule_keys, key + (uint64_t)(int64_t)behind);

    return granule != KEY_MAP_NONE && !scan->granules[granule].ad_hoc
               ? &scan->granules[granule]
               : NULL;
}

/*
 * glibc's pthread_cond_t, in granules: a counter of waiters that is added to
 * as a whole; the counter that this is about (__g1_start), which is never
 * accessed but by plain loads and stores of all of it; two of references or
 * nothing; two sizes; a lock and another counter; two words with signals.
 */
static bool is_in_condition(const struct race_engine *engine,
                            const struct race *race)
{
    const struct race_scan *scan = engine->scan;
    uint64_t key = race_granule_key(
        race_space(engine->spaces, race->sides[1].thread, race->vaddr),
        race->vaddr);
    const struct race_scan_granule *waiters = sync_granule(scan, key, -1);
    const struct race_scan_granule *locks = sync_granule(scan, key, 3);
    const struct race_scan_granule *signals = sync_granule(scan, key, 4);

    return race->vaddr % RACE_GRANULE_BYTES == 0 &&
           race->sides[0].size == RACE_GRANULE_BYTES &&
           race->sides[1].size == RACE_GRANULE_BYTES && waiters &&
           waiters->is_one && locks && locks->mask == 0xff && !locks->is_one &&
           signals && !signals->is_one;
}

int race_found(struct race_engine *engine, const struct race *race)
{
    struct races *races = engine->races;
    uint32_t number;

    if (races->n_races == engine->room_races) {
        size_t room = races->n_races ? 2 * races->n_races : 64;
        struct race *more = realloc(races->races, room * sizeof(*more));

        if (!more) {
            return MEMTRACE_ERR_NOMEM;
        }
        races->races = more;
        engine->room_races = room;
    }
    number = key_map_add(&engine->race_keys, race_key_of(race),
                         (uint32_t)races->n_races);
    if (number == KEY_MAP_NONE) {
        return MEMTRACE_ERR_NOMEM;
    }
    if (number == races->n_races) {
        races->races[races->n_races++] = *race;
        races->races[number].count = 0;
        races->races[number].is_beside_sync = is_beside_sync(engine, race);
        races->races[number].is_in_condition = is_in_condition(engine, race);
    }
    races->races[number].count++;
    return 0;
}

void races_free(struct races *races)
{
    free(races->races);
    races->races = NULL;
}

/* The trace is read twice: each reading is half of the way. */
static void first_half(void *context, uint64_t done, uint64_t total)
{
    const struct races_config *config = context;

    config->progress(config->context, done / 2, total);
}

/* Are all calls told of that synchronise by something else than memory? */
static bool has_calls(struct memtrace_reader *reader)
{
    const char *told = memtrace_meta(reader, "record.sync_calls");

    return told && strtol(told, NULL, 10) >= GUEST_CALLS_TOLD;
}

/* Each of them may show more that is atomic by its names. */
#define MOST_LOOKS 5

int races_find(struct memtrace_reader *reader,
               const struct races_config *config, struct races *races)
{
    struct race_atomics atomics = {.n = 0};
    struct race_spaces spaces;
    struct pass_config pass = {
        .n_workers = config->n_workers,
        .progress = config->progress ? first_half : NULL,
        .context = (void *)config,
    };
    struct pass_item item = {.analysis = &analysis_race_scan,
                             .settings = &spaces};
    int error = race_spaces_open(&spaces, reader);
    int n_looks = 0;

    *races = (struct races){.has_calls = has_calls(reader)};
    if (!error) {
        error = pass_run(reader, &pass, &item, 1);
    }
    if (!error) {
        error = race_scan_choose(item.state);
    }
    if (!error) {
        error = race_scan_waits(item.state, reader, config->n_workers);
    }
    if (!error) {
        error = race_spins_judge(item.state, reader, config->n_workers);
    }
    for (bool goes_on = !error; goes_on; n_looks++) {
        struct race_engine engine = {
            .reader = reader,
            .spaces = &spaces,
            .scan = item.state,
            .races = races,
        };

        races_free(races);
        *races = (struct races){.has_calls = has_calls(reader)};
        error = race_engine_run(&engine, config);
        goes_on = false;
        if (!error && n_looks < MOST_LOOKS - 1) {
            int result =
                race_atomics_learn(&atomics, item.state, reader, config, races);

            goes_on = result > 0;
            error = goes_on ? 0 : result;
        }
    }
    race_atomics_free(&atomics);
    pass_end(&item, 1);
    race_spaces_close(&spaces);
    return error;
}
