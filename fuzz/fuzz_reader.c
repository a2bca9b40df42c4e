/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_reader.c - a file of any bytes is opened as a trace, read in every way
 * that there is, and given to all analyses.
 *
 * The first byte tells whether checksums are made right, so that what is
 * behind them is reached as well.  The rest is the file.
 */
#include <unistd.h>
#include <xxhash.h>

#include "digest.h"
#include "format.h"
#include "fuzz.h"
#include "memtrace.h"
#include "pass.h"
#include "race_report.h"
#include "races.h"
#include "reports.h"
#include "thread_totals.h"
#include "trace_symbols.h"

#define SEAL 1
#define MOST_ANALYSES 16

static void put_checksum(uint8_t *at, uint64_t sum)
{
    memcpy(at, &sum, sizeof(sum));
}

/* Of an ACCESS block's parts, where its head says that they are. */
static void seal_parts(uint8_t *head, uint32_t head_size, uint64_t body)
{
    const uint8_t *p = head + head_size;
    uint32_t events, digest;

    memcpy(&events, head + ACCESS_EVENTS_SIZE, sizeof(events));
    if (events <= body) {
        put_checksum(head + ACCESS_EVENTS_CHECKSUM, XXH3_64bits(p, events));
    }
    if (head_size >= ACCESS_HEAD_BYTES_DIGEST &&
        (head[ACCESS_FLAGS] & ACCESS_HAS_DIGEST)) {
        memcpy(&digest, head + ACCESS_DIGEST_SIZE, sizeof(digest));
        if (digest <= body) {
            put_checksum(head + ACCESS_DIGEST_CHECKSUM,
                         XXH3_64bits(p + body - digest, digest));
        }
    }
}

static void seal_block(uint8_t *block, uint64_t left)
{
    uint8_t both[24 + BLOCK_HEAD_MAX];
    uint32_t head;
    uint64_t body;

    memcpy(&head, block + BLOCK_HEAD_SIZE, sizeof(head));
    memcpy(&body, block + BLOCK_BODY_SIZE, sizeof(body));
    left -= BLOCK_HEADER_BYTES;
    if (head > BLOCK_HEAD_MAX || head > left) {
        return;
    }
    if (body <= left - head) {
        uint8_t kind = block[BLOCK_KIND];
        uint8_t *p = block + BLOCK_HEADER_BYTES;

        put_checksum(block + BLOCK_BODY_CHECKSUM, XXH3_64bits(p + head, body));
        if (kind == BLOCK_ACCESS && head >= ACCESS_HEAD_BYTES) {
            seal_parts(p, head, body);
        }
    }
    memcpy(both, block + BLOCK_KIND, 24);
    memcpy(both + 24, block + BLOCK_HEADER_BYTES, head);
    put_checksum(block + BLOCK_HEAD_CHECKSUM, XXH3_64bits(both, 24 + head));
}

/* From the end on: a digest has a block in it, whose bytes count as well. */
static void seal(uint8_t *file, size_t size)
{
    for (size_t at = size; at-- > 0;) {
        if (size - at >= BLOCK_HEADER_BYTES &&
            memcmp(file + at, BLOCK_SYNC, BLOCK_SYNC_BYTES) == 0) {
            seal_block(file + at, size - at);
        }
    }
    if (size >= TRAILER_BYTES) {
        uint8_t *trailer = file + size - TRAILER_BYTES;

        put_checksum(trailer + TRAILER_CHECKSUM,
                     XXH3_64bits(trailer, TRAILER_CHECKSUM));
    }
}

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

    for (uint32_t i = 0; i < n_threads && i < 1000; i++) {
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

static void look_for_races(struct memtrace_reader *reader,
                           struct symbols *symbols)
{
    struct races_config config = {.n_workers = 1};
    struct code_rules rules = {.n = 0};
    struct race_names names = {symbols, &rules};
    struct race_report report;
    struct races races;
    int error = races_find(reader, &config, &races);

    if (error) {
        MUST(error == MEMTRACE_ERR_LIMIT);
        races_free(&races);
        return;
    }
    MUST(race_report_make(reader, &races, &names, true, &report) == 0);
    MUST(report.n <= races.n_races);
    race_report_free(&report);
    races_free(&races);
}

/* Add what a report needs, once. Return: how many items there are. */
static size_t add_needs(struct pass_item *items, size_t n,
                        const struct report_kind *kind)
{
    for (const struct report_need *need = kind->needs; need->analysis; need++) {
        size_t i = 0;

        while (i < n && items[i].analysis != need->analysis) {
            i++;
        }
        if (i == n) {
            MUST(n < MOST_ANALYSES);
            items[n++].analysis = need->analysis;
        }
    }
    return n;
}

/* Return: accesses that they were given. */
static uint64_t run_analyses(struct memtrace_reader *reader)
{
    struct pass_item items[MOST_ANALYSES] = {{.analysis = NULL}};
    struct pass_config config = {.n_workers = 1};
    size_t n = 0;
    uint64_t n_accesses = 0;

    for (size_t i = 0; reports[i] != NULL; i++) {
        n = add_needs(items, n, reports[i]);
    }
    MUST(trace_symbols_new(reader, NULL, &config.symbols) == 0);
    MUST(symbols_prepare(config.symbols) == 0);
    MUST(pass_run(reader, &config, items, n) == 0);
    for (size_t i = 0; i < n; i++) {
        if (items[i].analysis == &analysis_threads) {
            const struct thread_totals *totals = thread_totals(items[i].state);

            for (size_t t = 0; t < totals->n; t++) {
                n_accesses += totals->threads[t].n_loads;
                n_accesses += totals->threads[t].n_stores;
            }
        }
    }
    pass_end(items, n);
    look_for_races(reader, config.symbols);
    symbols_free(config.symbols);
    return n_accesses;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct memtrace_reader *reader;
    char path[FUZZ_PATH_MAX];
    uint8_t *file;
    int fd;

    if (size < 1 + FILE_HEADER_BYTES) {
        return 0;
    }
    file = malloc(size - 1);
    MUST(file != NULL);
    memcpy(file, data + 1, size - 1);
    if (data[0] & SEAL) {
        seal(file, size - 1);
    }
    fd = fuzz_file(file, size - 1, path);
    free(file);
    if (memtrace_open(path, &reader) == 0) {
        uint64_t n = read_threads(reader);

        /* Damage is found alike whichever way a block is read. */
        MUST(memtrace_summary(reader)->n_threads > 1000 ||
             read_merged(reader) == n);
        MUST(memtrace_summary(reader)->n_threads > 1000 ||
             run_analyses(reader) == read_blocks(reader));
        read_tables(reader);
        read_digests(reader);
        memtrace_close(reader);
    }
    close(fd);
    return 0;
}
