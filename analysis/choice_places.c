/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * choice_places.c - sets of places: memory of a process for some of the
 * time.
 *
 * Places are sorted by process and first address.  One address may be in
 * several, of different times: `highest` tells where looking back is in vain.
 */
#include <stdlib.h>

#include "array.h"
#include "choice_places.h"
#include "lower_bound.h"

struct choice_set *choice_add_set(struct choice *choice, bool is_code,
                                  bool is_excluding)
{
    struct choice_set *set;

    if (choice->n_sets == CHOICE_SETS) {
        return NULL;
    }
    set = &choice->sets[choice->n_sets++];
    *set =
        (struct choice_set){.is_code = is_code, .is_excluding = is_excluding};
    return set;
}

int choice_add_place(struct choice_set *set, const struct choice_place *place)
{
    struct choice_place *added = array_add(set->places, set->n, set->room);

    if (!added) {
        return MEMTRACE_ERR_NOMEM;
    }
    *added = *place;
    return 0;
}

static int compare_places(const void *a, const void *b)
{
    const struct choice_place *x = a, *y = b;

    if (x->pid != y->pid) {
        return x->pid < y->pid ? -1 : 1;
    }
    return (x->first > y->first) - (x->first < y->first);
}

/* Behind the last place of the process that starts at @vaddr or below. */
static size_t place_after(const struct choice_set *set, uint64_t pid,
                          uint64_t vaddr)
{
    const struct choice_place *places = set->places;

    return lower_bound(set->n, i,
                       places[i].pid < pid ||
                           (places[i].pid == pid && places[i].first <= vaddr));
}

static inline bool is_at(const struct choice_place *place, uint64_t pid,
                         uint64_t time, uint64_t first, uint64_t last)
{
    return place->pid == pid && range_has(place->from, place->to, time) &&
           ranges_overlap(place->first, place->last, first, last);
}

/* At any time from @from to @to. */
static const struct choice_place *find(const struct choice_set *set,
                                       uint64_t pid, uint64_t from, uint64_t to,
                                       uint64_t first, uint64_t last)
{
    for (size_t i = place_after(set, pid, last); i > 0; i--) {
        const struct choice_place *place = &set->places[i - 1];

        if (place->pid != pid || set->highest[i - 1] < first) {
            break;
        }
        if (place->last >= first && place->from <= to && place->to >= from) {
            return place;
        }
    }
    return NULL;
}

/* Is it in a place of some process at some time? */
static bool is_ever_in(const struct choice_set *set, uint64_t pc)
{
    size_t i = set->n;

    while (i > 0) {
        uint64_t pid = set->places[i - 1].pid;

        if (find(set, pid, 0, UINT64_MAX, pc, pc)) {
            return true;
        }
        i = pid ? place_after(set, pid - 1, UINT64_MAX) : 0;
    }
    return false;
}

static int find_insns(struct choice_set *set,
                      const struct memtrace_reader *reader)
{
    uint32_t n_insns = memtrace_summary(reader)->n_insns;

    set->insns = calloc(n_insns / 64 + 1, sizeof(*set->insns));
    if (!set->insns) {
        return MEMTRACE_ERR_NOMEM;
    }
    for (uint64_t i = 0; i <= n_insns; i++) {
        const struct memtrace_insn *insn = memtrace_insn(reader, (uint32_t)i);

        if (insn && is_ever_in(set, insn->pc)) {
            set->insns[i / 64] |= 1ull << i % 64;
        }
    }
    return 0;
}

int choice_set_ready(struct choice_set *set,
                     const struct memtrace_reader *reader)
{
    free(set->highest);
    free(set->insns);
    set->insns = NULL;
    set->highest = calloc(set->n + 1, sizeof(*set->highest));
    if (!set->highest) {
        return MEMTRACE_ERR_NOMEM;
    }
    if (set->n) {
        qsort(set->places, set->n, sizeof(*set->places), compare_places);
    }
    for (size_t i = 0; i < set->n; i++) {
        const struct choice_place *place = &set->places[i];

        set->highest[i] = place->last;
        if (i && place[-1].pid == place->pid &&
            set->highest[i - 1] > place->last) {
            set->highest[i] = set->highest[i - 1];
        }
    }
    return set->is_code ? find_insns(set, reader) : 0;
}

void choice_set_free(struct choice_set *set)
{
    free(set->places);
    free(set->highest);
    free(set->insns);
}

bool choice_set_passes_range(const struct choice_set *set, uint64_t pid,
                             uint64_t time, uint64_t first, uint64_t last)
{
    return !find(set, pid, time, time, first, last) == set->is_excluding;
}

bool choice_set_passes(const struct choice_set *set,
                       const struct memtrace_reader *reader, uint64_t pid,
                       const struct memtrace_access *access,
                       const struct choice_place **hit)
{
    uint64_t first = access->vaddr, last;

    if (set->is_code) {
        uint32_t number = access->insn;
        const struct memtrace_insn *insn;

        if (number > memtrace_summary(reader)->n_insns ||
            !(set->insns[number / 64] >> number % 64 & 1)) {
            return set->is_excluding;
        }
        insn = memtrace_insn(reader, number);
        first = insn ? insn->pc : 0;
        last = first;
    } else {
        last = range_last(first, access->size);
    }
    if (!*hit || !is_at(*hit, pid, access->time, first, last)) {
        *hit = find(set, pid, access->time, access->time, first, last);
    }
    return !*hit == set->is_excluding;
}
