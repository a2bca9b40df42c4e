/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * replay.c - the map of writable pages, from a trace's mapping events.
 *
 *   replay map TRACE    what is writable at the end, a merged range a line
 *   replay check TRACE  how many accesses no byte of which was ever writable;
 *                       for a trace of one thread, at that moment
 *
 * It has a list of ranges where the plugin has a page map, so that the two do
 * not share a mistake.
 */
#include "memtrace.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE 4096u

/* Sorted, without overlap; ends are exclusive. */
struct range {
    uint64_t begin;
    uint64_t end;
};

struct range_set {
    struct range *ranges;
    size_t n;
};

static void die(const char *what)
{
    fprintf(stderr, "replay: %s\n", what);
    exit(2);
}

/* Takes [begin, end) out of the set and, where add is true, puts it in. */
static void set_range(struct range_set *set, uint64_t begin, uint64_t end,
                      bool add)
{
    struct range *next = malloc((set->n + 3) * sizeof *next);
    size_t n = 0;
    bool is_added = !add;

    if (!next) {
        die("out of memory");
    }
    for (size_t i = 0; i < set->n; i++) {
        struct range r = set->ranges[i];
        if (!is_added && r.begin >= begin) {
            next[n++] = (struct range){begin, end};
            is_added = true;
        }
        if (r.end <= begin || r.begin >= end) {
            next[n++] = r;
            continue;
        }
        if (r.begin < begin) {
            next[n++] = (struct range){r.begin, begin};
            if (!is_added) {
                next[n++] = (struct range){begin, end};
                is_added = true;
            }
        }
        if (r.end > end) {
            next[n++] = (struct range){end, r.end};
        }
    }
    if (!is_added) {
        next[n++] = (struct range){begin, end};
    }
    free(set->ranges);
    set->ranges = next;
    set->n = n;
}

static bool overlaps(const struct range_set *set, uint64_t begin, uint64_t end)
{
    size_t low = 0;
    size_t high = set->n;

    while (low < high) { /* the first range that ends after begin */
        size_t middle = low + (high - low) / 2;
        if (set->ranges[middle].end <= begin) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < set->n && set->ranges[low].begin < end;
}

/* keep: what was ever writable stays so. */
static void apply(struct range_set *set, const struct memtrace_event *event,
                  bool keep)
{
    uint64_t begin = event->args[0];
    uint64_t end = (begin + event->args[1] + PAGE - 1) & ~(uint64_t)(PAGE - 1);
    bool is_writable = false;

    if (event->type == MEMTRACE_EVENT_MAP ||
        event->type == MEMTRACE_EVENT_PROTECT) {
        is_writable = event->args[2] & MEMTRACE_PROT_WRITE;
    } else if (event->type != MEMTRACE_EVENT_UNMAP) {
        return;
    }
    if (begin < end && (is_writable || !keep)) {
        set_range(set, begin, end, is_writable);
    }
}

static void print_map(const struct memtrace_event *events, int64_t n)
{
    struct range_set set = {0};

    for (int64_t i = 0; i < n; i++) {
        apply(&set, &events[i], false);
    }
    for (size_t i = 0; i < set.n; i++) {
        uint64_t begin = set.ranges[i].begin;
        while (i + 1 < set.n && set.ranges[i + 1].begin == set.ranges[i].end) {
            i++;
        }
        printf("0x%016" PRIx64 " 0x%016" PRIx64 "\n", begin, set.ranges[i].end);
    }
    free(set.ranges);
}

static uint64_t count_outside(struct memtrace_reader *reader,
                              const struct memtrace_event *events, int64_t n)
{
    struct range_set set = {0};
    struct memtrace_cursor *cursor;
    struct memtrace_batch batch;
    bool is_exact = memtrace_summary(reader)->n_threads == 1;
    uint64_t n_outside = 0;
    int64_t next = 0;
    int status;

    while (!is_exact && next < n) {
        apply(&set, &events[next++], true);
    }
    if (memtrace_cursor_open_time(reader, &cursor) != 0) {
        die("no cursor");
    }
    while ((status = memtrace_cursor_next(cursor, &batch)) == 1) {
        for (size_t i = 0; i < batch.n_accesses; i++) {
            const struct memtrace_access *a = &batch.accesses[i];
            while (next < n && events[next].position <= batch.first + i) {
                apply(&set, &events[next++], false);
            }
            if (!overlaps(&set, a->vaddr, a->vaddr + a->size)) {
                if (n_outside++ < 10) {
                    printf("access %" PRIu64 " of T%u: 0x%016" PRIx64
                           " is not writable\n",
                           batch.first + i, batch.thread, a->vaddr);
                }
            }
        }
    }
    if (status < 0) {
        die(memtrace_strerror(status));
    }
    memtrace_cursor_close(cursor);
    free(set.ranges);
    return n_outside;
}

int main(int argc, char **argv)
{
    struct memtrace_reader *reader;
    const struct memtrace_event *events;
    uint64_t n_outside = 0;

    if (argc != 3) {
        die("usage: replay map|check TRACE");
    }
    int status = memtrace_open(argv[2], &reader);
    if (status != 0) {
        die(memtrace_strerror(status));
    }
    int64_t n = memtrace_events(reader, &events);
    if (n < 0) {
        die(memtrace_strerror((int)n));
    }
    if (strcmp(argv[1], "map") == 0) {
        print_map(events, n);
    } else {
        n_outside = count_outside(reader, events, n);
        printf("%" PRIu64 " accesses outside of writable memory\n", n_outside);
    }
    memtrace_close(reader);
    return n_outside != 0;
}
