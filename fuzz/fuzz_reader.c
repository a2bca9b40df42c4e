/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_reader.c - a file of any bytes is opened as a trace, and read in every
 * way that there is, or in the one that the first byte names.  All ways find
 * the same number of accesses.
 */
#include <unistd.h>

#include "digest.h"
#include "trace_input.h"

#define MOST_THREADS 100
/* A few bytes may stand for millions; fuzz_columns.c decodes as many. */
#define MOST_ACCESSES 5000u

/* Ways, by the first byte beside trace_input.h's bit. */
enum { ALL, BY_TIME, BY_THREAD, DIGESTS, N_WAYS };

static uint64_t read_cursor(struct memtrace_cursor *cursor)
{
    struct memtrace_batch batch;
    uint64_t n = 0;

    while (memtrace_cursor_next(cursor, &batch) > 0) {
        char line[MEMTRACE_TEXT_LINE_MAX];

        MUST(batch.n_accesses > 0);
        n += batch.n_accesses;
        batch.n_accesses = 1;
        MUST(memtrace_format_text(&batch, line) <= sizeof(line));
    }
    return n;
}

static uint64_t read_threads(const struct memtrace_reader *reader)
{
    uint32_t n_threads = memtrace_summary(reader)->n_threads;
    struct memtrace_cursor *cursor;
    uint64_t n = 0;

    for (uint32_t i = 0; i < n_threads; i++) {
        memtrace_thread(reader, i);
        if (memtrace_cursor_open_thread(reader, i, &cursor) == 0) {
            n += read_cursor(cursor);
            memtrace_cursor_close(cursor);
        }
    }
    return n;
}

static uint64_t read_blocks(const struct memtrace_reader *reader)
{
    struct memtrace_cursor *cursor;
    uint64_t n = 0;

    if (memtrace_cursor_open_block(reader, &cursor) < 0) {
        return 0;
    }
    for (uint64_t i = 0; memtrace_block(reader, i) != NULL; i++) {
        if (memtrace_cursor_seek(cursor, i) == 0) {
            n += read_cursor(cursor);
        }
    }
    memtrace_cursor_close(cursor);
    return n;
}

/* Of each block; what it lists is of the block's accesses. */
static void read_digests(const struct memtrace_reader *reader)
{
    struct memtrace_digest digest = {.n_pages = 0};
    const struct memtrace_block *block;

    for (uint64_t i = 0; (block = memtrace_block(reader, i)) != NULL; i++) {
        int without = memtrace_digest_read(reader, i, false, &digest);
        int with = memtrace_digest_read(reader, i, true, &digest);

        MUST(without > 0 || with == without);
        MUST(digest.n_listed <= block->n_accesses);
        for (size_t k = 0; k < digest.n_listed; k++) {
            MUST(digest.listed_at[k] < block->n_accesses);
            MUST(digest.listed[k].size > 0);
        }
    }
    memtrace_digest_free(&digest);
}

static bool has_too_many(const struct memtrace_reader *reader)
{
    const struct memtrace_block *block;
    uint64_t n = 0;

    for (uint64_t i = 0; (block = memtrace_block(reader, i)) != NULL; i++) {
        if (block->n_accesses > MOST_ACCESSES - n) {
            return true;
        }
        n += block->n_accesses;
    }
    return false;
}

static uint64_t read_merged(const struct memtrace_reader *reader)
{
    struct memtrace_cursor *cursor;
    uint64_t n;

    if (memtrace_cursor_open_time(reader, &cursor) < 0) {
        return 0;
    }
    n = read_cursor(cursor);
    memtrace_cursor_close(cursor);
    return n;
}

static void read_tables(struct memtrace_reader *reader)
{
    const struct memtrace_event *events;
    const char *key, *value;
    int64_t n = memtrace_events(reader, &events);
    size_t length = 0;

    for (int64_t i = 0; i < n; i++) {
        MUST(events[i].n_args <= MEMTRACE_EVENT_ARGS);
        length += strlen(events[i].text);
    }
    for (size_t i = 0; memtrace_meta_at(reader, i, &key, &value); i++) {
        length += strlen(key) + strlen(value);
        MUST(memtrace_meta(reader, key) != NULL);
    }
    for (uint32_t i = 0; i < 100; i++) {
        memtrace_insn(reader, i);
        memtrace_insn(reader, memtrace_summary(reader)->n_insns - i);
    }
    MUST(length != SIZE_MAX);
}

/* Damage is found alike whichever way a block is read. */
static void read_accesses(const struct memtrace_reader *reader, int way)
{
    bool has_few = memtrace_summary(reader)->n_threads <= MOST_THREADS;
    uint64_t n = read_blocks(reader);

    if (has_few && (way == ALL || way == BY_THREAD)) {
        MUST(read_threads(reader) == n);
    }
    if (has_few && (way == ALL || way == BY_TIME)) {
        MUST(read_merged(reader) == n);
    }
    if (way == ALL || way == DIGESTS) {
        read_digests(reader);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct memtrace_reader *reader;
    int fd = trace_input_open(data, size, &reader);

    if (reader != NULL) {
        read_tables(reader);
        if (!has_too_many(reader)) {
            read_accesses(reader, size > 0 ? (data[0] >> 1) % N_WAYS : ALL);
        }
        memtrace_close(reader);
    }
    if (fd >= 0) {
        close(fd);
    }
    return 0;
}
