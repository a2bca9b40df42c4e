/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * evicted.c - see evicted.h; and the reader's side: EVICTED blocks are noted,
 * and what they stand for is left out where it is there as well.
 *
 * A recorder that was killed while it evicted leaves both the block and what
 * was to replace it, or two EVICTED blocks from the same access on, of which
 * the longer is the newer.
 */
#include "evicted.h"

#include <stdlib.h>
#include <string.h>

#include "reader.h"

void evicted_head_put(uint8_t *p, const struct evicted_head *head)
{
    put_le32(p + EVICTED_THREAD, head->thread);
    put_le32(p + EVICTED_N_EVENTS, head->n_events);
    put_le64(p + EVICTED_FIRST, head->first);
    put_le64(p + EVICTED_START_TIME, head->start_time);
    put_le64(p + EVICTED_END_TIME, head->end_time);
    put_le64(p + EVICTED_N_ACCESSES, head->n_accesses);
    put_le64(p + EVICTED_N_STORES, head->n_stores);
    put_le64(p + EVICTED_N_ATOMICS, head->n_atomics);
    put_le64(p + EVICTED_N_LOST, head->n_lost);
}

int evicted_head_get(const uint8_t *p, size_t size, struct evicted_head *head)
{
    if (size < EVICTED_HEAD_BYTES) {
        return MEMTRACE_ERR_CORRUPT;
    }
    head->thread = get_le32(p + EVICTED_THREAD);
    head->n_events = get_le32(p + EVICTED_N_EVENTS);
    head->first = get_le64(p + EVICTED_FIRST);
    head->start_time = get_le64(p + EVICTED_START_TIME);
    head->end_time = get_le64(p + EVICTED_END_TIME);
    head->n_accesses = get_le64(p + EVICTED_N_ACCESSES);
    head->n_stores = get_le64(p + EVICTED_N_STORES);
    head->n_atomics = get_le64(p + EVICTED_N_ATOMICS);
    head->n_lost = get_le64(p + EVICTED_N_LOST);
    if (head->thread >= LIMIT_THREADS ||
        head->n_accesses > UINT64_MAX - head->first ||
        head->n_stores > head->n_accesses ||
        head->n_atomics > head->n_accesses) {
        return MEMTRACE_ERR_CORRUPT;
    }
    return 0;
}

struct access_head evicted_base(const struct evicted_head *head)
{
    return (struct access_head){
        .thread = head->thread,
        .first = head->first,
        .start_time = head->start_time,
        .n_accesses = head->n_accesses,
    };
}

bool evicted_keeps(const struct memtrace_event *event)
{
    switch (event->type) {
    case MEMTRACE_EVENT_PROCESS_START:
    case MEMTRACE_EVENT_THREAD_START:
    case MEMTRACE_EVENT_THREAD_END:
    case MEMTRACE_EVENT_MAP:
    case MEMTRACE_EVENT_UNMAP:
    case MEMTRACE_EVENT_PROTECT:
    case MEMTRACE_EVENT_PAUSE:
    case MEMTRACE_EVENT_RESUME:
    case MEMTRACE_EVENT_ALLOCATE:
    case MEMTRACE_EVENT_FREE:
        return true;
    case MEMTRACE_EVENT_SYSCALL:
    case MEMTRACE_EVENT_SYSCALL_RETURN:
        /* They tell of a thread's stack and thread-local storage. */
        return strncmp(event->text, "clone", 5) == 0;
    default:
        return false;
    }
}

int reader_add_evicted(struct memtrace_reader *reader,
                       const struct stored_part *part, const uint8_t *head,
                       size_t head_size)
{
    struct stored_evicted *evicted =
        array_room(reader->evicted, &reader->room_evicted, reader->n_evicted,
                   sizeof(*evicted));

    if (!evicted) {
        return MEMTRACE_ERR_NOMEM;
    }
    reader->evicted = evicted;
    evicted += reader->n_evicted;
    *evicted = (struct stored_evicted){.part = *part};
    if (evicted_head_get(head, head_size, &evicted->head) < 0) {
        return MEMTRACE_ERR_CORRUPT;
    }
    reader->n_evicted++;
    return 0;
}

/* By thread and first; of those that begin alike the longest is first. */
static int compare(const void *a, const void *b)
{
    const struct evicted_head *x = &((const struct stored_evicted *)a)->head;
    const struct evicted_head *y = &((const struct stored_evicted *)b)->head;

    if (x->thread != y->thread) {
        return x->thread < y->thread ? -1 : 1;
    }
    if (x->first != y->first) {
        return x->first < y->first ? -1 : 1;
    }
    return (x->n_accesses < y->n_accesses) - (x->n_accesses > y->n_accesses);
}

size_t evicted_place(const void *heads, size_t n, size_t step_bytes,
                     uint32_t thread, uint64_t first)
{
    size_t low = 0;

    while (low < n) {
        size_t middle = low + (n - low) / 2;
        const struct evicted_head *h =
            (const void *)((const char *)heads + middle * step_bytes);

        if (h->thread < thread || (h->thread == thread && h->first <= first)) {
            low = middle + 1;
        } else {
            n = middle;
        }
    }
    return low;
}

static bool is_covered(const struct memtrace_reader *reader, uint32_t thread,
                       uint64_t first)
{
    size_t i = evicted_place(reader->evicted, reader->n_evicted,
                             sizeof(*reader->evicted), thread, first);
    const struct evicted_head *h = i > 0 ? &reader->evicted[i - 1].head : NULL;

    return h && h->thread == thread && first - h->first < h->n_accesses;
}

static void leave_out_covered(struct memtrace_reader *reader)
{
    size_t n = 0;

    for (size_t i = 0; i < reader->n_blocks; i++) {
        const struct memtrace_block *b = &reader->blocks[i].facts;

        if (!is_covered(reader, b->thread, b->first)) {
            reader->blocks[n++] = reader->blocks[i];
        }
    }
    reader->n_blocks = n;
}

static void leave_out_older(struct memtrace_reader *reader)
{
    size_t n = 0;

    for (size_t i = 0; i < reader->n_evicted; i++) {
        const struct evicted_head *h = &reader->evicted[i].head;
        const struct evicted_head *last =
            n ? &reader->evicted[n - 1].head : NULL;

        if (!last || last->thread != h->thread || h->first > last->first) {
            reader->evicted[n++] = reader->evicted[i];
        }
    }
    reader->n_evicted = n;
}

void reader_load_evicted(struct memtrace_reader *reader)
{
    if (reader->n_evicted == 0) {
        return;
    }
    qsort(reader->evicted, reader->n_evicted, sizeof(*reader->evicted),
          compare);
    leave_out_older(reader);
    leave_out_covered(reader);
}

uint64_t reader_count_evicted(struct memtrace_reader *reader,
                              struct memtrace_thread *thread, size_t *place)
{
    struct memtrace_summary *s = &reader->summary;
    uint64_t n_lost = 0;

    for (; *place < reader->n_evicted; ++*place) {
        const struct evicted_head *h = &reader->evicted[*place].head;

        if (h->thread != thread->number) {
            break;
        }
        thread->n_evicted += h->n_accesses;
        s->n_evicted += h->n_accesses;
        n_lost += h->n_lost;
        if (h->start_time < s->start_time) {
            s->start_time = h->start_time;
        }
        if (h->end_time > s->whole_time) {
            s->whole_time = h->end_time;
        }
    }
    return n_lost;
}
