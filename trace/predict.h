/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * predict.h - the predictors that encoder and decoder run in step.
 *
 * Whatever is here is part of the file format: memtrace.data(5) has it in
 * words.  All of it is reset at a block's start.
 *
 * A slot stands for an instruction's access in its place among repeated ones
 * (the second 8 bytes of a 16-byte store have a slot of their own).  Which
 * slot comes next is read off the block's own history: after a miss, from
 * where the last three slots were seen before in that order.  A slot's
 * address is predicted from one of the thread's last addresses (or from the
 * slot's own last) by a shift and a difference, which are learned when a
 * prediction fails.
 */
#ifndef MEMTRACE_PREDICT_H
#define MEMTRACE_PREDICT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifndef HISTORY_BITS
#define HISTORY_BITS 15 /* slots that can be followed again */
#endif
#ifndef VADDR_BITS
#define VADDR_BITS 12 /* addresses that can be looked back to */
#endif
#ifndef CONTEXT_BITS
#define CONTEXT_BITS 14
#endif
#ifndef PLACE_BITS
#define PLACE_BITS 14
#endif
#define LOOK_BACK 16 /* addresses that one is related to */
#define SHIFT_MAX 3
#ifndef FAILURES_PATIENCE
#define FAILURES_PATIENCE 8
#endif
#define RUN_GOES_ON 255

#define HISTORY_SIZE (1u << HISTORY_BITS)
#define VADDR_SIZE (1u << VADDR_BITS)
#define CONTEXT_SIZE (1u << CONTEXT_BITS)
#define PLACE_SIZE (1u << PLACE_BITS)

/* How the slot of an access is found. */
enum slot_code {
    SLOT_PREDICTED = 0,
    SLOT_NEXT_1 = 1,
    SLOT_NEXT_2 = 2,
    SLOT_KNOWN = 3, /* its number follows */
    SLOT_NEW = 4,   /* its tag follows */
};

/* And its address. */
enum vaddr_code {
    VADDR_PREDICTED = 0,
    VADDR_SEEN_1 = 1,
    VADDR_SEEN_2 = 2,
    VADDR_FROM_LAST = 3, /* a difference of 1, 2, 3 bytes, a varint */
    VADDR_FROM_BEFORE = 7,
    VADDR_CODES = 11,
};

/* Both in one byte. */
#define CODE_SLOT_SHIFT 4

/* What changes with every access, and what predicts the address. */
struct slot {
    uint64_t last;  /* vaddr */
    uint64_t delta; /* what is added */
    union {
        uint32_t tag; /* the encoder's */
        struct {
            uint32_t insn; /* the decoder's: as in struct memtrace_access */
            uint16_t size;
            uint16_t flags;
        };
    };
    uint32_t position; /* of its last access */
    uint8_t distance;  /* accesses back to the address it goes by, 0: own */
    uint8_t shift;
};

/* What is needed only where something was not predicted. */
struct habits {
    uint32_t next[2]; /* slots that followed unpredicted */
    uint16_t stride;  /* low bits of the last unpredicted movement */
    uint8_t failures; /* to relate it to other addresses */
};

struct predictor {
    uint32_t position; /* accesses so far */
    uint32_t follow;   /* position in history that says what comes next */
    uint32_t slot;     /* of the access before */
    uint32_t n_slots;  /* number 0 stands for none */
    struct slot *slots;
    struct habits *habits;
    uint32_t history[HISTORY_SIZE];
    uint64_t vaddrs[VADDR_SIZE];
    uint32_t lows[VADDR_SIZE];     /* their low 32 bits */
    uint64_t seen_1[CONTEXT_SIZE]; /* by slot and its last address */
    uint64_t seen_2[CONTEXT_SIZE]; /* by slot and the access before */
    uint32_t places[PLACE_SIZE];   /* position + 1, by the last 3 slots */
};

static inline void slot_start(struct predictor *p, uint32_t number)
{
    p->slots[number] = (struct slot){0};
    p->habits[number] = (struct habits){0};
}

static inline void predictor_reset(struct predictor *p)
{
    p->position = 0;
    p->follow = 0;
    p->slot = 0;
    p->n_slots = 1;
    slot_start(p, 0);
    memset(p->history, 0, sizeof(p->history));
    memset(p->vaddrs, 0, sizeof(p->vaddrs));
    memset(p->lows, 0, sizeof(p->lows));
    memset(p->seen_1, 0, sizeof(p->seen_1));
    memset(p->seen_2, 0, sizeof(p->seen_2));
    memset(p->places, 0, sizeof(p->places));
}

static inline uint64_t *vaddr_at(struct predictor *p, uint32_t position)
{
    return &p->vaddrs[position & (VADDR_SIZE - 1)];
}

static inline void put_vaddr(struct predictor *p, uint32_t position,
                             uint64_t vaddr)
{
    *vaddr_at(p, position) = vaddr;
    p->lows[position & (VADDR_SIZE - 1)] = (uint32_t)vaddr;
}

static inline uint32_t *history_at(struct predictor *p, uint32_t position)
{
    return &p->history[position & (HISTORY_SIZE - 1)];
}

/* Where the slot's address goes by its own last one, that stands here. */
static inline uint64_t predict_vaddr(struct predictor *p, const struct slot *s,
                                     uint32_t at)
{
    *vaddr_at(p, at) = s->last;
    return (*vaddr_at(p, at - s->distance) << s->shift) + s->delta;
}

static inline uint64_t *seen(uint64_t *table, uint32_t slot, uint64_t vaddr)
{
    uint64_t hash =
        (vaddr ^ (uint64_t)slot << 40) * UINT64_C(0x9e3779b97f4a7c15);

    return &table[hash >> (64 - CONTEXT_BITS)];
}

/* Four numbers at once, on any host. */
typedef uint32_t lanes __attribute__((vector_size(16)));

static inline lanes load_lanes(const uint32_t *p)
{
    lanes v;

    memcpy(&v, p, sizeof(v));
    return v;
}

static inline bool any_lane(lanes v)
{
    uint64_t halves[2];

    memcpy(halves, &v, sizeof(v));
    return halves[0] | halves[1];
}

/* The nearest of the addresses that moved so; distance 0 for none. */
static inline unsigned find_mover(const uint32_t *now, const uint32_t *then,
                                  uint32_t moved, unsigned shift)
{
    for (unsigned i = 1; i <= LOOK_BACK; i++) {
        if ((now[LOOK_BACK - i] - then[LOOK_BACK - i]) << shift == moved) {
            return i;
        }
    }
    return 0;
}

/*
 * Which of the addresses before this access moved as this one did (shift 0),
 * or half, a quarter, an eighth as far, since the slot's last access?  Low 32
 * bits are compared; where they lie across the ring's end nothing is found.
 */
static inline unsigned relate(struct predictor *p, uint32_t before, uint32_t at,
                              uint32_t moved, uint8_t *shift)
{
    uint32_t from = (at - LOOK_BACK) & (VADDR_SIZE - 1);
    uint32_t then = (before - LOOK_BACK) & (VADDR_SIZE - 1);
    lanes found[SHIFT_MAX + 1] = {{0}};

    if (from > VADDR_SIZE - LOOK_BACK || then > VADDR_SIZE - LOOK_BACK) {
        return 0;
    }
    for (unsigned i = 0; i < LOOK_BACK; i += 4) {
        lanes by =
            load_lanes(&p->lows[from + i]) - load_lanes(&p->lows[then + i]);

        found[0] |= (lanes)(by == moved);
        found[1] |= (lanes)(by << 1 == moved);
        found[2] |= (lanes)(by << 2 == moved);
        found[3] |= (lanes)(by << 3 == moved);
    }
    if (!any_lane(found[0] | found[1] | found[2] | found[3])) {
        return 0;
    }
    for (*shift = 0; *shift < SHIFT_MAX; ++*shift) {
        if (any_lane(found[*shift])) {
            break;
        }
    }
    return find_mover(&p->lows[from], &p->lows[then], moved, *shift);
}

/* Learn from an address that was not predicted, before it is stored. */
static inline void learn_vaddr(struct predictor *p, struct slot *s,
                               uint32_t number, uint32_t at, uint64_t vaddr)
{
    uint32_t moved = (uint32_t)(vaddr - s->last);
    struct habits *h = &p->habits[number];
    unsigned distance;
    uint8_t shift = 0;

    if (h->stride == (uint16_t)moved) {
        s->distance = 0;
        s->shift = 0;
        s->delta = vaddr - s->last;
        return;
    }
    h->stride = (uint16_t)moved;
    /* Who never finds anything looks more seldom. */
    if (h->failures >= FAILURES_PATIENCE && (h->failures & 3) != 0) {
        h->failures++;
        return;
    }
    distance = relate(p, s->position, at, moved, &shift);
    if (distance == 0) {
        h->failures = h->failures == 255 ? 252 : h->failures + 1;
        return;
    }
    h->failures = 0;
    s->distance = (uint8_t)distance;
    s->shift = shift;
    s->delta = vaddr - (*vaddr_at(p, at - distance) << shift);
}

/* The access at this position is of slot number, which was not predicted. */
static inline void learn_slot(struct predictor *p, uint32_t number, bool is_new)
{
    struct habits *before = &p->habits[p->slot];
    uint32_t at = p->position, *place, hash;

    if (before->next[0] != number) {
        before->next[1] = before->next[0];
        before->next[0] = number;
    }
    hash = number * 0x9e3779b1u + p->slot * 0x85ebca6bu +
           *history_at(p, at - 2) * 0xc2b2ae35u;
    hash ^= hash >> 15;
    hash *= 0x2c1b3c6du;
    place = &p->places[hash >> (32 - PLACE_BITS)];
    if (*place) {
        p->follow = *place;
    } else {
        p->follow = is_new ? at : p->slots[number].position + 1;
    }
    *place = at + 1;
}

#endif /* MEMTRACE_PREDICT_H */
