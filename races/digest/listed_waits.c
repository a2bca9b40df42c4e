/* SPDX-License-Identifier: GPL-2.0-or-later */
/* listed_waits.c - see listed_waits.h. */
#include "listed_waits.h"

#include "hash64.h"
#include "insn_parts.h"
#include "writer.h"

/* A table of loads that may be repeated, by instruction. */
#define LOAD_BITS 12
#define LOADS (1u << LOAD_BITS)
#define LOAD_PLACES 8 /* an instruction may be in one of so many places */

struct load {
    uint64_t vaddr;
    uint32_t insn;         /* and part of it */
    uint32_t last, before; /* numbers of its last accesses in the block */
    unsigned n;
};

/* So many accesses beside a repeated load are compared first. */
#define NEIGHBOURS 4

/* A table of the addresses that instructions accessed last. */
#define PLACE_BITS 9
#define PLACES (1 << PLACE_BITS)

struct places {
    struct {
        uint64_t vaddr;
        uint32_t insn;  /* and part of it */
        uint32_t round; /* of the search */
    } of[PLACES];
    uint32_t round;
    uint64_t n_examined; /* accesses, in all searches */
};

static struct race_part access_at(const struct race_listing *block, uint32_t at)
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

/* The access at @at as a part, numbered by those from @from on. */
static struct race_part part_from(const struct race_listing *block,
                                  uint32_t from, uint32_t at)
{
    struct race_part last = {.insn = 0}, part;

    for (;; last = part) {
        part = access_at(block, from);
        race_part_follow(&last, &part);
        if (from++ == at) {
            return part;
        }
    }
}

/* Does it load what the thread has just stored? */
static bool is_own_load_at(const struct race_listing *block, uint32_t at)
{
    uint32_t from = at;
    struct race_part part;

    while (from > 0 && at - from < RACE_OWN_LOADS &&
           !(block->tags[from] & MEMTRACE_TAG_STORE)) {
        from--;
    }
    part = part_from(block, from, at);
    return race_part_is_own_load(&part);
}

static struct race_part part_at(const struct race_listing *block, uint32_t at)
{
    uint32_t from = at, insn = block->tags[at] >> MEMTRACE_TAG_INSN_SHIFT;

    /* There are no higher numbers: more accesses make no difference. */
    while (from > 0 && at - from < RACE_PARTS &&
           block->tags[from - 1] >> MEMTRACE_TAG_INSN_SHIFT == insn) {
        from--;
    }
    return part_from(block, from, at);
}

/* The same part of an instruction is at @a and @b, with other addresses. */
static bool is_elsewhere(const struct race_listing *block, uint32_t a,
                         uint32_t b)
{
    return block->tags[a] == block->tags[b] &&
           block->vaddrs[a] != block->vaddrs[b] && !is_own_load_at(block, b) &&
           part_at(block, a).part == part_at(block, b).part;
}

/*
 * The load and the access at @at are the same, in two turns of a loop perhaps:
 * does an access beside it have another address in the next turn?
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

/* Does an instruction change its address in between? Then it is no wait. */
static bool has_progress(struct places *places,
                         const struct race_listing *block, uint32_t from,
                         uint32_t to)
{
    struct race_part last = part_at(block, from), part = last;

    places->round++;
    for (uint32_t at = from; at <= to; at++, last = part) {
        uint32_t insn, i;

        if (at > from) {
            part = access_at(block, at);
            race_part_follow(&last, &part);
        }
        if (race_part_is_own_load(&part)) {
            continue;
        }
        insn = race_part_number(&part);
        i = hash32_bits(insn, PLACE_BITS);

        if (places->of[i].insn == insn &&
            places->of[i].round == places->round &&
            places->of[i].vaddr != block->vaddrs[at]) {
            places->n_examined += at - from;
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
    uint32_t place = hash32_bits(insn, LOAD_BITS);

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
        struct race_part part;
        struct load *load;

        if (access->flags & MEMTRACE_STORE) {
            continue;
        }
        part = part_at(block, at);
        insn = race_part_number(&part);
        load = find_load(loads, insn);
        if (!load) {
            return true;
        }
        if (load->insn != insn || load->vaddr != access->vaddr) {
            *load = (struct load){access->vaddr, insn, at, at, 1};
            continue;
        }
        /* By now spin.h would have seen all accesses of the block. */
        if (places.n_examined > block->n) {
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
