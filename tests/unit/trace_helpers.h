/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace_helpers.h - makes streams of accesses and traces of them for the
 * tests of libmemtrace.
 */
#ifndef TRACE_HELPERS_H
#define TRACE_HELPERS_H

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "memtrace.h"
#include "writer.h"

#define STAMP (MEMTRACE_TAG_CONTROL | 1)

/* A stream of one thread: accesses, and stamps as the channel has them. */
struct stream {
    struct memtrace_packed *entries;
    size_t n;
    size_t room;
};

static inline void stream_add(struct stream *s, uint32_t tag, uint64_t vaddr)
{
    if (s->n == s->room) {
        s->room = s->room ? 2 * s->room : 1024;
        s->entries = realloc(s->entries, s->room * sizeof(*s->entries));
        assert_non_null(s->entries);
    }
    s->entries[s->n++] = (struct memtrace_packed){vaddr, tag};
}

static inline uint32_t make_tag(uint32_t insn, bool is_store, bool is_atomic,
                                unsigned log2_size)
{
    return insn << MEMTRACE_TAG_INSN_SHIFT |
           (is_atomic ? MEMTRACE_TAG_ATOMIC : 0) |
           (is_store ? MEMTRACE_TAG_STORE : 0) | log2_size;
}

/* xorshift: the same numbers in every run */
static inline uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/*
 * Loops with branches, strides, related arrays of other element sizes, a
 * stack, lists that are walked again, 16-byte accesses in halves, atomics.
 */
static inline struct stream program_stream(size_t n, uint64_t seed,
                                           unsigned stamp)
{
    struct stream s = {0};
    uint64_t r = seed, list[64], sp = 0x7ffff000, time = 1000;

    for (int i = 0; i < 64; i++) {
        list[i] = 0x400000000 + next_random(&r) % 100000 * 16;
    }
    for (size_t i = 0; s.n < n; i++) {
        uint64_t j = next_random(&r) % 5000;

        if (stamp && i % stamp == 0) {
            time += next_random(&r) % 300;
            stream_add(&s, STAMP, time);
        }
        stream_add(&s, make_tag(1, false, false, 2), 0x10000 + 4 * i);
        stream_add(&s, make_tag(2, false, false, 0), 0x200000 + j);
        stream_add(&s, make_tag(3, true, false, 3), 0x300000 + 8 * j);
        if (j % 3 == 0) {
            sp -= 8;
            stream_add(&s, make_tag(4, true, false, 3), sp);
            stream_add(&s, make_tag(5, false, false, 3), list[i % 64]);
            stream_add(&s, make_tag(5, false, false, 3), list[i % 64] + 8);
            stream_add(&s, make_tag(6, false, false, 3), sp);
            sp += 8;
        }
        if (j % 100 == 7) {
            stream_add(&s, make_tag(7, false, true, 2), 0x500000);
            stream_add(&s, make_tag(7, true, true, 2), 0x500000);
        }
        if (j % 1000 == 8) {
            stream_add(&s, make_tag(100 + (uint32_t)i, true, false, 4),
                       next_random(&r));
        }
    }
    return s;
}

static inline void temp_path(char path[64])
{
    int fd;

    strcpy(path, "/tmp/memtrace-test-XXXXXX");
    fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
}

static inline struct memtrace_writer *open_writer(const char *path)
{
    struct memtrace_writer *writer;
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(memtrace_writer_create(fd, &writer), 0);
    return writer;
}

static inline void end_block(struct memtrace_encoder *encoder,
                             struct memtrace_writer *writer)
{
    const uint8_t *data;
    size_t size;

    assert_int_equal(memtrace_encoder_finish(encoder, &data, &size), 0);
    assert_int_equal(memtrace_writer_block(writer, data, size), 0);
}

/* Encode a stream in blocks of block_accesses, handed over `piece` at once. */
static inline void encode_stream(struct memtrace_encoder *encoder,
                                 struct memtrace_writer *writer,
                                 uint32_t thread, const struct stream *s,
                                 size_t block_accesses, size_t piece)
{
    uint64_t first = 0, time = 0;

    memtrace_encoder_begin(encoder, thread, 0, 0);
    for (size_t i = 0; i < s->n;) {
        size_t n = s->n - i < piece ? s->n - i : piece;
        size_t before = memtrace_encoder_count(encoder), taken;
        size_t room = block_accesses - before;

        if (s->entries[i].tag >= MEMTRACE_TAG_CONTROL) {
            time = s->entries[i++].vaddr;
            memtrace_encoder_stamp(encoder, time);
            continue;
        }
        n = n < room ? n : room;
        taken = memtrace_encoder_accesses(encoder, s->entries + i, n);
        assert_true(taken <= n);
        i += taken;
        first += memtrace_encoder_count(encoder) - before;
        time = memtrace_encoder_time(encoder);
        if (memtrace_encoder_count(encoder) == block_accesses) {
            end_block(encoder, writer);
            memtrace_encoder_begin(encoder, thread, first, time);
        }
    }
    end_block(encoder, writer);
}

static inline void write_stream(struct memtrace_writer *writer, uint32_t thread,
                                const struct stream *s, size_t block_accesses,
                                size_t piece)
{
    struct memtrace_encoder *encoder = memtrace_encoder_new();

    assert_non_null(encoder);
    encode_stream(encoder, writer, thread, s, block_accesses, piece);
    memtrace_encoder_free(encoder);
}

/* The batches of a cursor against the stream. Return: accesses compared. */
static inline size_t compare_stream(struct memtrace_cursor *cursor,
                                    const struct stream *s)
{
    struct memtrace_batch batch;
    size_t at = 0, count = 0;
    uint64_t time = 0;
    int result;

    while ((result = memtrace_cursor_next(cursor, &batch)) > 0) {
        assert_true(batch.n_accesses > 0);
        assert_int_equal(batch.first, count);
        for (size_t i = 0; i < batch.n_accesses; i++) {
            const struct memtrace_access *a = &batch.accesses[i];

            while (at < s->n && s->entries[at].tag >= MEMTRACE_TAG_CONTROL) {
                time = s->entries[at++].vaddr;
            }
            assert_true(at < s->n);
            assert_int_equal(a->vaddr, s->entries[at].vaddr);
            assert_int_equal(a->time, time);
            assert_int_equal(a->insn, s->entries[at].tag >> 5);
            assert_int_equal(a->size, 1u << (s->entries[at].tag & 7));
            assert_int_equal(a->flags, s->entries[at].tag >> 3 & 3);
            at++;
            count++;
        }
    }
    assert_int_equal(result, 0);
    while (at < s->n && s->entries[at].tag >= MEMTRACE_TAG_CONTROL) {
        at++;
    }
    assert_int_equal(at, s->n);
    return count;
}

/* A whole file in memory, and back. */
static inline uint8_t *read_file(const char *path, size_t *size)
{
    FILE *f = fopen(path, "rb");
    uint8_t *data;

    assert_non_null(f);
    fseek(f, 0, SEEK_END);
    *size = (size_t)ftell(f);
    rewind(f);
    data = malloc(*size + 1);
    assert_non_null(data);
    assert_int_equal(fread(data, 1, *size, f), *size);
    fclose(f);
    return data;
}

/* Not truncated first, which is slow where it happens ten thousand times. */
static inline void write_file(const char *path, const void *data, size_t size)
{
    int fd = open(path, O_RDWR | O_CREAT, 0600);

    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, data, size, 0), size);
    assert_int_equal(ftruncate(fd, (off_t)size), 0);
    assert_int_equal(close(fd), 0);
}

#endif /* TRACE_HELPERS_H */
