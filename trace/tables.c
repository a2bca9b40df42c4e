/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tables.c - see tables.h.
 */
#include "tables.h"

#include <string.h>

void insns_clear(struct insn_columns *columns)
{
    columns->numbers.used = columns->pcs.used = columns->bytes.used = 0;
    memset(&columns->last, 0, sizeof(columns->last));
    columns->n_insns = 0;
}

void insns_free(struct insn_columns *columns)
{
    buffer_free(&columns->numbers);
    buffer_free(&columns->pcs);
    buffer_free(&columns->bytes);
}

int insns_put(struct insn_columns *c, const struct memtrace_insn *insn)
{
    uint8_t *p;

    if (insn->size > MEMTRACE_INSN_BYTES || insn->number == 0 ||
        insn->number > MEMTRACE_INSN_MAX) {
        return MEMTRACE_ERR_INVALID;
    }
    if (buffer_reserve(&c->numbers, VARINT_MAX + 1) < 0 ||
        buffer_reserve(&c->pcs, VARINT_MAX) < 0 ||
        buffer_append(&c->bytes, insn->bytes, insn->size) < 0) {
        return MEMTRACE_ERR_NOMEM;
    }
    p = c->numbers.data + c->numbers.used;
    p = put_varint(p, zigzag((uint64_t)insn->number - c->last.number - 1));
    *p++ = (uint8_t)(insn->size | (insn->flags & 7) << 5);
    c->numbers.used = (size_t)(p - c->numbers.data);
    p = c->pcs.data + c->pcs.used;
    p = put_varint(p, zigzag(insn->pc - c->last.pc - c->last.size));
    c->pcs.used = (size_t)(p - c->pcs.data);
    c->last = *insn;
    c->n_insns++;
    return 0;
}

struct insns_in insns_in(const struct insn_columns *c)
{
    struct insns_in in = {
        .numbers = bytes_in(c->numbers.data, c->numbers.used),
        .pcs = bytes_in(c->pcs.data, c->pcs.used),
        .bytes = bytes_in(c->bytes.data, c->bytes.used),
    };

    return in;
}

int insns_get(struct insns_in *in, struct memtrace_insn *insn)
{
    uint64_t number;
    const uint8_t *bytes;
    uint8_t size;

    memset(insn, 0, sizeof(*insn));
    number = in->last.number + 1 + unzigzag(get_varint(&in->numbers));
    size = get_u8(&in->numbers);
    insn->number = (uint32_t)number;
    insn->size = size & 31;
    insn->flags = size >> 5;
    insn->pc = in->last.pc + in->last.size + unzigzag(get_varint(&in->pcs));
    if (in->numbers.is_bad || in->pcs.is_bad || number == 0 ||
        number > MEMTRACE_INSN_MAX || insn->size > MEMTRACE_INSN_BYTES) {
        return MEMTRACE_ERR_CORRUPT;
    }
    bytes = get_bytes(&in->bytes, insn->size);
    if (!bytes) {
        return MEMTRACE_ERR_CORRUPT;
    }
    memcpy(insn->bytes, bytes, insn->size);
    in->last = *insn;
    return 0;
}

int thread_put(struct buffer *out, const struct memtrace_thread *t)
{
    uint8_t *p;

    if (buffer_reserve(out, 10 * VARINT_MAX) < 0) {
        return MEMTRACE_ERR_NOMEM;
    }
    p = out->data + out->used;
    p = put_varint(p, t->number);
    p = put_varint(p, t->pid);
    p = put_varint(p, t->tid);
    p = put_varint(p, (uint32_t)(t->parent + 1)); /* none is 0 */
    p = put_varint(p, t->start_time);
    p = put_varint(p, t->end_time);
    p = put_varint(p, t->n_lost);
    out->used = (size_t)(p - out->data);
    return 0;
}

int thread_get(struct bytes_in *in, struct memtrace_thread *t)
{
    uint64_t number = get_varint(in);

    memset(t, 0, sizeof(*t));
    t->number = (uint32_t)number;
    t->pid = (uint32_t)get_varint(in);
    t->tid = (uint32_t)get_varint(in);
    t->parent = (uint32_t)get_varint(in) - 1;
    t->start_time = get_varint(in);
    t->end_time = get_varint(in);
    t->n_lost = get_varint(in);
    if (in->is_bad || number >= LIMIT_THREADS) {
        return MEMTRACE_ERR_CORRUPT;
    }
    return 0;
}

int block_ref_put(struct buffer *out, const struct block_ref *ref,
                  uint64_t *end)
{
    const struct access_head *h = &ref->head;
    uint8_t *p;

    if (buffer_reserve(out, 15 * VARINT_MAX) < 0) {
        return MEMTRACE_ERR_NOMEM;
    }
    p = out->data + out->used;
    p = put_varint(p, ref->kind);
    p = put_varint(p, ref->offset - *end);
    p = put_varint(p, ref->size);
    *end = ref->offset + ref->size;
    if (ref->kind == BLOCK_ACCESS) {
        p = put_varint(p, h->thread);
        p = put_varint(p, h->n_events);
        p = put_varint(p, h->first);
        p = put_varint(p, h->start_time);
        p = put_varint(p, h->end_time - h->start_time);
        p = put_varint(p, h->min_vaddr);
        p = put_varint(p, h->max_vaddr - h->min_vaddr);
        p = put_varint(p, h->n_lost);
        p = put_varint(p, h->n_accesses);
        p = put_varint(p, h->n_stores);
        p = put_varint(p, h->n_atomics);
        p = put_varint(p, h->events_size);
    }
    out->used = (size_t)(p - out->data);
    return 0;
}

static int head_get(struct bytes_in *in, struct access_head *h)
{
    uint8_t fixed[ACCESS_HEAD_BYTES];

    h->thread = (uint32_t)get_varint(in);
    h->n_events = (uint32_t)get_varint(in);
    h->first = get_varint(in);
    h->start_time = get_varint(in);
    h->end_time = h->start_time + get_varint(in);
    h->min_vaddr = get_varint(in);
    h->max_vaddr = h->min_vaddr + get_varint(in);
    h->n_lost = get_varint(in);
    h->n_accesses = (uint32_t)get_varint(in);
    h->n_stores = (uint32_t)get_varint(in);
    h->n_atomics = (uint32_t)get_varint(in);
    h->events_size = (uint32_t)get_varint(in);
    access_head_put(fixed, h); /* the limits are tested in one place */
    return in->is_bad ? MEMTRACE_ERR_CORRUPT
                      : access_head_get(fixed, sizeof(fixed), h);
}

int block_ref_get(struct bytes_in *in, struct block_ref *ref, uint64_t *end)
{
    uint64_t kind = get_varint(in);

    memset(ref, 0, sizeof(*ref));
    ref->kind = (uint16_t)kind;
    ref->offset = *end + get_varint(in);
    ref->size = get_varint(in);
    *end = ref->offset + ref->size;
    if (in->is_bad || kind > UINT16_MAX) {
        return MEMTRACE_ERR_CORRUPT;
    }
    return kind == BLOCK_ACCESS ? head_get(in, &ref->head) : 0;
}
