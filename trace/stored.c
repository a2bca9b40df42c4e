/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stored.c - see stored.h. */
#include "stored.h"

#include <stdlib.h>

#include "array.h"
#include "lower_bound.h"

static int add_access_block(struct stored *stored, const struct block_ref *ref)
{
    const struct access_head *h = &ref->head;
    struct stored_block *block =
        stored->n_blocks < UINT32_MAX
            ? array_add(stored->blocks, stored->n_blocks, stored->room_blocks)
            : NULL;

    if (!block) {
        return MEMTRACE_ERR_NOMEM;
    }
    *block = (struct stored_block){
        .facts = {.thread = h->thread,
                  .first = h->first,
                  .n_accesses = h->n_accesses,
                  .start_time = h->start_time,
                  .end_time = h->end_time,
                  .min_vaddr = h->min_vaddr,
                  .max_vaddr = h->max_vaddr,
                  .bytes = ref->size},
        .offset = ref->offset,
        .n_stores = h->n_stores,
        .n_atomics = h->n_atomics,
        .n_lost = h->n_lost,
        .n_events = h->n_events,
        .events_size = h->events_size,
    };
    return 0;
}

int stored_add(struct stored *stored, const struct block_ref *ref)
{
    struct stored_part *part;

    if (ref->kind == BLOCK_ACCESS) {
        return add_access_block(stored, ref);
    }
    part = array_add(stored->parts, stored->n_parts, stored->room_parts);
    if (!part) {
        return MEMTRACE_ERR_NOMEM;
    }
    *part = (struct stored_part){
        .offset = ref->offset, .size = ref->size, .kind = ref->kind};
    return 0;
}

static int compare_offsets(const void *a, const void *b)
{
    const struct stored_block *x = a, *y = b;

    return (x->offset > y->offset) - (x->offset < y->offset);
}

static int compare_part_offsets(const void *a, const void *b)
{
    const struct stored_part *x = a, *y = b;

    return (x->offset > y->offset) - (x->offset < y->offset);
}

void stored_sort(struct stored *stored)
{
    if (stored->n_blocks) {
        qsort(stored->blocks, stored->n_blocks, sizeof(*stored->blocks),
              compare_offsets);
    }
    if (stored->n_parts) {
        qsort(stored->parts, stored->n_parts, sizeof(*stored->parts),
              compare_part_offsets);
    }
}

/* What orders blocks within by_thread; the offset makes it one order. */
static int compare_places(const void *a, const void *b, void *of)
{
    const struct stored_block *blocks = of;
    const struct stored_block *x = &blocks[*(const uint32_t *)a];
    const struct stored_block *y = &blocks[*(const uint32_t *)b];

    if (x->facts.thread != y->facts.thread) {
        return x->facts.thread < y->facts.thread ? -1 : 1;
    }
    if (x->facts.first != y->facts.first) {
        return x->facts.first < y->facts.first ? -1 : 1;
    }
    return (x->offset > y->offset) - (x->offset < y->offset);
}

int stored_order(struct stored *stored)
{
    stored->by_thread = calloc(stored->n_blocks + 1, sizeof(uint32_t));
    if (!stored->by_thread) {
        return MEMTRACE_ERR_NOMEM;
    }
    for (size_t i = 0; i < stored->n_blocks; i++) {
        stored->by_thread[i] = (uint32_t)i;
    }
    qsort_r(stored->by_thread, stored->n_blocks, sizeof(uint32_t),
            compare_places, stored->blocks);
    return 0;
}

static uint32_t thread_at(const struct stored *stored, size_t place)
{
    return stored->blocks[stored->by_thread[place]].facts.thread;
}

size_t stored_of_thread(const struct stored *stored, uint32_t thread,
                        size_t *n_blocks)
{
    size_t n = stored->n_blocks;
    size_t first = lower_bound(n, i, thread_at(stored, i) < thread);

    *n_blocks =
        lower_bound_from(first, n, i, thread_at(stored, i) <= thread) - first;
    return first;
}

void stored_damaged(struct stored_block *block,
                    struct memtrace_summary *summary)
{
    if (!__atomic_exchange_n(&block->is_damaged, 1, __ATOMIC_RELAXED)) {
        __atomic_fetch_add(&summary->n_damaged_blocks, 1, __ATOMIC_RELAXED);
        __atomic_fetch_add(&summary->damaged_bytes, block->facts.bytes,
                           __ATOMIC_RELAXED);
    }
}

void stored_free(struct stored *stored)
{
    free(stored->by_thread);
    free(stored->parts);
    free(stored->blocks);
}
