/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * contents.c - reads what a trace holds beside its access blocks: properties,
 * instructions, threads.  What is damaged is left out and counted.
 */
#include "contents.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "file_io.h"
#include "tables.h"

/* Buffers for one part after another. */
struct scratch {
    ZSTD_DCtx *zstd;
    struct buffer block;
    struct buffer raw;
    struct insn_columns insns;
    struct thread_table *threads; /* the caller's */
};

static int set_meta(struct contents *contents, const char *key,
                    const char *value)
{
    struct property *meta;

    for (size_t i = 0; i < contents->n_meta; i++) {
        if (strcmp(contents->meta[i].key, key) == 0) {
            contents->meta[i].value = value;
            return 0;
        }
    }
    meta = array_add(contents->meta, contents->n_meta, contents->room_meta);
    if (!meta) {
        return MEMTRACE_ERR_NOMEM;
    }
    *meta = (struct property){key, value};
    return 0;
}

/* There are few properties; a file with more than that is up to no good. */
#define META_MAX 4096

static int load_meta(struct contents *contents, struct scratch *s,
                     struct bytes_in *in)
{
    int error = section_get(in, s->zstd, LIMIT_KEPT_BYTES, true, &s->raw);
    struct buffer raw;

    if (error < 0) {
        return error;
    }
    error = buffer_list_take(&contents->texts, &s->raw);
    if (error < 0) {
        return error;
    }
    /* It may have been moved. */
    raw = contents->texts.all[contents->texts.n - 1];
    for (size_t at = 0; at < raw.used && contents->n_meta < META_MAX;) {
        const char *key = (const char *)raw.data + at, *value;
        size_t key_size = strnlen(key, raw.used - at) + 1, value_size;

        if (key_size >= raw.used - at) {
            return MEMTRACE_ERR_CORRUPT;
        }
        value = key + key_size;
        value_size = strnlen(value, raw.used - at - key_size) + 1;
        if (value_size > raw.used - at - key_size) {
            return MEMTRACE_ERR_CORRUPT;
        }
        at += key_size + value_size;
        error = set_meta(contents, key, value);
        if (error < 0) {
            return error;
        }
    }
    return 0;
}

static int load_insns(struct contents *contents, struct scratch *s,
                      struct bytes_in *in)
{
    struct buffer *const columns[] = {&s->insns.numbers, &s->insns.pcs,
                                      &s->insns.bytes};
    struct insns_in insns;

    for (int i = 0; i < 3; i++) {
        int error =
            section_get(in, s->zstd, LIMIT_KEPT_BYTES, true, columns[i]);

        if (error < 0) {
            return error;
        }
    }
    insns = insns_in(&s->insns);
    while (bytes_left(&insns.numbers)) {
        if (array_reserve(contents->insns, contents->room_insns,
                          contents->n_insns + 1) < 0) {
            return MEMTRACE_ERR_NOMEM;
        }
        if (insns_get(&insns, &contents->insns[contents->n_insns]) < 0) {
            return MEMTRACE_ERR_CORRUPT;
        }
        contents->n_insns++;
    }
    return 0;
}

static int load_threads(struct scratch *s, struct bytes_in *in)
{
    int error = section_get(in, s->zstd, LIMIT_KEPT_BYTES, true, &s->raw);

    if (error < 0) {
        return error;
    }
    *in = bytes_in(s->raw.data, s->raw.used);
    while (bytes_left(in)) {
        struct memtrace_thread thread;

        if (thread_get(in, &thread) < 0) {
            return MEMTRACE_ERR_CORRUPT;
        }
        error = thread_table_add(s->threads, &thread);
        if (error < 0) {
            return error;
        }
        s->threads->is_told = true;
    }
    return 0;
}

static int load_part(struct contents *contents, int fd, struct scratch *s,
                     const struct stored_part *part)
{
    struct block_header header;
    struct bytes_in in;
    const uint8_t *body;
    int error;

    if (part->kind != BLOCK_META && part->kind != BLOCK_INSNS &&
        part->kind != BLOCK_THREADS && part->kind != BLOCK_EVICTED) {
        return 0;
    }
    error = block_read(fd, part->offset, part->size, &s->block, &header, &body);
    if (error < 0) {
        return error;
    }
    if (header.kind != part->kind || header.encoding != 1) {
        return MEMTRACE_ERR_CORRUPT;
    }
    in = bytes_in(body, (size_t)header.body_size);
    switch (part->kind) {
    case BLOCK_META:
        return load_meta(contents, s, &in);
    case BLOCK_INSNS:
        return load_insns(contents, s, &in);
    case BLOCK_EVICTED:
        return evicted_list_add(&contents->evicted, part,
                                s->block.data + BLOCK_HEADER_BYTES,
                                header.head_size);
    default:
        return load_threads(s, &in);
    }
}

static int compare_insns(const void *a, const void *b)
{
    const struct memtrace_insn *x = a, *y = b;

    return (x->number > y->number) - (x->number < y->number);
}

/* Sort, and where the numbers are dense make a table of places. */
static int order_insns(struct contents *contents)
{
    size_t n = contents->n_insns, highest;

    if (n == 0) {
        return 0;
    }
    qsort(contents->insns, n, sizeof(*contents->insns), compare_insns);
    highest = contents->insns[n - 1].number;
    contents->highest_insn = (uint32_t)highest;
    if (highest / 4 > n || n >= UINT32_MAX) {
        return 0;
    }
    contents->insn_places = calloc(highest + 1, sizeof(uint32_t));
    if (!contents->insn_places) {
        return MEMTRACE_ERR_NOMEM;
    }
    for (size_t i = 0; i < n; i++) {
        contents->insn_places[contents->insns[i].number] = (uint32_t)i + 1;
    }
    return 0;
}

int contents_load(struct contents *contents, int fd,
                  const struct stored *stored, struct thread_table *threads,
                  struct memtrace_summary *summary)
{
    struct scratch s = {.zstd = ZSTD_createDCtx(), .threads = threads};
    int error = s.zstd ? 0 : MEMTRACE_ERR_NOMEM;

    for (size_t i = 0; i < stored->n_parts && error == 0; i++) {
        error = load_part(contents, fd, &s, &stored->parts[i]);
        if (error < 0 && error != MEMTRACE_ERR_NOMEM) {
            summary->n_damaged_blocks++;
            summary->damaged_bytes += stored->parts[i].size;
            error = 0;
        }
    }
    ZSTD_freeDCtx(s.zstd);
    buffer_free(&s.block);
    buffer_free(&s.raw);
    insns_free(&s.insns);
    return error < 0 ? error : order_insns(contents);
}

const char *contents_meta(const struct contents *contents, const char *key)
{
    for (size_t i = 0; i < contents->n_meta; i++) {
        if (strcmp(contents->meta[i].key, key) == 0) {
            return contents->meta[i].value;
        }
    }
    return NULL;
}

void contents_free(struct contents *contents)
{
    free(contents->insn_places);
    free(contents->insns);
    free(contents->meta);
    evicted_list_free(&contents->evicted);
    buffer_list_free(&contents->texts);
}
