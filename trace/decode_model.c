/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * decode_model.c - columns back to accesses; the mirror of encode_model.c.
 */
#include "model.h"

#include <stdlib.h>

#include "predict.h"

struct model_decoder {
    uint32_t run; /* predicted accesses before the next code */
    bool is_bad;
    bool has_code; /* a code follows the run */
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

/* The next run, over all bytes that say it goes on. */
static void next_run(struct model_decoder *m)
{
    struct bytes_in *runs = &m->in[COLUMN_RUNS];
    uint32_t run = 0;

    m->has_code = false;
    while (runs->next < runs->end) {
        uint8_t byte = *runs->next++;

        run += byte;
        if (byte != RUN_GOES_ON) {
            m->has_code = true;
            break;
        }
    }
    m->run = m->has_code ? run : UINT32_MAX; /* to the block's end */
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
    m->is_bad = false;
    next_run(m);
    return 0;
}

/* Return: the number of a new slot, or 0. */
static uint32_t new_slot(struct model_decoder *m)
{
    struct predictor *p = &m->p;
    uint8_t tag = get_u8(&m->in[COLUMN_TAGS]);
    uint64_t insn =
        p->slots[p->slot].insn + unzigzag(get_varint(&m->in[COLUMN_INSNS]));
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
static uint32_t coded_slot(struct model_decoder *m, unsigned code)
{
    struct predictor *p = &m->p;
    uint32_t number;
    uint64_t high;

    switch (code) {
    case SLOT_NEXT_1:
    case SLOT_NEXT_2:
        number = p->habits[p->slot].next[code - SLOT_NEXT_1];
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
        number = new_slot(m);
        break;
    default:
        return 0;
    }
    if (number == 0 || number >= p->n_slots) {
        return 0;
    }
    learn_slot(p, number, code == SLOT_NEW);
    return number;
}

static uint64_t get_difference(struct model_decoder *m, unsigned size)
{
    uint32_t low, middle;

    switch (size) {
    case 0:
        return get_u8(&m->in[COLUMN_ONE]);
    case 1:
        low = get_u8(&m->in[COLUMN_TWO_LOW]);
        return low | (uint32_t)get_u8(&m->in[COLUMN_TWO_HIGH]) << 8;
    case 2:
        low = get_u8(&m->in[COLUMN_THREE_LOW]);
        middle = get_u8(&m->in[COLUMN_THREE_MIDDLE]);
        return low | middle << 8 |
               (uint32_t)get_u8(&m->in[COLUMN_THREE_HIGH]) << 16;
    default:
        return get_varint(&m->in[COLUMN_FAR]);
    }
}

static uint64_t coded_vaddr(struct model_decoder *m, struct slot *s,
                            uint32_t number, uint32_t at, unsigned code)
{
    struct predictor *p = &m->p;
    uint64_t before = *vaddr_at(p, at - 1), vaddr;
    uint64_t *seen_1 = seen(p->seen_1, number, s->last);
    uint64_t *seen_2 = seen(p->seen_2, number, before);

    if (code == VADDR_SEEN_1) {
        vaddr = *seen_1;
    } else if (code == VADDR_SEEN_2) {
        vaddr = *seen_2;
    } else if (code < VADDR_FROM_BEFORE) {
        vaddr = s->last + unzigzag(get_difference(m, code - VADDR_FROM_LAST));
    } else {
        vaddr = before + unzigzag(get_difference(m, code - VADDR_FROM_BEFORE));
    }
    *seen_1 = vaddr;
    *seen_2 = vaddr;
    learn_vaddr(p, s, number, at, vaddr);
    return vaddr;
}

static inline void put_access(struct predictor *p, struct slot *s,
                              uint32_t number, uint32_t at, uint64_t vaddr,
                              struct memtrace_access *out)
{
    *history_at(p, at) = number;
    put_vaddr(p, at, vaddr);
    s->last = vaddr;
    s->position = at;
    out->vaddr = vaddr;
    out->insn = s->insn;
    out->size = s->size;
    out->flags = s->flags;
}

/* An access of which not all is predicted. Return: false for bad columns. */
static __attribute__((noinline)) bool decode_miss(struct model_decoder *m,
                                                  struct memtrace_access *out)
{
    struct predictor *p = &m->p;
    uint32_t at = p->position, number = *history_at(p, p->follow++);
    unsigned code = get_u8(&m->in[COLUMN_CODES]);
    struct slot *s;
    uint64_t vaddr;

    if (code >> CODE_SLOT_SHIFT != SLOT_PREDICTED) {
        number = coded_slot(m, code >> CODE_SLOT_SHIFT);
    }
    code &= (1u << CODE_SLOT_SHIFT) - 1;
    if (number == 0 || code >= VADDR_CODES) {
        return false;
    }
    s = &p->slots[number];
    vaddr = predict_vaddr(p, s, at);
    if (code != VADDR_PREDICTED) {
        vaddr = coded_vaddr(m, s, number, at, code);
    }
    put_access(p, s, number, at, vaddr, out);
    p->slot = number;
    p->position = at + 1;
    return true;
}

/* n predicted accesses; history may hold 0, and slot 0 is there for that. */
static void decode_run(struct model_decoder *m, struct memtrace_access *out,
                       size_t n)
{
    struct predictor *p = &m->p;
    uint32_t at = p->position, follow = p->follow, number = p->slot;

    for (size_t i = 0; i < n; i++) {
        struct slot *s;

        number = *history_at(p, follow++);
        s = &p->slots[number];
        put_access(p, s, number, at, predict_vaddr(p, s, at), &out[i]);
        at++;
    }
    p->slot = number;
    p->follow = follow;
    p->position = at;
}

int model_decode(struct model_decoder *m, struct memtrace_access *out, size_t n)
{
    struct memtrace_access *end = out + n;
    bool is_good = true;

    for (;;) {
        size_t left = (size_t)(end - out), run = m->run < left ? m->run : left;

        decode_run(m, out, run);
        out += run;
        m->run -= (uint32_t)run;
        if (out == end) {
            break;
        }
        if (!decode_miss(m, out++)) {
            return MEMTRACE_ERR_CORRUPT;
        }
        next_run(m);
    }
    for (unsigned i = 0; i < N_COLUMNS; i++) {
        is_good = is_good && !m->in[i].is_bad;
    }
    return is_good ? 0 : MEMTRACE_ERR_CORRUPT;
}
