/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * encode_model.c - accesses to columns: what predict.h does not foretell.
 */
#include "model.h"

#include <stdlib.h>

#include "predict.h"

#define LEVEL 1
#define SLOTS_MAX (MEMTRACE_BLOCK_ACCESSES + 1)
/* The table of known tags starts with that, and is at most half full. */
#define TAGS_START 4096
#define TAGS_MAX (2 * MEMTRACE_BLOCK_ACCESSES * 2)

/*
 * A slot's key is its tag.  Slot 0, and slots of atomic accesses, have this
 * bit as well, so that no tag that comes equals theirs: these few go the way
 * of a miss, where atomics are counted.
 */
#define KEY_APART (UINT64_C(1) << 32)

struct model_encoder {
    uint64_t min_vaddr;
    uint64_t max_vaddr;
    uint32_t n_stores;
    uint32_t n_atomics;
    uint32_t coded_to; /* position behind the last access with a code */
    uint32_t tags_size;
    uint32_t *tags;   /* hash table of slot numbers */
    uint8_t *repeats; /* of a slot: which of the repeated ones */
    uint8_t *columns[N_COLUMNS];
    uint8_t *ends[N_COLUMNS];
    struct predictor p;
};

static size_t column_room(unsigned column)
{
    return (size_t)SLOTS_MAX * column_bytes(column);
}

struct model_encoder *model_encoder_new(void)
{
    struct model_encoder *m = calloc(1, sizeof(*m));
    bool is_good;

    if (!m) {
        return NULL;
    }
    /* Room for the worst block; what is not touched takes no memory. */
    m->p.slots = malloc(SLOTS_MAX * sizeof(*m->p.slots));
    m->p.habits = malloc(SLOTS_MAX * sizeof(*m->p.habits));
    m->repeats = malloc(SLOTS_MAX);
    m->tags = malloc(TAGS_MAX * sizeof(*m->tags));
    is_good = m->p.slots && m->p.habits && m->repeats && m->tags;
    for (unsigned i = 0; i < N_COLUMNS; i++) {
        m->columns[i] = malloc(column_room(i));
        is_good = is_good && m->columns[i];
    }
    if (!is_good) {
        model_encoder_free(m);
        return NULL;
    }
    return m;
}

void model_encoder_free(struct model_encoder *m)
{
    if (!m) {
        return;
    }
    for (unsigned i = 0; i < N_COLUMNS; i++) {
        free(m->columns[i]);
    }
    free(m->p.slots);
    free(m->p.habits);
    free(m->repeats);
    free(m->tags);
    free(m);
}

void model_encoder_begin(struct model_encoder *m)
{
    predictor_reset(&m->p);
    m->p.slots[0].key = KEY_APART;
    m->min_vaddr = UINT64_MAX;
    m->max_vaddr = 0;
    m->n_stores = m->n_atomics = 0;
    m->coded_to = 0;
    m->repeats[0] = 0;
    m->tags_size = TAGS_START;
    memset(m->tags, 0, m->tags_size * sizeof(*m->tags));
    for (unsigned i = 0; i < N_COLUMNS; i++) {
        m->ends[i] = m->columns[i];
    }
}

static inline void put_u8(struct model_encoder *m, enum column column,
                          uint8_t v)
{
    *m->ends[column]++ = v;
}

static uint32_t tag_hash(const struct model_encoder *m, uint32_t tag,
                         uint8_t repeat)
{
    uint32_t hash = (tag * 4 + repeat) * 0x9e3779b1u;

    return (hash ^ hash >> 16) & (m->tags_size - 1);
}

/* Where the number of the slot with that tag is, or would be. */
static uint32_t *find_tag(struct model_encoder *m, uint32_t tag, uint8_t repeat)
{
    uint32_t i = tag_hash(m, tag, repeat);

    while (m->tags[i] && ((uint32_t)m->p.slots[m->tags[i]].key != tag ||
                          m->repeats[m->tags[i]] != repeat)) {
        i = (i + 1) & (m->tags_size - 1);
    }
    return &m->tags[i];
}

static void grow_tags(struct model_encoder *m)
{
    m->tags_size *= 2;
    memset(m->tags, 0, m->tags_size * sizeof(*m->tags));
    for (uint32_t i = 1; i < m->p.n_slots; i++) {
        *find_tag(m, (uint32_t)m->p.slots[i].key, m->repeats[i]) = i;
    }
}

/* A slot by its tag, known or new, and what the columns say of it. */
static uint32_t slot_by_tag(struct model_encoder *m, uint32_t at, uint32_t tag,
                            enum slot_code *code)
{
    struct predictor *p = &m->p;
    uint32_t last = slot_before(p, at);
    uint32_t before = (uint32_t)p->slots[last].key, number, *found;
    uint8_t repeat = 0;

    if (before == tag) {
        repeat = (m->repeats[last] + 1) & 3;
    }
    found = find_tag(m, tag, repeat);
    number = *found;
    if (number) {
        *code = SLOT_KNOWN;
        put_u8(m, COLUMN_NUMBERS_LOW, (uint8_t)number);
        m->ends[COLUMN_NUMBERS_HIGH] =
            put_varint(m->ends[COLUMN_NUMBERS_HIGH], number >> 8);
        return number;
    }
    *code = SLOT_NEW;
    number = *found = p->n_slots++;
    m->repeats[number] = repeat;
    slot_start(p, number);
    p->slots[number].key = tag | (tag & MEMTRACE_TAG_ATOMIC ? KEY_APART : 0);
    put_u8(m, COLUMN_TAGS, tag & 0x1f);
    m->ends[COLUMN_INSNS] = put_varint(
        m->ends[COLUMN_INSNS], zigzag((uint64_t)(tag >> 5) - (before >> 5)));
    if (p->n_slots > m->tags_size / 2 && m->tags_size < TAGS_MAX) {
        grow_tags(m);
    }
    return number;
}

/* Return: the slot's number, or 0 for a tag that is none. */
static uint32_t miss_slot(struct model_encoder *m, uint32_t at, uint32_t tag,
                          enum slot_code *code)
{
    struct predictor *p = &m->p;
    const uint32_t *next = p->habits[slot_before(p, at)].next;
    uint32_t number;

    if (tag >= MEMTRACE_TAG_CONTROL || tag >> MEMTRACE_TAG_INSN_SHIFT == 0) {
        return 0;
    }
    if (next[0] && (uint32_t)p->slots[next[0]].key == tag) {
        *code = SLOT_NEXT_1;
        number = next[0];
    } else if (next[1] && (uint32_t)p->slots[next[1]].key == tag) {
        *code = SLOT_NEXT_2;
        number = next[1];
    } else {
        number = slot_by_tag(m, at, tag, code);
    }
    learn_slot(p, at, number, *code == SLOT_NEW);
    return number;
}

/* a where choice is 1, b where it is 0, without a branch. */
static inline uint64_t choose(uint64_t choice, uint64_t a, uint64_t b)
{
    return b ^ ((a ^ b) & -choice);
}

/*
 * The bytes of a difference, each to a column by their number.  The sizes of
 * differences come in no order that a branch could be predicted by, so there
 * is none: what a size does not have is written to a column that does not
 * move on, and none moves on where `is_put` is 0.
 */
static inline void put_difference(struct model_encoder *m, uint64_t z,
                                  unsigned size, unsigned is_put)
{
    uint8_t **low = &m->ends[COLUMN_LOW_1 + size];
    uint8_t **middle = &m->ends[COLUMN_LOW_3 + size];
    uint8_t **high = &m->ends[COLUMN_HIGH_3];

    **low = (uint8_t)z;
    *low += is_put;
    **middle = (uint8_t)(z >> 8);
    *middle += is_put & (size > 0);
    **high = (uint8_t)(z >> 16);
    *high += is_put & (size > 1);
}

static inline unsigned miss_vaddr(struct model_encoder *m, struct slot *s,
                                  uint32_t number, uint32_t at, uint64_t vaddr)
{
    struct predictor *p = &m->p;
    uint64_t before = vaddr_at(p, at)[-1];
    uint64_t *seen_1 = seen(p, p->seen_1, number, s->last);
    uint64_t *seen_2 = seen(p, p->seen_2, number, before);
    uint64_t from_last = zigzag(vaddr - s->last);
    uint64_t from_before = zigzag(vaddr - before);
    uint64_t is_nearer = from_before < from_last;
    uint64_t z = choose(is_nearer, from_before, from_last);
    unsigned size =
        (z >= 1u << 8) + (z >= 1u << 16) + (unsigned)(z >= 1u << 24);
    uint64_t code = choose(is_nearer, VADDR_FROM_BEFORE, VADDR_FROM_LAST);
    unsigned is_put;

    code = choose(*seen_2 == vaddr, VADDR_SEEN_2, code + size);
    code = choose(*seen_1 == vaddr, VADDR_SEEN_1, code);
    is_put = code >= VADDR_FROM_LAST;
    if (__builtin_expect(is_put & (size == 3), 0)) {
        m->ends[COLUMN_FAR] = put_varint(m->ends[COLUMN_FAR], z);
        is_put = 0;
    }
    put_difference(m, z, size, is_put);
    *seen_1 = vaddr;
    *seen_2 = vaddr;
    learn_vaddr(p, s, number, at, vaddr);
    return (unsigned)code;
}

static inline void put_event(struct model_encoder *m, uint32_t at,
                             unsigned slot_code, unsigned vaddr_code)
{
    uint32_t run = at - m->coded_to;
    unsigned kind = slot_code ? EVENT_NEXT_1 - SLOT_NEXT_1 + slot_code
                              : vaddr_code - VADDR_SEEN_1;

    m->coded_to = at + 1;
    if (run <= EVENT_RUN_MAX && kind < EVENT_KINDS &&
        (slot_code == 0 || vaddr_code == 0)) {
        put_u8(m, COLUMN_EVENTS, (uint8_t)(run * EVENT_KINDS + kind));
        return;
    }
    put_u8(m, COLUMN_EVENTS, EVENT_RARE);
    for (; run >= RUN_GOES_ON; run -= RUN_GOES_ON) {
        put_u8(m, COLUMN_RUNS, RUN_GOES_ON);
    }
    put_u8(m, COLUMN_RUNS, (uint8_t)run);
    put_u8(m, COLUMN_CODES,
           (uint8_t)(slot_code << CODE_SLOT_SHIFT | vaddr_code));
}

static inline void put_access(struct predictor *p, uint32_t at, uint32_t number,
                              uint64_t vaddr)
{
    *history_at(p, at) = number;
    *vaddr_at(p, at) = vaddr;
    p->slots[number].last = vaddr;
    p->slots[number].position = at;
}

enum miss {
    MISS_NO_TAG, /* nothing was done */
    MISS_VADDR,  /* history can be followed on */
    MISS_SLOT,   /* p->follow was set anew */
};

/*
 * The access at `at` is not all as predicted, its slot being `number` then, or
 * it is atomic.  Apart from the loop, which this way has enough registers.
 */
static __attribute__((noinline)) enum miss
encode_miss(struct model_encoder *m, uint32_t at, uint32_t number, uint32_t tag,
            uint64_t vaddr)
{
    struct predictor *p = &m->p;
    enum slot_code slot_code = SLOT_PREDICTED;
    unsigned vaddr_code = VADDR_PREDICTED;
    struct slot *s;

    if (p->slots[number].key != tag &&
        (number == 0 || (uint32_t)p->slots[number].key != tag)) {
        number = miss_slot(m, at, tag, &slot_code);
        if (number == 0) {
            return MISS_NO_TAG;
        }
    }
    s = &p->slots[number];
    if (predict_vaddr(vaddr_at(p, at), s) != vaddr) {
        vaddr_code = miss_vaddr(m, s, number, at, vaddr);
    }
    if (slot_code | vaddr_code) {
        put_event(m, at, slot_code, vaddr_code);
    }
    put_access(p, at, number, vaddr);
    m->n_stores += (tag & MEMTRACE_TAG_STORE) != 0;
    m->n_atomics += (tag & MEMTRACE_TAG_ATOMIC) != 0;
    return slot_code ? MISS_SLOT : MISS_VADDR;
}

/* The range of addresses; in registers, the stores would cost more. */
static void widen(struct model_encoder *m, const uint64_t *vaddr,
                  const uint64_t *end)
{
    uint64_t min = m->min_vaddr, max = m->max_vaddr;

    for (; vaddr < end; vaddr++) {
        min = *vaddr < min ? *vaddr : min;
        max = *vaddr > max ? *vaddr : max;
    }
    m->min_vaddr = min;
    m->max_vaddr = max;
}

/*
 * Accesses till the ring's end at most, n of them.  All arrays are indexed by
 * position, for which their pointers are moved back.  Return: how many were
 * taken, less than n where one is none.
 */
static uint32_t encode_stretch(struct model_encoder *m,
                               const struct memtrace_packed *packed, uint32_t n)
{
    struct predictor *p = &m->p;
    uint64_t at = p->position, stop = at + n, stores = 0;
    uint32_t *history = history_at(p, p->position) - at;
    uint64_t *vaddrs = vaddr_at(p, p->position) - at;
    const volatile struct memtrace_packed *entry = packed;
    struct slot *slots = p->slots;
    enum miss miss = MISS_VADDR;

    while (at < stop && miss != MISS_NO_TAG) {
        const uint32_t *follow = history_at(p, p->follow) - at;
        uint64_t start = at, end = at + follow_left(p);

        end = end < stop ? end : stop;
        for (miss = MISS_VADDR; at < end; at++, entry++) {
            uint32_t tag = entry->tag, number = follow[at];
            uint64_t vaddr = entry->vaddr;
            struct slot *s = &slots[number];

            if (__builtin_expect(s->key == tag, 1) &&
                __builtin_expect(predict_vaddr(&vaddrs[at], s) == vaddr, 1)) {
                history[at] = number;
                vaddrs[at] = vaddr;
                s->last = vaddr;
                s->position = (uint32_t)at;
                stores += tag & MEMTRACE_TAG_STORE;
                continue;
            }
            miss = encode_miss(m, (uint32_t)at, number, tag, vaddr);
            if (miss != MISS_VADDR) {
                break;
            }
        }
        if (miss == MISS_SLOT) {
            at++;
            entry++;
        } else {
            p->follow += (uint32_t)(at - start);
        }
    }
    n = (uint32_t)at - p->position;
    m->n_stores += (uint32_t)(stores / MEMTRACE_TAG_STORE);
    widen(m, vaddrs + p->position, vaddrs + at);
    p->position = (uint32_t)at;
    return n;
}

size_t model_encode(struct model_encoder *m,
                    const struct memtrace_packed *packed, size_t n)
{
    size_t done = 0;

    while (done < n) {
        uint32_t room = ring_turn(&m->p);
        uint32_t taken;

        room = room < n - done ? room : (uint32_t)(n - done);
        taken = encode_stretch(m, packed + done, room);
        done += taken;
        if (taken < room) {
            break;
        }
    }
    return done;
}

int model_encoder_finish(struct model_encoder *m, ZSTD_CCtx *zstd,
                         struct access_head *head, struct buffer *out)
{
    head->n_stores = m->n_stores;
    head->n_atomics = m->n_atomics;
    head->min_vaddr = m->min_vaddr;
    head->max_vaddr = m->max_vaddr;
    for (unsigned i = 0; i < N_COLUMNS; i++) {
        if (section_put(out, zstd, LEVEL, m->columns[i],
                        (size_t)(m->ends[i] - m->columns[i]), false) < 0) {
            return MEMTRACE_ERR_NOMEM;
        }
    }
    return 0;
}

uint32_t model_encoder_insn(const struct model_encoder *m, size_t i)
{
    /* Slot 0 stands for none. */
    return i + 1 < m->p.n_slots
               ? (uint32_t)m->p.slots[i + 1].key >> MEMTRACE_TAG_INSN_SHIFT
               : 0;
}
