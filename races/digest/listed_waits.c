/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * listed_waits.c - race_listed_may_wait(): is there anything for
 * spin.h to find?  Who waits loads the same over and over, and nothing
 * else of what the thread does goes elsewhere meanwhile.
 */
#include "listed.h"
#include "spin.h"
#include "writer.h"

/* Loads that come back, by instruction. */
#define LOAD_BITS 12
#define LOADS (1u << LOAD_BITS)
#define LOAD_PLACES 8 /* that an instruction may have */

struct load {
    uint64_t vaddr;
    uint32_t insn;         /* and part of it */
    uint32_t last, before; /* accesses of the block before these */
    unsigned n;
};

/* Accesses beside one that comes back that are looked at first. */
#define NEIGHBOURS 4

/* Where instructions were of late. */
#define PLACE_BITS 9
#define PLACES (1 << PLACE_BITS)

struct places {
    struct {
        uint64_t vaddr;
        uint32_t insn;  /* and part of it */
        uint32_t round; /* of what was looked at */
    } of[PLACES];
    uint32_t round;
    uint64_t n_looked;
};

static struct race_part seen_at(const struct race_listing *block, uint32_t at)
{
    uint32_t tag = block->tags[at];

    return (struct race_part){
        .vaddr = block->vaddrs[at],
        .insn = tag >> MEMTRACE_TAG_INSN_SHIFT,
        .size = 1u << (tag & MEMTRACE_TAG_SIZE_MASK),
        .is_store = tag & MEMTRACE_TAG_STORE,
        .is_atomic = tag & MEMTRACE_TAG_ATOMIC,
    };
}

/* Does it load what the thread has just stored? */
static bool is_own_at(const struct race_listing *block, uint32_t at)
{
    uint32_t from = at;
    struct race_part last = {.insn = 0}, seen;

    while (from > 0 && at - from < RACE_OWN_LOADS &&
           !(block->tags[from] & MEMTRACE_TAG_STORE)) {
        from--;
    }
    for (;; last = seen) {
        seen = seen_at(block, from);
        race_part_follow(&last, &seen);
        if (from++ == at) {
            return seen.own > 1;
        }
    }
}

/* An access, with what part of its instruction it is. */
static struct race_part part_at(const struct race_listing *block, uint32_t at)
{
    struct race_part last = {.insn = 0}, seen;
    uint32_t from = at, insn = block->tags[at] >> MEMTRACE_TAG_INSN_SHIFT;

    /* Those before it that there are no more parts of are told alike. */
    while (from > 0 && at - from < RACE_PARTS &&
           block->tags[from - 1] >> MEMTRACE_TAG_INSN_SHIFT == insn) {
        from--;
    }
    for (;; last = seen) {
        seen = seen_at(block, from);
        race_part_follow(&last, &seen);
        if (from++ == at) {
            return seen;
        }
    }
}

static uint32_t insn_and_part(const struct race_part *seen)
{
    return seen->insn | seen->part << RACE_PART_SHIFT;
}

/* An instruction that was at @a is at @b, but not where it was. */
static bool is_elsewhere(const struct race_listing *block, uint32_t a,
                         uint32_t b)
{
    return block->tags[a] == block->tags[b] &&
           block->vaddrs[a] != block->vaddrs[b] && !is_own_at(block, b) &&
           part_at(block, a).part == part_at(block, b).part;
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
    struct race_part last = part_at(block, from), seen = last;

    places->round++;
    for (uint32_t at = from; at <= to; at++, last = seen) {
        uint32_t insn, i;

        if (at > from) {
            seen = seen_at(block, at);
            race_part_follow(&last, &seen);
        }
        if (seen.own > 1) {
            continue;
        }
        insn = insn_and_part(&seen);
        i = insn * 0x9e3779b1u >> (32 - PLACE_BITS);

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

/* Return: that of @insn, or a new one; NULL: there is no room for it. */
static struct load *find_load(struct load *loads, uint32_t insn)
{
    uint32_t place = insn * 0x9e3779b1u >> (32 - LOAD_BITS);

    for (uint32_t i = 0; i < LOAD_PLACES; i++) {
        struct load *load = &loads[(place + i) % LOADS];

        if (load->insn == insn || load->n == 0) {
            return load;
        }
    }
    return NULL;
}

bool race_listed_may_wait(const struct memtrace_digest *digest,
                          const struct race_listing *block)
{
    struct load loads[LOADS] = {{.n = 0}};
    struct places places = {.round = 0};

    for (size_t i = 0; i < digest->n_listed; i++) {
        const struct memtrace_access *access = &digest->listed[i];
        uint32_t at = digest->listed_at[i], insn;
        struct race_part seen;
        struct load *load;

        if (access->flags & MEMTRACE_STORE) {
            continue;
        }
        seen = part_at(block, at);
        insn = insn_and_part(&seen);
        load = find_load(loads, insn);
        if (!load) {
            return true;
        }
        if (load->insn != insn || load->vaddr != access->vaddr) {
            *load = (struct load){access->vaddr, insn, at, at, 1};
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
