/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * encode_model.c - accesses to columns: what predict.h does not foretell.
 */
#include "model.h"

#include <stdlib.h>

#include "predict.h"

#define LEVEL 1
#define SLOTS_MAX (MEMTRACE_BLOCK_ACCESSES + 1)
#define TAGS_START 1024 /* of the table of known tags */

/* Facts of the accesses; apart, so that they stay in registers. */
struct facts {
    uint64_t min_vaddr;
    uint64_t max_vaddr;
    uint64_t n_kinds; /* stores, and from bit 32 on atomics */
};

struct model_encoder {
    struct facts facts;
    uint32_t run; /* predicted accesses since the last code */
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
    m->tags = malloc(4 * SLOTS_MAX * sizeof(*m->tags));
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
    m->facts = (struct facts){.min_vaddr = UINT64_MAX};
    m->run = 0;
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

    while (m->tags[i] && (m->p.slots[m->tags[i]].tag != tag ||
                          m->repeats[m->tags[i]] != repeat)) {
        i = (i + 1) & (m->tags_size - 1);
    }
    return &m->tags[i];
}

static void grow_tags(struct model_encoder *m)
{
    m->tags_size *= 4;
    memset(m->tags, 0, m->tags_size * sizeof(*m->tags));
    for (uint32_t i = 1; i < m->p.n_slots; i++) {
        *find_tag(m, m->p.slots[i].tag, m->repeats[i]) = i;
    }
}

/* A slot by its tag, known or new, and what the columns say of it. */
static uint32_t slot_by_tag(struct model_encoder *m, uint32_t tag,
                            enum slot_code *code)
{
    struct predictor *p = &m->p;
    uint32_t before = p->slots[p->slot].tag, number, *found;
    uint8_t repeat = 0;

    if (before == tag) {
        repeat = (m->repeats[p->slot] + 1) & 3;
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
    p->slots[number].tag = tag;
    put_u8(m, COLUMN_TAGS, tag & 0x1f);
    m->ends[COLUMN_INSNS] = put_varint(
        m->ends[COLUMN_INSNS], zigzag((uint64_t)(tag >> 5) - (before >> 5)));
    if (p->n_slots > m->tags_size / 2) {
        grow_tags(m);
    }
    return number;
}

/* Return: the slot's number, or 0 for a tag that is none. */
static uint32_t miss_slot(struct model_encoder *m, uint32_t tag,
                          enum slot_code *code)
{
    struct predictor *p = &m->p;
    const uint32_t *next = p->habits[p->slot].next;
    uint32_t number;

    if (tag >= MEMTRACE_TAG_CONTROL || tag >> MEMTRACE_TAG_INSN_SHIFT == 0) {
        return 0;
    }
    if (next[0] && p->slots[next[0]].tag == tag) {
        *code = SLOT_NEXT_1;
        number = next[0];
    } else if (next[1] && p->slots[next[1]].tag == tag) {
        *code = SLOT_NEXT_2;
        number = next[1];
    } else {
        number = slot_by_tag(m, tag, code);
    }
    learn_slot(p, number, *code == SLOT_NEW);
    return number;
}

/* The difference by its size, each byte in a column. Return: the code. */
static unsigned put_difference(struct model_encoder *m, uint64_t z)
{
    if (z < 1u << 8) {
        put_u8(m, COLUMN_ONE, (uint8_t)z);
        return 0;
    }
    if (z < 1u << 16) {
        put_u8(m, COLUMN_TWO_LOW, (uint8_t)z);
        put_u8(m, COLUMN_TWO_HIGH, (uint8_t)(z >> 8));
        return 1;
    }
    if (z < 1u << 24) {
        put_u8(m, COLUMN_THREE_LOW, (uint8_t)z);
        put_u8(m, COLUMN_THREE_MIDDLE, (uint8_t)(z >> 8));
        put_u8(m, COLUMN_THREE_HIGH, (uint8_t)(z >> 16));
        return 2;
    }
    m->ends[COLUMN_FAR] = put_varint(m->ends[COLUMN_FAR], z);
    return 3;
}

static enum vaddr_code miss_vaddr(struct model_encoder *m, struct slot *s,
                                  uint32_t number, uint32_t at, uint64_t vaddr)
{
    struct predictor *p = &m->p;
    uint64_t before = *vaddr_at(p, at - 1);
    uint64_t *seen_1 = seen(p->seen_1, number, s->last);
    uint64_t *seen_2 = seen(p->seen_2, number, before);
    uint64_t from_last = zigzag(vaddr - s->last);
    uint64_t from_before = zigzag(vaddr - before);
    enum vaddr_code code;

    if (*seen_1 == vaddr) {
        code = VADDR_SEEN_1;
    } else if (*seen_2 == vaddr) {
        code = VADDR_SEEN_2;
    } else if (from_last <= from_before) {
        code = VADDR_FROM_LAST + put_difference(m, from_last);
    } else {
        code = VADDR_FROM_BEFORE + put_difference(m, from_before);
    }
    *seen_1 = vaddr;
    *seen_2 = vaddr;
    learn_vaddr(p, s, number, at, vaddr);
    return code;
}

static void put_code(struct model_encoder *m, unsigned code)
{
    uint32_t run = m->run;

    for (; run >= RUN_GOES_ON; run -= RUN_GOES_ON) {
        put_u8(m, COLUMN_RUNS, RUN_GOES_ON);
    }
    put_u8(m, COLUMN_RUNS, (uint8_t)run);
    put_u8(m, COLUMN_CODES, (uint8_t)code);
    m->run = 0;
}

/* The access that starts at `at` was not all predicted. */
static __attribute__((noinline)) uint32_t encode_miss(struct model_encoder *m,
                                                      uint32_t number,
                                                      uint32_t tag,
                                                      uint64_t vaddr,
                                                      uint32_t at)
{
    struct predictor *p = &m->p;
    struct slot *s = &p->slots[number];
    enum slot_code slot_code = SLOT_PREDICTED;
    enum vaddr_code vaddr_code = VADDR_PREDICTED;

    if (s->tag != tag) {
        number = miss_slot(m, tag, &slot_code);
        if (number == 0) {
            return 0;
        }
        s = &p->slots[number];
    }
    if (predict_vaddr(p, s, at) != vaddr) {
        vaddr_code = miss_vaddr(m, s, number, at, vaddr);
    }
    if (slot_code | vaddr_code) {
        put_code(m, slot_code << CODE_SLOT_SHIFT | vaddr_code);
    } else {
        m->run++;
    }
    return number;
}

static inline void count(struct facts *f, uint32_t tag, uint64_t vaddr)
{
    f->n_kinds += (tag & MEMTRACE_TAG_STORE) |
                  (uint64_t)(tag & MEMTRACE_TAG_ATOMIC) << 32;
    if (vaddr < f->min_vaddr) {
        f->min_vaddr = vaddr;
    }
    if (vaddr > f->max_vaddr) {
        f->max_vaddr = vaddr;
    }
}

size_t model_encode(struct model_encoder *m,
                    const struct memtrace_packed *packed, size_t n)
{
    struct predictor *p = &m->p;
    struct facts facts = m->facts;
    uint32_t at = p->position, before = p->slot;
    size_t i;

    for (i = 0; i < n; i++) {
        const volatile struct memtrace_packed *entry = packed + i;
        uint32_t tag = entry->tag;
        uint64_t vaddr = entry->vaddr;
        uint32_t number = *history_at(p, p->follow++);
        struct slot *s = &p->slots[number];

        if (s->tag == tag && predict_vaddr(p, s, at) == vaddr) {
            m->run++;
        } else {
            p->slot = before;
            p->position = at;
            number = encode_miss(m, number, tag, vaddr, at);
            if (number == 0) {
                p->follow--;
                break;
            }
            s = &p->slots[number];
        }
        *history_at(p, at) = number;
        put_vaddr(p, at, vaddr);
        s->last = vaddr;
        s->position = at;
        before = number;
        at++;
        count(&facts, tag, vaddr);
    }
    p->slot = before;
    p->position = at;
    m->facts = facts;
    return i;
}

int model_encoder_finish(struct model_encoder *m, ZSTD_CCtx *zstd,
                         struct access_head *head, struct buffer *out)
{
    head->n_stores = (uint32_t)m->facts.n_kinds / MEMTRACE_TAG_STORE;
    head->n_atomics = (uint32_t)(m->facts.n_kinds >> 32) / MEMTRACE_TAG_ATOMIC;
    head->min_vaddr = m->facts.min_vaddr;
    head->max_vaddr = m->facts.max_vaddr;
    for (unsigned i = 0; i < N_COLUMNS; i++) {
        if (section_put(out, zstd, LEVEL, m->columns[i],
                        (size_t)(m->ends[i] - m->columns[i]), false) < 0) {
            return MEMTRACE_ERR_NOMEM;
        }
    }
    return 0;
}
