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

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define HISTORY_BITS 16       /* slots that can be followed again */
#define VADDR_BITS 13         /* addresses that can be looked back to */
#define CONTEXT_BITS_START 10 /* of them are used, then 12, then all */
#define CONTEXT_BITS 14
#define CONTEXT_MORE_FROM (1u << 13) /* positions */
#define CONTEXT_ALL_FROM (1u << 15)
#define PLACE_BITS 14
#define LOOK_BACK 16 /* addresses that one is related to */
#define SHIFT_MAX 3
#define FAILURES_PATIENCE 8
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
    VADDR_FROM_LAST = 3, /* a difference of 1, 2, 3 bytes, of more */
    VADDR_FROM_BEFORE = 7,
    VADDR_CODES = 11,
};

/*
 * What an access was that was not predicted, and how many before it were, is
 * one byte where it is one of EVENT_KINDS common things after a short run: a
 * vaddr code alone (its number less 1), or one of the two slot codes NEXT with
 * a predicted address.  Anything else is EVENT_RARE, and stands elsewhere.
 */
#define EVENT_KINDS 12
#define EVENT_NEXT_1 10
#define EVENT_RUN_MAX 20
#define EVENT_RARE 255

/* There the slot's code is above the address's. */
#define CODE_SLOT_SHIFT 4

/* What changes with every access, and what predicts the address. */
struct slot {
    uint64_t last;  /* vaddr */
    uint64_t delta; /* what is added */
    union {
        uint64_t key; /* the encoder's: its tag */
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
    uint32_t next[2];   /* slots that followed unpredicted */
    uint32_t missed_at; /* position of the last unpredicted address */
    uint16_t stride;    /* low bits of the last unpredicted movement */
    uint8_t failures;   /* to relate it to other addresses */
};

struct predictor {
    bool is_used;           /* since it came from calloc() */
    uint32_t position;      /* accesses so far */
    uint32_t follow;        /* position in history that says what comes next */
    uint32_t n_slots;       /* number 0 stands for none */
    unsigned context_shift; /* for the part of seen_1, seen_2 in use */
    struct slot *slots;
    struct habits *habits;
    uint32_t history[HISTORY_SIZE];
    /* A ring, before which its end stands again: see ring_turn(). */
    uint64_t vaddrs[LOOK_BACK + VADDR_SIZE];
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
    p->n_slots = 1;
    p->context_shift = 64 - CONTEXT_BITS_START;
    slot_start(p, 0);
    /* Of the rings nothing else is read before it is written. */
    p->history[0] = 0;
    p->history[HISTORY_SIZE - 1] = p->history[HISTORY_SIZE - 2] = 0;
    memset(p->vaddrs, 0, LOOK_BACK * sizeof(p->vaddrs[0]));
    /* Pages that a short block does not touch need not be there. */
    if (p->is_used) {
        memset(p->seen_1, 0, sizeof(p->seen_1));
        memset(p->seen_2, 0, sizeof(p->seen_2));
        memset(p->places, 0, sizeof(p->places));
    }
    p->is_used = true;
}

/*
 * The ring entry of a position, and behind the pointer, without regard to the
 * ring's end, those of LOOK_BACK positions before.
 */
static inline uint64_t *vaddr_at(struct predictor *p, uint32_t position)
{
    return &p->vaddrs[LOOK_BACK + (position & (VADDR_SIZE - 1))];
}

static inline uint32_t *history_at(struct predictor *p, uint32_t position)
{
    return &p->history[position & (HISTORY_SIZE - 1)];
}

static inline uint32_t slot_before(struct predictor *p, uint32_t at)
{
    return *history_at(p, at - 1);
}

/*
 * How many accesses can be coded from here on before the ring of addresses
 * ends.  Where it starts anew, copy its end to before it, and see whether the
 * block has become one for larger tables.
 */
static inline uint32_t ring_turn(struct predictor *p)
{
    uint32_t at = p->position & (VADDR_SIZE - 1);

    if (at == 0 && p->position != 0) {
        memcpy(p->vaddrs, p->vaddrs + VADDR_SIZE,
               LOOK_BACK * sizeof(p->vaddrs[0]));
        if (p->position >= CONTEXT_ALL_FROM) {
            p->context_shift = 64 - CONTEXT_BITS;
        } else if (p->position >= CONTEXT_MORE_FROM) {
            p->context_shift = 64 - (CONTEXT_BITS_START + CONTEXT_BITS) / 2;
        }
    }
    return VADDR_SIZE - at;
}

/* The same for those that can be followed. */
static inline uint32_t follow_left(const struct predictor *p)
{
    return HISTORY_SIZE - (p->follow & (HISTORY_SIZE - 1));
}

/*
 * An address, from the one that stands in the ring at here or before it; at
 * here, until the access is known, stands the slot's own last one.
 */
static inline uint64_t predict_vaddr(uint64_t *here, const struct slot *s)
{
    *here = s->last;
    return (here[-(ptrdiff_t)s->distance] << s->shift) + s->delta;
}

static inline uint64_t *seen(const struct predictor *p, uint64_t *table,
                             uint32_t slot, uint64_t vaddr)
{
    uint64_t hash =
        (vaddr ^ (uint64_t)slot << 40) * UINT64_C(0x9e3779b97f4a7c15);

    return &table[hash >> p->context_shift];
}

/* Four numbers at once, on any host. */
typedef uint32_t lanes __attribute__((vector_size(16)));

/* The low halves of four addresses. */
static inline lanes load_lows(const uint64_t *p)
{
    lanes first, second;

    memcpy(&first, p, sizeof(first));
    memcpy(&second, p + 2, sizeof(second));
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    return __builtin_shufflevector(first, second, 0, 2, 4, 6);
#else
    return __builtin_shufflevector(first, second, 1, 3, 5, 7);
#endif
}

static inline bool any_lane(lanes v)
{
    uint64_t halves[2];

    memcpy(halves, &v, sizeof(v));
    return halves[0] | halves[1];
}

/* The nearest of the addresses that moved so; distance 0 for none. */
static inline unsigned find_mover(const uint64_t *now, const uint64_t *then,
                                  uint32_t moved, unsigned shift)
{
    for (int i = 1; i <= LOOK_BACK; i++) {
        if ((uint32_t)(now[-i] - then[-i]) << shift == moved) {
            return (unsigned)i;
        }
    }
    return 0;
}

/*
 * Which of the addresses before this access moved as this one did (shift 0),
 * or half, a quarter, an eighth as far, since the slot's last access?  Low 32
 * bits are compared.
 */
static inline unsigned relate(struct predictor *p, uint32_t before, uint32_t at,
                              uint32_t moved, uint8_t *shift)
{
    const uint64_t *now = vaddr_at(p, at);
    const uint64_t *then = vaddr_at(p, before);
    lanes found[SHIFT_MAX + 1] = {{0}};

    for (int i = -LOOK_BACK; i < 0; i += 4) {
        lanes by = load_lows(now + i) - load_lows(then + i);

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
    return find_mover(now, then, moved, *shift);
}

/* Learn from an address that was not predicted, before it is stored. */
static inline void learn_vaddr(struct predictor *p, struct slot *s,
                               uint32_t number, uint32_t at, uint64_t vaddr)
{
    uint32_t moved = (uint32_t)(vaddr - s->last);
    struct habits *h = &p->habits[number];
    bool is_again = h->missed_at == s->position;
    unsigned distance;
    uint8_t shift = 0;

    h->missed_at = at;
    if (!is_again) {
        /* A single miss, as at a row's end: what held may hold again. */
        h->stride = (uint16_t)moved;
        return;
    }
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
    s->delta = vaddr - (vaddr_at(p, at)[-(ptrdiff_t)distance] << shift);
}

/* The access at this position is of slot number, which was not predicted. */
static inline void learn_slot(struct predictor *p, uint32_t at, uint32_t number,
                              bool is_new)
{
    uint32_t last = slot_before(p, at);
    struct habits *before = &p->habits[last];
    uint32_t *place, hash;

    if (before->next[0] != number) {
        before->next[1] = before->next[0];
        before->next[0] = number;
    }
    hash = number * 0x9e3779b1u + last * 0x85ebca6bu +
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
