/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * decode_model.c - columns back to accesses; the mirror of encode_model.c.
 */
#include "model.h"

#include <stdlib.h>

#include "predict.h"

struct model_decoder {
    uint32_t miss_at; /* position of the next that is not all predicted */
    uint8_t code;     /* of that */
    uint32_t slots_room;
    struct buffer columns[N_COLUMNS];
    struct bytes_in in[N_COLUMNS];
    struct predictor p;
};

struct model_decoder *model_decoder_new(void)
{
    return calloc(1, sizeof(struct model_decoder));
}

void model_decoder_free(struct model_decoder *m)
{
    if (!m) {
        return;
    }
    for (unsigned i = 0; i < N_COLUMNS; i++) {
        buffer_free(&m->columns[i]);
    }
    free(m->p.slots);
    free(m->p.habits);
    free(m);
}

/* A rare event: the whole run. The code is checked, as common ones need not. */
static uint32_t next_rare(struct model_decoder *m)
{
    uint32_t run = 0;
    uint8_t byte;

    do {
        byte = get_u8(&m->in[COLUMN_RUNS]);
        run += byte;
    } while (byte == RUN_GOES_ON);
    m->code = get_u8(&m->in[COLUMN_CODES]);
    if ((m->code & ((1u << CODE_SLOT_SHIFT) - 1)) >= VADDR_CODES) {
        m->in[COLUMN_CODES].is_bad = true;
    }
    return run;
}

/* Where the next access is that is not predicted, and what it is. */
static inline void next_event(struct model_decoder *m)
{
    static const uint8_t codes[EVENT_KINDS] = {1,
                                               2,
                                               3,
                                               4,
                                               5,
                                               6,
                                               7,
                                               8,
                                               9,
                                               10,
                                               SLOT_NEXT_1 << CODE_SLOT_SHIFT,
                                               SLOT_NEXT_2 << CODE_SLOT_SHIFT};
    struct bytes_in *in = &m->in[COLUMN_EVENTS];
    uint8_t event;

    if (in->next >= in->end) {
        m->miss_at = UINT32_MAX; /* none to the block's end */
        return;
    }
    event = *in->next++;
    if (event >= EVENT_KINDS * (EVENT_RUN_MAX + 1)) {
        m->miss_at += 1 + next_rare(m);
        return;
    }
    m->miss_at += 1u + event / EVENT_KINDS;
    m->code = codes[event % EVENT_KINDS];
}

int model_decoder_begin(struct model_decoder *m, ZSTD_DCtx *zstd,
                        const struct access_head *head, struct bytes_in *in)
{
    uint32_t n_slots;

    for (unsigned i = 0; i < N_COLUMNS; i++) {
        size_t max = ((size_t)head->n_accesses + 1) * column_bytes(i);
        int error = section_get(in, zstd, max, false, &m->columns[i]);

        if (error < 0) {
            return error;
        }
        if (buffer_reserve(&m->columns[i], MODEL_BATCH + 1) < 0) {
            return MEMTRACE_ERR_NOMEM;
        }
        memset(m->columns[i].data + m->columns[i].used, 0, MODEL_BATCH + 1);
        m->in[i] = bytes_in(m->columns[i].data, m->columns[i].used);
    }
    n_slots = (uint32_t)m->columns[COLUMN_TAGS].used + 1;
    if (n_slots > m->slots_room) {
        free(m->p.slots);
        free(m->p.habits);
        m->slots_room = 0;
        m->p.slots = malloc(n_slots * sizeof(*m->p.slots));
        m->p.habits = malloc(n_slots * sizeof(*m->p.habits));
        if (!m->p.slots || !m->p.habits) {
            return MEMTRACE_ERR_NOMEM;
        }
        m->slots_room = n_slots;
    }
    predictor_reset(&m->p);
    m->miss_at = UINT32_MAX; /* one before the first */
    next_event(m);
    return 0;
}

/* Return: the number of a new slot, or 0. */
static uint32_t new_slot(struct model_decoder *m, uint32_t at)
{
    struct predictor *p = &m->p;
    uint8_t tag = get_u8(&m->in[COLUMN_TAGS]);
    uint64_t insn = p->slots[slot_before(p, at)].insn +
                    unzigzag(get_varint(&m->in[COLUMN_INSNS]));
    uint32_t number = p->n_slots;
    struct slot *s;

    if (m->in[COLUMN_TAGS].is_bad || m->in[COLUMN_INSNS].is_bad) {
        return 0;
    }
    p->n_slots++;
    slot_start(p, number);
    s = &p->slots[number];
    s->insn = (uint32_t)insn;
    s->size = (uint16_t)(1u << (tag & MEMTRACE_TAG_SIZE_MASK));
    s->flags = (tag & MEMTRACE_TAG_STORE ? MEMTRACE_STORE : 0) |
               (tag & MEMTRACE_TAG_ATOMIC ? MEMTRACE_ATOMIC : 0);
    return number;
}

/* Return: the number of the slot, or 0 where the columns are wrong. */
static uint32_t coded_slot(struct model_decoder *m, uint32_t at, unsigned code)
{
    struct predictor *p = &m->p;
    uint32_t number;
    uint64_t high;

    switch (code) {
    case SLOT_NEXT_1:
    case SLOT_NEXT_2:
        number = p->habits[slot_before(p, at)].next[code - SLOT_NEXT_1];
        break;
    case SLOT_KNOWN:
        number = get_u8(&m->in[COLUMN_NUMBERS_LOW]);
        high = get_varint(&m->in[COLUMN_NUMBERS_HIGH]);
        if (high >= p->n_slots) {
            return 0;
        }
        number += (uint32_t)high << 8;
        break;
    case SLOT_NEW:
        number = new_slot(m, at);
        break;
    default:
        return 0;
    }
    if (number == 0 || number >= p->n_slots) {
        return 0;
    }
    learn_slot(p, at, number, code == SLOT_NEW);
    return number;
}

/*
 * The mirror of put_difference(), for sizes 0 to 2 and 3 for nothing.  What
 * lies past a column's end is padding; model_decode() finds out afterwards.
 */
static inline uint32_t get_difference(struct model_decoder *m, unsigned size)
{
    static const uint32_t masks[4] = {0xff, 0xffff, 0xffffff, 0};
    const uint8_t **low = &m->in[COLUMN_LOW_1 + size].next;
    const uint8_t **middle = &m->in[COLUMN_LOW_3 + size].next;
    const uint8_t **high = &m->in[COLUMN_HIGH_3].next;
    uint32_t z = **low | (uint32_t) * *middle << 8 | (uint32_t) * *high << 16;

    *low += size < 3;
    *middle += size == 1 || size == 2;
    *high += size == 2;
    return z & masks[size];
}

/* How the vaddr codes but 0 come to an address: which base, what size. */
static const struct {
    uint8_t base;
    uint8_t size;
} vaddr_ways[16] = {
    {0, 3}, {0, 3}, {1, 3}, {2, 0}, {2, 1}, {2, 2},
    {2, 3}, {3, 0}, {3, 1}, {3, 2}, {3, 3}, /* and 5 that are none */
};

/* m->code's address, which is `predicted` where the code says no other. */
static inline uint64_t coded_vaddr(struct model_decoder *m, struct slot *s,
                                   uint32_t number, uint32_t at,
                                   uint64_t predicted)
{
    struct predictor *p = &m->p;
    unsigned code = m->code & ((1u << CODE_SLOT_SHIFT) - 1);
    uint64_t before = vaddr_at(p, at)[-1], vaddr, z;
    uint64_t *seen_1 = seen(p, p->seen_1, number, s->last);
    uint64_t *seen_2 = seen(p, p->seen_2, number, before);
    uint64_t bases[4] = {*seen_1, *seen_2, s->last, before};

    if (code == VADDR_PREDICTED) {
        return predicted;
    }
    z = get_difference(m, vaddr_ways[code].size);
    if (code == VADDR_FROM_LAST + 3 || code == VADDR_FROM_BEFORE + 3) {
        z = get_varint(&m->in[COLUMN_FAR]);
    }
    vaddr = bases[vaddr_ways[code].base] + unzigzag(z);
    *seen_1 = vaddr;
    *seen_2 = vaddr;
    learn_vaddr(p, s, number, at, vaddr);
    return vaddr;
}

/*
 * The access at m->miss_at, where history said `number`.  Return: 1, or 2
 * where p->follow was set anew, or CORRUPT.
 */
static __attribute__((noinline)) int decode_miss(struct model_decoder *m,
                                                 uint32_t number,
                                                 struct memtrace_access *out)
{
    struct predictor *p = &m->p;
    unsigned slot_code = m->code >> CODE_SLOT_SHIFT;
    uint32_t at = m->miss_at;
    struct slot *s;
    uint64_t vaddr;

    if (slot_code != SLOT_PREDICTED) {
        number = coded_slot(m, at, slot_code);
    }
    if (number == 0) {
        return MEMTRACE_ERR_CORRUPT;
    }
    s = &p->slots[number];
    vaddr = predict_vaddr(vaddr_at(p, at), s);
    vaddr = coded_vaddr(m, s, number, at, vaddr);
    *history_at(p, at) = number;
    *vaddr_at(p, at) = vaddr;
    s->last = vaddr;
    s->position = at;
    out->vaddr = vaddr;
    memcpy(&out->insn, &s->insn, 8); /* and size, and flags */
    next_event(m);
    return slot_code == SLOT_PREDICTED ? 1 : 2;
}

/* n accesses, till the ring's end at most. Return: 0, or CORRUPT. */
static int decode_stretch(struct model_decoder *m, struct memtrace_access *out,
                          uint32_t n)
{
    struct predictor *p = &m->p;
    uint64_t at = p->position, stop = at + n;
    uint32_t *history = history_at(p, p->position) - at;
    uint64_t *vaddrs = vaddr_at(p, p->position) - at;
    struct slot *slots = p->slots;

    while (at < stop) {
        const uint32_t *follow = history_at(p, p->follow) - at;
        uint64_t start = at, limit = at + follow_left(p), end;
        int result = 1;

        limit = limit < stop ? limit : stop;
        for (;;) {
            end = m->miss_at < limit ? m->miss_at : limit;
            for (; at < end; at++, out++) {
                uint32_t number = follow[at];
                struct slot *s = &slots[number];
                uint64_t vaddr = predict_vaddr(&vaddrs[at], s);

                history[at] = number;
                vaddrs[at] = vaddr;
                s->last = vaddr;
                s->position = (uint32_t)at;
                out->vaddr = vaddr;
                memcpy(&out->insn, &s->insn, 8); /* and size, and flags */
            }
            if (at >= limit) {
                break;
            }
            result = at == m->miss_at ? decode_miss(m, follow[at], out)
                                      : MEMTRACE_ERR_CORRUPT;
            if (result < 0) {
                return result;
            }
            at++;
            out++;
            if (result > 1) {
                break;
            }
        }
        if (result == 1) {
            p->follow += (uint32_t)(at - start);
        }
    }
    p->position = (uint32_t)at;
    return 0;
}

int model_decode(struct model_decoder *m, struct memtrace_access *out, size_t n)
{
    bool is_good = true;

    for (size_t done = 0; done < n;) {
        uint32_t room = ring_turn(&m->p);

        room = room < n - done ? room : (uint32_t)(n - done);
        if (decode_stretch(m, out + done, room) < 0) {
            return MEMTRACE_ERR_CORRUPT;
        }
        done += room;
    }
    for (unsigned i = 0; i < N_COLUMNS; i++) {
        is_good = is_good && !m->in[i].is_bad && m->in[i].next <= m->in[i].end;
    }
    return is_good ? 0 : MEMTRACE_ERR_CORRUPT;
}
