/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * evicted_list.c - see evicted_list.h.
 *
 * A recorder that was killed while it evicted leaves both the block and what
 * was to replace it, or two EVICTED blocks from the same access on, of which
 * the longer is the newer.
 */
#include "evicted_list.h"

#include <stdlib.h>

#include "array.h"
#include "lower_bound.h"

int evicted_list_add(struct evicted_list *list, const struct stored_part *part,
                     const uint8_t *head, size_t head_size)
{
    struct stored_evicted evicted = {.part = *part}, *added;

    if (evicted_head_get(head, head_size, &evicted.head) < 0) {
        return MEMTRACE_ERR_CORRUPT;
    }
    added = array_add(list->all, list->n, list->room);
    if (!added) {
        return MEMTRACE_ERR_NOMEM;
    }
    *added = evicted;
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

static bool is_covered(const struct evicted_list *list, uint32_t thread,
                       uint64_t first)
{
    size_t behind = lower_bound(
        list->n, i, evicted_is_up_to(&list->all[i].head, thread, first));
    const struct evicted_head *h =
        behind > 0 ? &list->all[behind - 1].head : NULL;

    return h && h->thread == thread && first - h->first < h->n_accesses;
}

static void leave_out_covered(const struct evicted_list *list,
                              struct stored *stored)
{
    size_t n = 0;

    for (size_t i = 0; i < stored->n_blocks; i++) {
        const struct memtrace_block *b = &stored->blocks[i].facts;

        if (!is_covered(list, b->thread, b->first)) {
            stored->blocks[n++] = stored->blocks[i];
        }
    }
    stored->n_blocks = n;
}

static void leave_out_older(struct evicted_list *list)
{
    size_t n = 0;

    for (size_t i = 0; i < list->n; i++) {
        const struct evicted_head *h = &list->all[i].head;
        const struct evicted_head *last = n ? &list->all[n - 1].head : NULL;

        if (!last || last->thread != h->thread || h->first > last->first) {
            list->all[n++] = list->all[i];
        }
    }
    list->n = n;
}

void evicted_list_settle(struct evicted_list *list, struct stored *stored)
{
    if (list->n == 0) {
        return;
    }
    qsort(list->all, list->n, sizeof(*list->all), compare);
    leave_out_older(list);
    leave_out_covered(list, stored);
}

uint64_t evicted_list_count(const struct evicted_list *list,
                            struct memtrace_thread *thread, size_t *place,
                            struct memtrace_summary *summary)
{
    uint64_t n_lost = 0;

    for (; *place < list->n; ++*place) {
        const struct evicted_head *h = &list->all[*place].head;

        if (h->thread != thread->number) {
            break;
        }
        thread->n_evicted += h->n_accesses;
        summary->n_evicted += h->n_accesses;
        n_lost += h->n_lost;
        if (h->start_time < summary->start_time) {
            summary->start_time = h->start_time;
        }
        if (h->end_time > summary->whole_time) {
            summary->whole_time = h->end_time;
        }
    }
    return n_lost;
}

void evicted_list_free(struct evicted_list *list)
{
    free(list->all);
}
