/* SPDX-License-Identifier: GPL-2.0-or-later */
/* wait_judge.c - see wait_judge.h. */
#include "wait_judge.h"

#include <stdlib.h>

#include "array.h"
#include "hash64.h"
#include "pass.h"
#include "reach.h"
#include "sleeps.h"

/*
 * A loop of few turns that does not wait may well end, by chance, in the turn
 * in which somebody stores there.  So a wait has this many turns, and as many
 * more for each store that did not end it.
 */
#define LEAST_TURNS 16

/* Stores to one byte; one that is stored to more often is no flag. */
#define MOST_STORES 4096

struct store {
    uint64_t vaddr;
    uint64_t time, end_time;
    uint32_t thread;
    uint32_t granule; /* number of it */
    uint16_t size;
};

#define FILTER_BITS 12

/* What is sought: granules, by their keys, and in which blocks. */
struct sought {
    const struct memtrace_reader *reader;
    const struct race_blocks *known;
    const struct race_spaces *spaces;
    struct race_reaches reaches;
    struct key_map granules;
    uint8_t *masks; /* of each, the bytes that are loaded: a bit each */
    uint64_t filter[(1 << FILTER_BITS) / 64]; /* a bit for each hash of an
                                                 address */
};

struct stores {
    const struct sought *sought;
    struct store *all;
    size_t n;
    size_t room;
    size_t open; /* from here on end_time is to come */
    uint32_t (*counts)[RACE_GRANULE_BYTES]; /* by granule and byte */
    uint32_t thread;
    uint64_t next;
    uint64_t before;               /* the last access's stamp, 0: none */
    struct memtrace_digest digest; /* of the last block with a list */
};

static unsigned filter_bit(struct race_place place)
{
    return (unsigned)hash64_bits(place.vaddr / RACE_GRANULE_BYTES, FILTER_BITS);
}

/* What a loop loads; all the time the same, or else what it was at first. */
static struct race_place spin_place(const struct race_scan *scan,
                                    const struct race_spin *spin)
{
    return race_place(scan->spaces, spin->thread, spin->wait.start_time,
                      spin->wait.vaddr);
}

static void stores_end(void *state)
{
    struct stores *stores = state;

    free(stores->all);
    free(stores->counts);
    memtrace_digest_free(&stores->digest);
    free(stores);
}

static int stores_begin(const struct analysis_source *source,
                        const void *settings, void **state)
{
    struct stores *stores = calloc(1, sizeof(*stores));

    (void)source;
    if (!stores) {
        return MEMTRACE_ERR_NOMEM;
    }
    stores->sought = settings;
    stores->counts =
        calloc(stores->sought->granules.n + 1, sizeof(*stores->counts));
    if (!stores->counts) {
        free(stores);
        return MEMTRACE_ERR_NOMEM;
    }
    *state = stores;
    return 0;
}

/* Which of its granule's bytes an access has, a bit each. */
static uint8_t bytes_of(uint64_t vaddr, unsigned size)
{
    unsigned n;

    return race_granule_mask(vaddr, size, &n);
}

static int append(struct stores *stores, const struct store *store)
{
    struct store *added = array_add(stores->all, stores->n, stores->room);

    if (!added) {
        return MEMTRACE_ERR_NOMEM;
    }
    *added = *store;
    return 0;
}

/* Only stores to the bytes that are loaded count. */
static int add_store(struct stores *stores, const struct store *store)
{
    unsigned mask = stores->sought->masks[store->granule] &
                    bytes_of(store->vaddr, store->size);
    bool is_kept = false;

    for (unsigned i = 0; i < RACE_GRANULE_BYTES; i++) {
        if (mask >> i & 1) {
            is_kept |= stores->counts[store->granule][i]++ < MOST_STORES;
        }
    }
    return is_kept ? append(stores, store) : 0;
}

/* Is a byte that @spin loads stored to too often? */
static bool is_busy(const struct stores *stores, uint32_t granule,
                    const struct race_spin *spin)
{
    unsigned mask = bytes_of(spin->wait.vaddr, spin->wait.size);

    for (unsigned i = 0; i < RACE_GRANULE_BYTES; i++) {
        if (mask >> i & 1 && stores->counts[granule][i] > MOST_STORES) {
            return true;
        }
    }
    return false;
}

static bool stores_wants(const void *state, uint64_t block)
{
    const struct stores *stores = state;

    return race_reach_is_wanted(&stores->sought->reaches, block);
}

static int stores_accesses(void *state, const struct memtrace_batch *batch)
{
    struct stores *stores = state;
    const struct sought *sought = stores->sought;
    const struct race_reach *reach = race_reach_find(&sought->reaches, batch);
    int error = 0;

    if (batch->thread != stores->thread || batch->first != stores->next) {
        stores->open = stores->n;
        stores->thread = batch->thread;
        stores->before = reach ? reach->from : 0;
    }
    stores->next = batch->first + batch->n_accesses;
    for (size_t i = 0; i < batch->n_accesses && !error; i++) {
        const struct memtrace_access *a = &batch->accesses[i];
        struct store store = {
            .vaddr = a->vaddr,
            .time = stores->before ? stores->before : a->time,
            .end_time = reach ? reach->to : UINT64_MAX,
            .thread = batch->thread,
            .size = a->size,
        };
        struct race_place place;
        unsigned bit;

        /* Those of the stamp before are over, whatever they began with. */
        while (stores->open < stores->n && a->time > stores->before) {
            stores->all[stores->open++].end_time = a->time;
        }
        stores->before = a->time;
        if (!(a->flags & MEMTRACE_STORE)) {
            continue;
        }
        place = race_place(sought->spaces, batch->thread, a->time, a->vaddr);
        bit = filter_bit(place);
        if (!(sought->filter[bit / 64] >> bit % 64 & 1)) {
            continue;
        }
        store.granule =
            key_map_find(&sought->granules, race_granule_key(place));
        error = store.granule == KEY_MAP_NONE ? 0 : add_store(stores, &store);
    }
    return error;
}

/* All that is sought is on pages that matter. */
static int stores_digest(void *state, uint64_t number)
{
    struct stores *stores = state;
    const struct sought *sought = stores->sought;
    struct memtrace_batch batch;
    int result = race_blocks_read_listed(sought->known, sought->reader, number,
                                         &stores->digest, &batch);
    int error =
        result > 0 && batch.n_accesses ? stores_accesses(stores, &batch) : 0;

    return error ? error : result;
}

static int stores_merge(void *state, void *other)
{
    struct stores *to = state;
    const struct stores *from = other;
    int error = 0;

    for (size_t i = 0; i < from->n && !error; i++) {
        error = append(to, &from->all[i]);
    }
    for (size_t i = 0; i < to->sought->granules.n; i++) {
        for (unsigned k = 0; k < RACE_GRANULE_BYTES; k++) {
            to->counts[i][k] += from->counts[i][k];
        }
    }
    return error;
}

static const struct analysis analysis_race_stores = {
    .name = "race-stores",
    .summary = "stores to what threads may wait on",
    .order = ANALYSIS_ANY_ORDER,
    .begin = stores_begin,
    .wants = stores_wants,
    .digest = stores_digest,
    .accesses = stores_accesses,
    .merge = stores_merge,
    .end = stores_end,
};

/* Does it load memory that threads share and no atomic instruction touches? */
static bool is_candidate(const struct race_scan *scan,
                         const struct race_spin *spin)
{
    struct race_place place = spin_place(scan, spin);
    const struct race_scan_page *page =
        race_scan_page(scan, race_page_key(place));
    const struct race_sync_granule *granule =
        race_sync_bytes_at(&scan->bytes, race_granule_key(place));
    unsigned mask = (1u << (spin->wait.size & 15)) - 1;

    if (!page || !race_page_is_racy(page->flags)) {
        return false;
    }
    mask <<= spin->wait.vaddr % RACE_GRANULE_BYTES;
    return !granule || !(granule->mask & mask);
}

/* May that store have ended the wait? */
static bool ends(const struct store *store, const struct race_spin *spin)
{
    return store->time <= spin->wait.end_time &&
           store->end_time >= spin->wait.before_time;
}

/* Of the same granule, which need not be at the same address for both. */
static bool overlap(const struct store *store, const struct race_spin *spin)
{
    unsigned at = store->vaddr % RACE_GRANULE_BYTES;
    unsigned sought = spin->wait.vaddr % RACE_GRANULE_BYTES;

    return at < sought + spin->wait.size && sought < at + store->size;
}

static bool is_within(const struct store *store, const struct race_spin *spin)
{
    return store->time > spin->wait.start_time &&
           store->end_time < spin->wait.before_time;
}

/* Does the loop go on for long, or sleep at most turns? */
static bool is_patient(const struct race_sleeps *sleeps,
                       const struct race_spin *spin, size_t n_within)
{
    const struct memtrace_digest_wait *wait = &spin->wait;

    return wait->n_loads / LEAST_TURNS > n_within ||
           race_sleeps_count(sleeps, spin->thread, wait->start_time,
                             wait->last_time) >= wait->n_loads / 2;
}

/* What a spin is, the more certain the higher. */
enum verdict {
    POLLS, /* it may have ended at any time */
    ENDS,  /* with a store, as a wait does */
    WAITS, /* and that is no chance */
};

static enum verdict judge_spin(const struct race_scan *scan,
                               const struct stores *stores,
                               const struct race_sleeps *sleeps,
                               uint32_t granule, const struct race_spin *spin)
{
    size_t n_within = 0;
    bool has_end = false;

    for (size_t i = 0; i < stores->n; i++) {
        const struct store *store = &stores->all[i];

        if (store->granule == granule && store->thread != spin->thread &&
            overlap(store, spin)) {
            has_end |= ends(store, spin);
            n_within += is_within(store, spin);
        }
    }
    /* Each other thread may run before the one that waits. */
    if (!has_end || n_within > scan->spaces->n_threads + 2) {
        return POLLS;
    }
    return is_patient(sleeps, spin, n_within) ? WAITS : ENDS;
}

/* @verdicts: set of each spin. Return: 0, or MEMTRACE_ERR_NOMEM. */
static int judge_spins(struct race_scan *scan, const struct stores *stores,
                       const struct race_sleeps *sleeps, uint8_t *verdicts,
                       struct key_map *waiting)
{
    for (size_t i = 0; i < scan->spins.n; i++) {
        const struct race_spin *spin = &scan->spins.spins[i];
        uint32_t granule =
            key_map_find(&stores->sought->granules,
                         race_granule_key(spin_place(scan, spin)));

        verdicts[i] = is_busy(stores, granule, spin)
                          ? POLLS
                          : judge_spin(scan, stores, sleeps, granule, spin);
        if (verdicts[i] == WAITS &&
            key_map_add(waiting, spin->wait.insn, 0) == KEY_MAP_NONE) {
            return MEMTRACE_ERR_NOMEM;
        }
    }
    return 0;
}

/*
 * An instruction that has waited once is part of a loop that waits.  It may
 * wait elsewhere as well, as for the turn in a queue, whose nodes come and go:
 * there it need not be patient.
 */
static int judge_all(struct race_scan *scan, struct memtrace_reader *reader,
                     const struct stores *stores)
{
    const struct race_spins *spins = &scan->spins;
    uint8_t *verdicts = calloc(spins->n + 1, sizeof(*verdicts));
    struct key_map waiting = {.room = 0};
    struct race_sleeps sleeps;
    int error = race_sleeps_open(&sleeps, reader);

    if (!error) {
        error = verdicts
                    ? judge_spins(scan, stores, &sleeps, verdicts, &waiting)
                    : MEMTRACE_ERR_NOMEM;
    }
    for (size_t i = 0; i < spins->n && !error; i++) {
        const struct race_spin *spin = &spins->spins[i];

        if (verdicts[i] == WAITS ||
            (verdicts[i] == ENDS &&
             key_map_find(&waiting, spin->wait.insn) != KEY_MAP_NONE)) {
            error = race_scan_sync(scan, spin->thread, spin->wait.start_time,
                                   spin->wait.vaddr, spin->wait.size, true);
        }
    }
    race_sleeps_close(&sleeps);
    key_map_free(&waiting);
    free(verdicts);
    return error;
}

/* Stores to what it loads are sought. Return: 0, or MEMTRACE_ERR_NOMEM. */
static int seek(struct sought *sought, struct race_place place,
                const struct race_spin *spin)
{
    unsigned bit = filter_bit(place);
    uint32_t granule = key_map_add(&sought->granules, race_granule_key(place),
                                   (uint32_t)sought->granules.n);

    if (granule == KEY_MAP_NONE) {
        return MEMTRACE_ERR_NOMEM;
    }
    sought->masks[granule] |= bytes_of(spin->wait.vaddr, spin->wait.size);
    sought->filter[bit / 64] |= (uint64_t)1 << bit % 64;
    return 0;
}

/* Only the candidates stay. Return: as seek(). */
static int choose(struct race_scan *scan, struct sought *sought)
{
    struct race_spins *spins = &scan->spins;
    size_t n = 0;
    int error = 0;

    sought->masks = calloc(spins->n + 1, 1);
    if (!sought->masks) {
        return MEMTRACE_ERR_NOMEM;
    }
    for (size_t i = 0; i < spins->n && !error; i++) {
        const struct race_spin *spin = &spins->spins[i];

        if (is_candidate(scan, spin)) {
            error = seek(sought, spin_place(scan, spin), spin);
            spins->spins[n++] = *spin;
        }
    }
    spins->n = n;
    return error;
}

int race_waits_judge(struct race_scan *scan, struct memtrace_reader *reader,
                     unsigned n_workers)
{
    struct sought sought = {
        .reader = reader,
        .known = &scan->blocks,
        .spaces = scan->spaces,
    };
    struct pass_config pass = {.n_workers = n_workers};
    struct pass_item item = {.analysis = &analysis_race_stores,
                             .settings = &sought};
    int error = choose(scan, &sought);

    if (!error && scan->spins.n) {
        error = race_reaches_open(&sought.reaches, scan, reader);
        if (!error) {
            error = pass_run(reader, &pass, &item, 1);
        }
        if (!error) {
            error = judge_all(scan, reader, item.state);
        }
        pass_end(&item, 1);
    }
    free(sought.masks);
    key_map_free(&sought.granules);
    race_reaches_close(&sought.reaches);
    return error;
}
