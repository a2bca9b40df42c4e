/* SPDX-License-Identifier: GPL-2.0-or-later */
/* memory_shared.c - see memory_shared.h. */
#include "memory_shared.h"

#include <stdlib.h>

#define MOST_LATER 16384

/* Accesses that are put off. */
struct put_off {
    struct memory_page like;
    struct memory_cells_add add;
    bool is_atomic;
};

struct memory_later {
    struct memory_shared *shared;
    struct memory_pages *own;
    size_t n;
    struct put_off list[MOST_LATER];
    uint32_t order[MOST_LATER]; /* numbers of them, by shard */
};

struct memory_shared *memory_shared_new(size_t most_own)
{
    struct memory_shared *shared = calloc(1, sizeof(*shared));

    for (size_t i = 0; shared && i < MEMORY_SHARDS; i++) {
        pthread_mutex_init(&shared->shards[i].lock, NULL);
    }
    if (shared) {
        shared->most_own = most_own;
    }
    return shared;
}

void memory_shared_free(struct memory_shared *shared)
{
    for (size_t i = 0; shared && i < MEMORY_SHARDS; i++) {
        pthread_mutex_destroy(&shared->shards[i].lock);
        memory_pages_close(&shared->shards[i].pages);
    }
    free(shared);
}

/* The table of a shard takes bits below these. */
static size_t shard_of(const struct memory_page *page)
{
    return memory_page_hash(page) >> 56;
}

int memory_shared_put(struct memory_shared *shared, struct memory_pages *pages,
                      bool all)
{
    struct memory_pages before = *pages;
    int error = 0;

    *pages = (struct memory_pages){.n = 0};
    for (size_t i = 0; i < before.n_table && !error; i++) {
        struct memory_page *page = before.table[i];
        struct memory_shard *shard;

        if (!page) {
            continue;
        }
        if (!all && (page->variables || memory_cells_lines(page->cells))) {
            error = memory_pages_put(pages, page);
            continue;
        }
        shard = &shared->shards[shard_of(page)];
        pthread_mutex_lock(&shard->lock);
        error = memory_pages_put(&shard->pages, page);
        pthread_mutex_unlock(&shard->lock);
    }
    memory_pages_close(&before);
    return error;
}

struct memory_page **memory_shared_list(struct memory_shared *shared, size_t *n)
{
    struct memory_page **list;
    size_t room = 0;

    *n = 0;
    for (size_t i = 0; i < MEMORY_SHARDS; i++) {
        room += shared->shards[i].pages.n;
    }
    list = calloc(room + 1, sizeof(struct memory_page *));
    for (size_t i = 0; list && i < MEMORY_SHARDS; i++) {
        *n += memory_pages_list(&shared->shards[i].pages, list + *n);
    }
    if (list) {
        memory_pages_sort(list, *n);
    }
    return list;
}

struct memory_later *memory_later_new(struct memory_shared *shared,
                                      struct memory_pages *own)
{
    struct memory_later *later = malloc(sizeof(*later));

    if (later) {
        later->shared = shared;
        later->own = own;
        later->n = 0;
    }
    return later;
}

static bool is_same(const struct put_off *last, const struct memory_page *like,
                    const struct memory_cells_add *add)
{
    return last->like.offset == like->offset &&
           last->like.object == like->object &&
           last->like.mapping == like->mapping &&
           last->like.windows == like->windows && last->like.pid == like->pid &&
           last->like.time == like->time && last->add.line == add->line &&
           last->add.is_store == add->is_store && last->add.who == add->who;
}

int memory_later_add(struct memory_later *later, const struct memory_page *like,
                     const struct memory_cells_add *add, bool is_atomic)
{
    struct put_off *last = later->n ? &later->list[later->n - 1] : NULL;
    int result = 0;

    if (last && !is_atomic && !last->is_atomic && is_same(last, like, add) &&
        last->add.n < UINT32_MAX) {
        last->add.n += add->n;
        return 0;
    }
    if (later->n == MOST_LATER) {
        result = memory_later_flush(later);
    }
    later->list[later->n++] = (struct put_off){*like, *add, is_atomic};
    return result;
}

/* Numbers of all that is put off, those of a shard together. */
static void order_by_shard(struct memory_later *later,
                           uint32_t starts[MEMORY_SHARDS + 1])
{
    uint32_t next[MEMORY_SHARDS];
    uint32_t sum = 0;

    for (size_t i = 0; i <= MEMORY_SHARDS; i++) {
        starts[i] = 0;
    }
    for (size_t i = 0; i < later->n; i++) {
        starts[shard_of(&later->list[i].like)]++;
    }
    for (size_t i = 0; i <= MEMORY_SHARDS; i++) {
        uint32_t n = starts[i];

        starts[i] = sum;
        sum += n;
        if (i < MEMORY_SHARDS) {
            next[i] = starts[i];
        }
    }
    for (size_t i = 0; i < later->n; i++) {
        later->order[next[shard_of(&later->list[i].like)]++] = (uint32_t)i;
    }
}

static int count_one(struct memory_later *later, struct memory_shard *shard,
                     const struct put_off *one)
{
    /* A shared page is large only where it must be: busy ones are not. */
    size_t enough = SIZE_MAX / 2;
    bool is_new;
    struct memory_page *page =
        memory_pages_get(&shard->pages, &one->like, &is_new);
    int error = page ? 0 : MEMTRACE_ERR_NOMEM;

    if (page) {
        memory_page_seen(page, &one->like);
    }
    if (!error && one->is_atomic) {
        error = memory_cells_enlarge(&page->cells, &enough);
    }
    if (!error) {
        error = memory_cells_add(&page->cells, &one->add, &enough);
    }
    if (!error && one->is_atomic) {
        memory_cells_lines(page->cells)[one->add.line].n_atomics++;
    }
    if (!error && page->cells->count_bits > MEMORY_BUSY_BITS &&
        later->own->n < later->shared->most_own &&
        !memory_pages_find(later->own, &one->like)) {
        return memory_pages_get(later->own, &one->like, &is_new)
                   ? 1
                   : MEMTRACE_ERR_NOMEM;
    }
    return error;
}

/* Each step asks for the memory that the next one needs. */
static int count_shard(struct memory_later *later, struct memory_shard *shard,
                       const uint32_t *order, size_t n)
{
    int result = 0;

    for (unsigned step = 0; step < MEMORY_PAGES_STEPS; step++) {
        for (size_t i = 0; i < n; i++) {
            memory_pages_prefetch(&shard->pages, &later->list[order[i]].like,
                                  step);
        }
    }
    for (size_t i = 0; i < n && result >= 0; i++) {
        int one = count_one(later, shard, &later->list[order[i]]);

        result = one ? one : result;
    }
    return result;
}

int memory_later_flush(struct memory_later *later)
{
    uint32_t starts[MEMORY_SHARDS + 1];
    int result = 0;

    order_by_shard(later, starts);
    for (size_t i = 0; i < MEMORY_SHARDS && result >= 0; i++) {
        struct memory_shard *shard = &later->shared->shards[i];
        int one;

        if (starts[i] == starts[i + 1]) {
            continue;
        }
        pthread_mutex_lock(&shard->lock);
        one = count_shard(later, shard, later->order + starts[i],
                          starts[i + 1] - starts[i]);
        pthread_mutex_unlock(&shard->lock);
        result = one ? one : result;
    }
    later->n = 0;
    return result;
}
