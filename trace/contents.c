/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * contents.c - reads what a trace holds beside its access blocks: properties,
 * instructions, threads.  What is damaged is left out and counted.
 */
#include <stdlib.h>
#include <string.h>

#include "reader.h"

/* Buffers for one part after another. */
struct scratch {
    ZSTD_DCtx *zstd;
    struct buffer block;
    struct buffer raw;
    struct insn_columns insns;
};

static int set_meta(struct memtrace_reader *reader, const char *key,
                    const char *value)
{
    struct property *meta;

    for (size_t i = 0; i < reader->n_meta; i++) {
        if (strcmp(reader->meta[i].key, key) == 0) {
            reader->meta[i].value = value;
            return 0;
        }
    }
    meta = array_room(reader->meta, &reader->room_meta, reader->n_meta,
                      sizeof(*meta));
    if (!meta) {
        return MEMTRACE_ERR_NOMEM;
    }
    reader->meta = meta;
    meta[reader->n_meta++] = (struct property){key, value};
    return 0;
}

/* There are few properties; a file with more than that is up to no good. */
#define META_MAX 4096

static int load_meta(struct memtrace_reader *reader, struct scratch *s,
                     struct bytes_in *in)
{
    int error = section_get(in, s->zstd, LIMIT_KEPT_BYTES, true, &s->raw);
    struct buffer raw;

    if (error < 0) {
        return error;
    }
    error = reader_keep(reader, &s->raw);
    if (error < 0) {
        return error;
    }
    /* reader_keep() may have moved it. */
    raw = reader->kept[reader->n_kept - 1];
    for (size_t at = 0; at < raw.used && reader->n_meta < META_MAX;) {
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
        error = set_meta(reader, key, value);
        if (error < 0) {
            return error;
        }
    }
    return 0;
}

static int load_insns(struct memtrace_reader *reader, struct scratch *s,
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
        struct memtrace_insn *room = array_room(
            reader->insns, &reader->room_insns, reader->n_insns, sizeof(*room));

        if (!room) {
            return MEMTRACE_ERR_NOMEM;
        }
        reader->insns = room;
        if (insns_get(&insns, &room[reader->n_insns]) < 0) {
            return MEMTRACE_ERR_CORRUPT;
        }
        reader->n_insns++;
    }
    return 0;
}

int reader_add_thread(struct memtrace_reader *reader,
                      const struct memtrace_thread *thread)
{
    struct memtrace_thread *threads =
        array_room(reader->threads, &reader->room_threads, reader->n_threads,
                   sizeof(*threads));

    if (!threads) {
        return MEMTRACE_ERR_NOMEM;
    }
    reader->threads = threads;
    threads[reader->n_threads++] = *thread;
    return 0;
}

static int load_threads(struct memtrace_reader *reader, struct scratch *s,
                        struct bytes_in *in)
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
        error = reader_add_thread(reader, &thread);
        if (error < 0) {
            return error;
        }
        reader->has_threads = true;
    }
    return 0;
}

static int load_part(struct memtrace_reader *reader, struct scratch *s,
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
    error = block_read(reader->fd, part->offset, part->size, &s->block, &header,
                       &body);
    if (error < 0) {
        return error;
    }
    if (header.kind != part->kind || header.encoding != 1) {
        return MEMTRACE_ERR_CORRUPT;
    }
    in = bytes_in(body, (size_t)header.body_size);
    switch (part->kind) {
    case BLOCK_META:
        return load_meta(reader, s, &in);
    case BLOCK_INSNS:
        return load_insns(reader, s, &in);
    case BLOCK_EVICTED:
        return reader_add_evicted(
            reader, part, s->block.data + BLOCK_HEADER_BYTES, header.head_size);
    default:
        return load_threads(reader, s, &in);
    }
}

static int compare_insns(const void *a, const void *b)
{
    const struct memtrace_insn *x = a, *y = b;

    return (x->number > y->number) - (x->number < y->number);
}

/* Sort, and where the numbers are dense make a table of places. */
static int order_insns(struct memtrace_reader *reader)
{
    size_t highest;

    if (reader->n_insns == 0) {
        return 0;
    }
    qsort(reader->insns, reader->n_insns, sizeof(*reader->insns),
          compare_insns);
    highest = reader->insns[reader->n_insns - 1].number;
    reader->summary.n_insns = (uint32_t)highest;
    if (highest / 4 > reader->n_insns || reader->n_insns >= UINT32_MAX) {
        return 0;
    }
    reader->insn_places = calloc(highest + 1, sizeof(uint32_t));
    if (!reader->insn_places) {
        return MEMTRACE_ERR_NOMEM;
    }
    for (size_t i = 0; i < reader->n_insns; i++) {
        reader->insn_places[reader->insns[i].number] = (uint32_t)i + 1;
    }
    return 0;
}

static uint64_t meta_number(const struct memtrace_reader *reader,
                            const char *key)
{
    const char *value = memtrace_meta(reader, key);

    return value ? strtoull(value, NULL, 10) : 0;
}

int reader_load_parts(struct memtrace_reader *reader)
{
    struct scratch s = {.zstd = ZSTD_createDCtx()};
    int error = s.zstd ? 0 : MEMTRACE_ERR_NOMEM;

    for (size_t i = 0; i < reader->n_parts && error == 0; i++) {
        error = load_part(reader, &s, &reader->parts[i]);
        if (error < 0 && error != MEMTRACE_ERR_NOMEM) {
            reader->summary.n_damaged_blocks++;
            reader->summary.damaged_bytes += reader->parts[i].size;
            error = 0;
        }
    }
    ZSTD_freeDCtx(s.zstd);
    buffer_free(&s.block);
    buffer_free(&s.raw);
    insns_free(&s.insns);
    if (error < 0) {
        return error;
    }
    reader->summary.ticks_per_second =
        meta_number(reader, "clock.ticks_per_second");
    reader->summary.start_unix_ns = meta_number(reader, "clock.start_unix_ns");
    return order_insns(reader);
}
