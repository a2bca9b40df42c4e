/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * named_atomics.c - see named_atomics.h.  Memory: 32 bytes for each granule
 * that such instructions access, a byte for each instruction.
 */
#include "named_atomics.h"

#include <stdlib.h>

#include "array.h"
#include "pass.h"
#include "race_report.h"
#include "scan.h"

struct found {
    uint64_t vaddr; /* of the granule */
    uint64_t time;
    uint32_t thread;
    uint8_t mask;
};

/* What is looked for. */
struct sought {
    const struct memtrace_reader *reader;
    const struct race_atomics *atomics;
    const struct race_scan *scan;
};

struct accessed {
    const struct sought *sought;
    struct key_map keys; /* of granules */
    struct found *found;
    size_t room;
    struct memtrace_digest digest; /* of the block that was last looked at */
};

static void accessed_end(void *state)
{
    struct accessed *accessed = state;

    key_map_free(&accessed->keys);
    free(accessed->found);
    memtrace_digest_free(&accessed->digest);
    free(accessed);
}

static int accessed_begin(const struct analysis_source *source,
                          const void *settings, void **state)
{
    struct accessed *accessed = calloc(1, sizeof(*accessed));

    (void)source;
    if (!accessed) {
        return MEMTRACE_ERR_NOMEM;
    }
    accessed->sought = settings;
    *state = accessed;
    return 0;
}

static int add_granule(struct accessed *accessed, const struct found *add)
{
    const struct race_scan *scan = accessed->sought->scan;
    uint64_t key =
        race_granule_at(scan->spaces, add->thread, add->time, add->vaddr);
    size_t n = accessed->keys.n;
    struct found *found;
    uint32_t number;

    if (array_reserve(accessed->found, accessed->room, n + 1) < 0) {
        return MEMTRACE_ERR_NOMEM;
    }
    found = accessed->found;
    number = key_map_add(&accessed->keys, key, (uint32_t)n);
    if (number == KEY_MAP_NONE) {
        return MEMTRACE_ERR_NOMEM;
    }
    if (number == n) {
        found[number] = *add;
    } else {
        found[number].mask |= add->mask;
    }
    return 0;
}

static int add_bytes(struct accessed *accessed, uint32_t thread,
                     const struct memtrace_access *access)
{
    uint64_t vaddr = access->vaddr;
    unsigned size = access->size;
    int error = 0;

    while (size && !error) {
        unsigned offset = vaddr % RACE_GRANULE_BYTES;
        unsigned n = RACE_GRANULE_BYTES - offset;
        struct found add = {
            .vaddr = vaddr - offset,
            .time = access->time,
            .thread = thread,
        };

        n = n < size ? n : size;
        add.mask = (uint8_t)(((1u << n) - 1) << offset);
        error = add_granule(accessed, &add);
        vaddr += n;
        size -= n;
    }
    return error;
}

static int accessed_accesses(void *state, const struct memtrace_batch *batch)
{
    struct accessed *accessed = state;
    const struct sought *sought = accessed->sought;
    const struct race_atomics *atomics = sought->atomics;
    int error = 0;

    if (batch->thread >= sought->scan->spaces->n_threads) {
        return 0;
    }
    for (size_t i = 0; i < batch->n_accesses && !error; i++) {
        const struct memtrace_access *a = &batch->accesses[i];

        if (a->insn < atomics->n && atomics->is_atomic[a->insn]) {
            error = add_bytes(accessed, batch->thread, a);
        }
    }
    return error;
}

/* All that is sought is on pages that matter. */
static int accessed_digest(void *state, uint64_t number)
{
    struct accessed *accessed = state;
    const struct sought *sought = accessed->sought;
    struct memtrace_batch batch;
    int result = race_blocks_read_listed(&sought->scan->blocks, sought->reader,
                                         number, &accessed->digest, &batch);
    int error = result > 0 && batch.n_accesses
                    ? accessed_accesses(accessed, &batch)
                    : 0;

    return error ? error : result;
}

static int accessed_merge(void *state, void *other)
{
    struct accessed *to = state;
    const struct accessed *from = other;
    int error = 0;

    for (size_t i = 0; i < from->keys.n && !error; i++) {
        error = add_granule(to, &from->found[i]);
    }
    return error;
}

static const struct analysis analysis_race_atomics = {
    .name = "race-atomics",
    .summary = "what instructions access that are atomic in the source",
    .order = ANALYSIS_ANY_ORDER,
    .begin = accessed_begin,
    .digest = accessed_digest,
    .accesses = accessed_accesses,
    .merge = accessed_merge,
    .end = accessed_end,
};

/* On pages where there are no races nothing has to be ordered, either. */
static bool matters(const struct race_scan *scan, const struct found *found)
{
    const struct race_scan_page *page =
        race_scan_page(scan, race_page_at(scan->spaces, found->thread,
                                          found->time, found->vaddr));

    return page && race_page_is_racy(page->flags);
}

static int tell_scan(struct race_scan *scan, const struct accessed *accessed)
{
    int error = 0;

    for (size_t i = 0; i < accessed->keys.n; i++) {
        const struct found *found = &accessed->found[i];
        unsigned from = 0;

        while (from < RACE_GRANULE_BYTES && !error && matters(scan, found)) {
            unsigned to = from;

            while (to < RACE_GRANULE_BYTES && found->mask >> to & 1) {
                to++;
            }
            error = race_scan_sync(scan, found->thread, found->time,
                                   found->vaddr + from, to - from, false);
            from = to + 1;
        }
    }
    return error;
}

/* Return: 1 where it was not known, 0, or a negative error. */
static int add_insn(struct race_atomics *atomics, uint32_t insn,
                    uint32_t n_insns)
{
    if (!atomics->is_atomic) {
        atomics->is_atomic = calloc((size_t)n_insns + 1, sizeof(bool));
        atomics->n = (size_t)n_insns + 1;
    }
    if (!atomics->is_atomic) {
        return MEMTRACE_ERR_NOMEM;
    }
    if (insn >= atomics->n || atomics->is_atomic[insn]) {
        return 0;
    }
    atomics->is_atomic[insn] = true;
    return 1;
}

static int add_insns(struct race_atomics *atomics,
                     struct memtrace_reader *reader,
                     const struct races_config *config,
                     const struct races *races)
{
    uint32_t n_insns = memtrace_summary(reader)->n_insns;
    struct race_names by = {config->symbols, config->rules};
    int news = 0;

    for (size_t i = 0; i < races->n_races; i++) {
        const struct race *race = &races->races[i];
        int result = race->kind == RACE_PLAIN
                         ? race_report_is_atomic(reader, &by, race)
                         : 0;

        for (int side = 0; side < 2 && result > 0; side++) {
            result = add_insn(atomics, race->sides[side].insn, n_insns);
            news |= result > 0;
            result = result < 0 ? result : 1;
        }
        if (result < 0) {
            return result;
        }
    }
    return news;
}

int race_atomics_learn(struct race_atomics *atomics, struct race_scan *scan,
                       struct memtrace_reader *reader,
                       const struct races_config *config,
                       const struct races *races)
{
    const struct sought sought = {
        .reader = reader,
        .atomics = atomics,
        .scan = scan,
    };
    struct pass_config pass = {.n_workers = config->n_workers};
    struct pass_item item = {.analysis = &analysis_race_atomics,
                             .settings = &sought};
    int result =
        config->symbols ? add_insns(atomics, reader, config, races) : 0;

    if (result > 0) {
        int error = pass_run(reader, &pass, &item, 1);

        if (!error) {
            error = tell_scan(scan, item.state);
        }
        pass_end(&item, 1);
        result = error ? error : 1;
    }
    return result;
}

void race_atomics_free(struct race_atomics *atomics)
{
    free(atomics->is_atomic);
    *atomics = (struct race_atomics){.n = 0};
}
