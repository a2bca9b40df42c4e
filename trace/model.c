/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * model.c - a first, plain model: differences to the last tag, and to the
 * last address of the same tag.
 */
#include "model.h"

#include <stdlib.h>

#define TABLE_SIZE 65536
#define LEVEL 1

struct model_encoder {
    uint64_t last[TABLE_SIZE];
    uint32_t tag;
    uint32_t n_stores;
    uint32_t n_atomics;
    uint64_t min_vaddr;
    uint64_t max_vaddr;
    uint8_t *tags_end;
    uint8_t *vaddrs_end;
    uint8_t tags[MEMTRACE_BLOCK_ACCESSES * 5];
    uint8_t vaddrs[MEMTRACE_BLOCK_ACCESSES * 10];
};

static uint32_t place(uint32_t tag)
{
    return tag * 0x9e3779b1u >> 16;
}

struct model_encoder *model_encoder_new(void)
{
    return malloc(sizeof(struct model_encoder));
}

void model_encoder_free(struct model_encoder *m)
{
    free(m);
}

void model_encoder_begin(struct model_encoder *m)
{
    memset(m->last, 0, sizeof(m->last));
    m->tag = m->n_stores = m->n_atomics = 0;
    m->min_vaddr = UINT64_MAX;
    m->max_vaddr = 0;
    m->tags_end = m->tags;
    m->vaddrs_end = m->vaddrs;
}

size_t model_encode(struct model_encoder *m,
                    const struct memtrace_packed *packed, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const volatile struct memtrace_packed *p = packed + i;
        uint32_t tag = p->tag;
        uint64_t vaddr = p->vaddr;
        uint64_t *last = &m->last[place(tag)];

        if (tag >= MEMTRACE_TAG_CONTROL ||
            tag >> MEMTRACE_TAG_INSN_SHIFT == 0) {
            return i;
        }
        m->tags_end = put_varint(m->tags_end, zigzag((uint64_t)tag - m->tag));
        m->vaddrs_end = put_varint(m->vaddrs_end, zigzag(vaddr - *last));
        m->tag = tag;
        *last = vaddr;
        m->n_stores += (tag & MEMTRACE_TAG_STORE) != 0;
        m->n_atomics += (tag & MEMTRACE_TAG_ATOMIC) != 0;
        m->min_vaddr = vaddr < m->min_vaddr ? vaddr : m->min_vaddr;
        m->max_vaddr = vaddr > m->max_vaddr ? vaddr : m->max_vaddr;
    }
    return n;
}

int model_encoder_finish(struct model_encoder *m, ZSTD_CCtx *zstd,
                         struct access_head *head, struct buffer *out)
{
    head->n_stores = m->n_stores;
    head->n_atomics = m->n_atomics;
    head->min_vaddr = m->min_vaddr;
    head->max_vaddr = m->max_vaddr;
    if (section_put(out, zstd, LEVEL, m->tags, (size_t)(m->tags_end - m->tags),
                    false) < 0) {
        return MEMTRACE_ERR_NOMEM;
    }
    return section_put(out, zstd, LEVEL, m->vaddrs,
                       (size_t)(m->vaddrs_end - m->vaddrs), false);
}

struct model_decoder {
    uint64_t last[TABLE_SIZE];
    uint32_t tag;
    struct buffer tags;
    struct buffer vaddrs;
    struct bytes_in tags_in;
    struct bytes_in vaddrs_in;
};

struct model_decoder *model_decoder_new(void)
{
    return calloc(1, sizeof(struct model_decoder));
}

void model_decoder_free(struct model_decoder *m)
{
    if (m) {
        buffer_free(&m->tags);
        buffer_free(&m->vaddrs);
        free(m);
    }
}

int model_decoder_begin(struct model_decoder *m, ZSTD_DCtx *zstd,
                        const struct access_head *head, struct bytes_in *in)
{
    size_t max = (size_t)head->n_accesses * VARINT_MAX;
    int error;

    memset(m->last, 0, sizeof(m->last));
    m->tag = 0;
    error = section_get(in, zstd, max, false, &m->tags);
    if (error < 0) {
        return error;
    }
    error = section_get(in, zstd, max, false, &m->vaddrs);
    if (error < 0) {
        return error;
    }
    m->tags_in = bytes_in(m->tags.data, m->tags.used);
    m->vaddrs_in = bytes_in(m->vaddrs.data, m->vaddrs.used);
    return 0;
}

int model_decode(struct model_decoder *m, struct memtrace_access *out, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t tag = m->tag + (uint32_t)unzigzag(get_varint(&m->tags_in));
        uint64_t *last = &m->last[place(tag)];

        m->tag = tag;
        *last += unzigzag(get_varint(&m->vaddrs_in));
        out[i].vaddr = *last;
        out[i].insn = tag >> MEMTRACE_TAG_INSN_SHIFT;
        out[i].size = (uint16_t)(1u << (tag & MEMTRACE_TAG_SIZE_MASK));
        out[i].flags = (tag & MEMTRACE_TAG_STORE ? MEMTRACE_STORE : 0) |
                       (tag & MEMTRACE_TAG_ATOMIC ? MEMTRACE_ATOMIC : 0);
    }
    return m->tags_in.is_bad || m->vaddrs_in.is_bad ? MEMTRACE_ERR_CORRUPT : 0;
}
