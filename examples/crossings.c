/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * crossings.c - how many accesses go over the end of a cache line, by size: an
 * analysis outside of the project, with libmemtrace alone.
 *
 *   cc -o crossings crossings.c $(pkg-config --cflags --libs libmemtrace)
 *   crossings memtrace.data
 *
 * docs/analyses.md explains it, and shows the same inside the project.
 */
#include <inttypes.h>
#include <stdio.h>

#include <memtrace.h>

#define LINE_BYTES 64
#define SIZES 8 /* 1 to 128 bytes */

static uint64_t n_accesses[SIZES], n_crossing[SIZES];

static void count(const struct memtrace_batch *batch)
{
    for (size_t i = 0; i < batch->n_accesses; i++) {
        const struct memtrace_access *access = &batch->accesses[i];
        unsigned size = 0;

        while (size < SIZES - 1 && 1u << size < access->size) {
            size++;
        }
        n_accesses[size]++;
        n_crossing[size] +=
            access->vaddr % LINE_BYTES + access->size > LINE_BYTES;
    }
}

/* Blocks come in any order: what is counted does not depend on it. */
static int count_all(const struct memtrace_reader *reader)
{
    struct memtrace_cursor *cursor;
    struct memtrace_batch batch;
    int result = memtrace_cursor_open_block(reader, &cursor);

    for (uint64_t i = 0; result == 0 && memtrace_block(reader, i); i++) {
        result = memtrace_cursor_seek(cursor, i);
        while (result >= 0 && (result = memtrace_cursor_next(cursor, &batch))) {
            if (result > 0) {
                count(&batch);
            }
        }
    }
    memtrace_cursor_close(cursor);
    return result;
}

int main(int argc, char **argv)
{
    struct memtrace_reader *reader;
    int error;

    if (argc != 2) {
        fputs("usage: crossings TRACE\n", stderr);
        return 2;
    }
    error = memtrace_open(argv[1], &reader);
    if (error == 0) {
        error = count_all(reader);
    }
    for (unsigned i = 0; i < SIZES && error == 0; i++) {
        if (n_accesses[i]) {
            printf("%3u bytes: %" PRIu64 " accesses, %" PRIu64 " crossing\n",
                   1u << i, n_accesses[i], n_crossing[i]);
        }
    }
    if (error) {
        fprintf(stderr, "crossings: %s: %s\n", argv[1],
                memtrace_strerror(error));
    }
    memtrace_close(reader);
    return error ? 1 : 0;
}
