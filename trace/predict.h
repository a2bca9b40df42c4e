/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * predict.h - the predictions that encoder and decoder make in step.
 *
 * Whatever is here is part of the file format: memtrace.data(5) has it in
 * words.  All of it starts anew in each block.
 *
 * A program repeats itself: a block's accesses are compared with an earlier
 * stretch of the same block, its source, one to one.  While the tags are the
 * same nothing is coded; where they part, a new source is looked up.  An
 * access's move is its address less its source's.  It is expected to be that
 * of the access before it at the source, or that of one of the last accesses:
 * which of them is its way, and ways are taken over from the source, too.  So
 * no access depends on what was learned just before it, and many can be
 * compared at once.
 */
#ifndef MEMTRACE_PREDICT_H
#define MEMTRACE_PREDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "hash64.h"

/* Accesses that are compared at once. */
#define LANES 8

/*
 * Ways, one bit each of a mask: as the source moved, as the access 1 to 11
 * before moved, twice as far as the access 1 to 4 before.
 */
#define WAY_REPEAT 0
#define WAY_LIKE_1 1
#define WAY_TWICE_1 12
#define WAYS 16
#define LOOK_BACK (WAY_TWICE_1 - WAY_LIKE_1)

#define NEXT_BITS 12
#define PLACE_BITS 14
#define NEXT_SIZE (1u << NEXT_BITS)
#define PLACE_SIZE (1u << PLACE_BITS)

/* Before a block's first access stand zeros; room there is behind its last. */
#define PAST_PAD 16

/*
 * A tag that is not the source's, or an address that its way does not lead to,
 * is an event.  A byte holds which one and how many accesses there were since
 * the last of its kind; where those are too many the byte says so, and they
 * stand elsewhere.
 */
enum tag_event {
    TAG_NEXT_1 = 0, /* which came last after the tag before, unexpectedly */
    TAG_NEXT_2 = 1,
    TAG_KNOWN = 2, /* its place in p->tagged follows */
    TAG_NEW = 3,   /* it follows itself */
    TAG_EVENTS = 4,
};

enum address_event {
    ADDRESS_REPEAT = 0, /* WAY_REPEAT leads there */
    ADDRESS_WAY = 1,    /* another way does */
    ADDRESS_MOVE = 2,   /* the move, of 1, 2, 3 bytes */
    ADDRESS_MISSED = 5, /* from the tag's last address that was an event */
    ADDRESS_FAR = 8,    /* the same, of more bytes */
    ADDRESS_EVENTS = 9,
};

#define TAG_RUNS (252 / TAG_EVENTS)
#define ADDRESS_RUNS (243 / ADDRESS_EVENTS)
#define RUN_GOES_ON 255

struct predictor {
    bool is_used;    /* since it came from calloc() */
    int32_t source;  /* of the next access, or NO_SOURCE */
    uint32_t repeat; /* accesses back to the one whose move is repeated */
    /* Of the block's accesses, by position; PAST_PAD zeros before. */
    uint64_t *vaddrs;
    uint32_t *tags;
    int32_t *moves; /* the low 32 bits */
    uint16_t *ways; /* masks of one bit; in the decoder numbers */
    size_t room;
    /* The rest changes where something was not predicted. */
    uint32_t nexts[NEXT_SIZE][2]; /* tags, by the tag before */
    uint32_t places[PLACE_SIZE];  /* positions + 1, by the last three tags */
    uint32_t tagged[PLACE_SIZE];  /* positions + 1, by the tag */
    uint64_t missed[PLACE_SIZE];  /* the last address that was an event */
};

#define NO_SOURCE (-1)

/*
 * Make room for n accesses; repeat_way stands for WAY_REPEAT in p->ways.
 * Return: 0, or -1 out of memory.
 */
int predictor_reserve(struct predictor *p, size_t n, uint16_t repeat_way);
void predictor_free(struct predictor *p);
void predictor_reset(struct predictor *p);

static inline uint32_t hash_tag(uint32_t tag)
{
    uint32_t hash = hash32(tag);

    return hash ^ hash >> 15;
}

static inline uint32_t *place_tagged(struct predictor *p, uint32_t tag)
{
    return &p->tagged[hash_tag(tag) & (PLACE_SIZE - 1)];
}

static inline uint64_t *last_missed(struct predictor *p, uint32_t tag)
{
    return &p->missed[hash_tag(tag) & (PLACE_SIZE - 1)];
}

static inline uint32_t *nexts_of(struct predictor *p, uint32_t tag)
{
    return p->nexts[hash_tag(tag) & (NEXT_SIZE - 1)];
}

static inline uint32_t *place_of(struct predictor *p, const uint32_t *tag)
{
    uint32_t hash =
        hash32(tag[0]) + tag[-1] * 0x85ebca6bu + tag[-2] * 0xc2b2ae35u;

    hash ^= hash >> 15;
    hash *= 0x2c1b3c6du;
    return &p->places[hash >> (32 - PLACE_BITS)];
}

/*
 * Moves are repeated from that many accesses before: from the source, or
 * where this is near from so many rounds earlier that LANES can be compared
 * at once.
 */
static inline void set_source(struct predictor *p, uint32_t at, int32_t source)
{
    uint32_t distance = at - (uint32_t)source;

    p->source = source;
    p->repeat = distance;
    while (p->repeat < LANES) {
        p->repeat += distance;
    }
}

/*
 * The tag at `at`, which p->tags has, was not predicted (event says how it was
 * coded): learn it, and look up where to go on.  No branch here could be
 * predicted but the last.
 */
static inline void learn_tag(struct predictor *p, uint32_t at,
                             enum tag_event event)
{
    const uint32_t *tags = p->tags;
    uint32_t tag = tags[at];
    uint32_t *nexts = nexts_of(p, tags[(ptrdiff_t)at - 1]);
    uint32_t *place = place_of(p, &tags[at]);
    uint32_t *tagged = place_tagged(p, tag);
    uint32_t found = *place, known = *tagged;

    nexts[1] = event == TAG_NEXT_1 ? nexts[1] : nexts[0];
    nexts[0] = tag;
    /* Position -1 has tag 0, which none has. */
    found = tags[(ptrdiff_t)found - 1] == tag ? found : known;
    *place = *tagged = at + 1;
    if (tags[(ptrdiff_t)found - 1] == tag) {
        set_source(p, at, (int32_t)found - 1);
    } else {
        p->source = NO_SOURCE;
    }
}

#endif /* MEMTRACE_PREDICT_H */
