/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * race_listed_waits.c - race_listed_may_wait(): is there anything for
 * race_spin.h to find?  Who waits loads the same over and over, and nothing
 * else of what the thread does goes elsewhere meanwhile.
 */
#include "race_listed.h"
#include "race_spin.h"
#include "writer.h"

/*
 * Loads that come back, by instruction.  One that takes another's place makes
 * it be forgotten, so they have the places that they have in race_spin.h.
 */
struct load {
    uint64_t vaddr;
    uint32_t insn;
    uint32_t last, before; /* accesses of the block before these */
    unsigned n;
};

/* Accesses beside one that comes back that are looked at first. */
#define NEIGHBOURS 4

/* Where instructions were of late. */
#define PLACES 512

struct places {
    struct {
        uint64_t vaddr;
        uint32_t insn;
        uint32_t round; /* of what was looked at */
    } of[PLACES];
    uint32_t round;
    uint64_t n_looked;
};

/* An instruction that was at @a is at @b, but not where it was. */
static bool is_elsewhere(const struct race_listing *block, uint32_t a,
                         uint32_t b)
{
    return block->tags[a] == block->tags[b] &&
           block->vaddrs[a] != block->vaddrs[b];
}

/*
 * The same access at the numbers of @load and @at, in turns of a loop perhaps:
 * does what stands beside it in one turn go elsewhere in the next?
 */
static bool has_quick_progress(const struct race_listing *block,
                               const struct load *load, uint32_t at)
{
    for (uint32_t i = 1; i <= NEIGHBOURS; i++) {
        if (load->last - load->before <= i || at - load->last <= i) {
            break;
        }
        if (is_elsewhere(block, load->before + i, load->last + i) ||
            is_elsewhere(block, load->last - i, at - i)) {
            return true;
        }
    }
    return false;
}

/* Has an instruction gone elsewhere in between? Then nobody waited there. */
static bool has_progress(struct places *places,
                         const struct race_listing *block, uint32_t from,
                         uint32_t to)
{
    places->round++;
    for (uint32_t at = from; at <= to; at++) {
        uint32_t insn = block->tags[at] >> MEMTRACE_TAG_INSN_SHIFT;
        uint32_t i = (insn ^ insn >> 9) % PLACES;

        if (places->of[i].insn == insn &&
            places->of[i].round == places->round &&
            places->of[i].vaddr != block->vaddrs[at]) {
            places->n_looked += at - from;
            return true;
        }
        places->of[i].vaddr = block->vaddrs[at];
        places->of[i].insn = insn;
        places->of[i].round = places->round;
    }
    return false;
}

bool race_listed_may_wait(const struct memtrace_digest *digest,
                          const struct race_listing *block)
{
    struct load loads[RACE_SPIN_TURNS] = {{.n = 0}};
    struct places places = {.round = 0};

    for (size_t i = 0; i < digest->n_listed; i++) {
        const struct memtrace_access *access = &digest->listed[i];
        struct load *load = &loads[race_spins_place(access->insn)];
        uint32_t at = digest->listed_at[i];

        if (access->flags & MEMTRACE_STORE) {
            continue;
        }
        if (load->insn != access->insn || load->vaddr != access->vaddr) {
            *load = (struct load){access->vaddr, access->insn, at, at, 1};
            continue;
        }
        /* To look for long takes as long as to look at all. */
        if (places.n_looked > block->n) {
            return true;
        }
        if (load->n >= 2 && !has_quick_progress(block, load, at) &&
            !has_progress(&places, block, load->before, at)) {
            return true;
        }
        load->before = load->last;
        load->last = at;
        load->n++;
    }
    return false;
}
