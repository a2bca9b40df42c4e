/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * print_trace.c - what no command prints of a trace: how many events it has of
 * each type, and the digests of its blocks with the accesses that they list.
 *
 *   print_trace FILE
 */
#include <inttypes.h>
#include <stdio.h>

#include "digest.h"
#include "memtrace.h"

static void print_digest(uint64_t block, const struct memtrace_digest *digest)
{
    printf("block %" PRIu64 "\n", block);
    for (size_t i = 0; i < digest->n_pages; i++) {
        printf("  page 0x%" PRIx64 " flags %" PRIu32 "\n",
               digest->pages[i].number, digest->pages[i].flags);
    }
    for (size_t i = 0; i < digest->n_atomics; i++) {
        printf("  atomic 0x%" PRIx64 " %u\n", digest->atomics[i].vaddr,
               digest->atomics[i].size);
    }
    for (size_t i = 0; i < digest->n_waits; i++) {
        const struct memtrace_digest_wait *wait = &digest->waits[i];

        printf("  wait 0x%" PRIx64 " %u insn %" PRIu32 " loads %" PRIu32
               " from %" PRIu64 " to %" PRIu64 "\n",
               wait->vaddr, wait->size, wait->insn, wait->n_loads,
               wait->start_time, wait->end_time);
    }
    for (size_t i = 0; i < digest->n_listed; i++) {
        const struct memtrace_access *access = &digest->listed[i];

        printf("  listed %" PRIu32 ": 0x%" PRIx64 " %u insn %" PRIu32
               " flags %u time %" PRIu64 "\n",
               digest->listed_at[i], access->vaddr, access->size, access->insn,
               access->flags, access->time);
    }
}

static int print_events(struct memtrace_reader *reader)
{
    static uint64_t counts[1 << 16];
    const struct memtrace_event *events;
    int64_t n = memtrace_events(reader, &events);

    for (int64_t i = 0; i < n; i++) {
        counts[events[i].type]++;
    }
    for (unsigned type = 0; type < 1 << 16; type++) {
        if (counts[type]) {
            printf("event type %u: %" PRIu64 "\n", type, counts[type]);
        }
    }
    return n < 0 ? (int)n : 0;
}

int main(int argc, char **argv)
{
    struct memtrace_digest digest = {.n_pages = 0};
    struct memtrace_reader *reader;
    int result =
        argc == 2 ? memtrace_open(argv[1], &reader) : MEMTRACE_ERR_INVALID;

    if (result < 0) {
        fprintf(stderr, "print_trace: %s\n", memtrace_strerror(result));
        return 1;
    }
    result = print_events(reader);
    for (uint64_t i = 0; result >= 0 && i < memtrace_summary(reader)->n_blocks;
         i++) {
        result = memtrace_digest_read(reader, i, true, &digest);
        if (result > 0) {
            print_digest(i, &digest);
        }
    }
    if (result < 0) {
        fprintf(stderr, "print_trace: %s\n", memtrace_strerror(result));
    }
    memtrace_digest_free(&digest);
    memtrace_close(reader);
    return result < 0;
}
