/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * page_history.c - see page_history.h.  Memory: at most 24 MiB, and 28 MiB
 * for a moment, while the table grows.
 */
#include "page_history.h"

#include <pthread.h>
#include <stdlib.h>

#include "array.h"
#include "key_map.h"
#include "writer.h"

#define MOST_PAGES (1u << 19)

/* An own page was touched within so many accesses of its thread. */
#define OF_LATE (6 * (uint64_t)MEMTRACE_BLOCK_ACCESSES)

struct race_history {
    pthread_mutex_t lock;
    struct key_map numbers;
    struct page {
        uint64_t last; /* accesses of the thread before the last block */
        uint32_t thread;
        bool is_shared; /* other threads came, too */
    } * pages;
    size_t room;
};

/* The table of numbers is half full then. */
_Static_assert(MOST_PAGES *(sizeof(struct page) +
                            2 * sizeof(struct key_map_slot)) == 24u << 20,
               "the memory that docs/races.md states");

struct race_history *race_history_new(void)
{
    struct race_history *history = calloc(1, sizeof(*history));

    if (history) {
        pthread_mutex_init(&history->lock, NULL);
    }
    return history;
}

void race_history_free(struct race_history *history)
{
    if (history) {
        pthread_mutex_destroy(&history->lock);
        key_map_free(&history->numbers);
        free(history->pages);
        free(history);
    }
}

/* Under the lock. Return: the page, NULL if it is new. */
static struct page *find(struct race_history *history, uint64_t number,
                         const struct page *new_one)
{
    size_t n = history->numbers.n;
    uint32_t page;

    if (n >= MOST_PAGES) {
        page = key_map_find(&history->numbers, number);
        return page == KEY_MAP_NONE ? NULL : &history->pages[page];
    }
    if (array_reserve(history->pages, history->room, n + 1) < 0) {
        return NULL;
    }
    page = key_map_add(&history->numbers, number, (uint32_t)n);
    if (page == KEY_MAP_NONE) {
        return NULL;
    }
    if (page == n) {
        history->pages[page] = *new_one;
        return NULL;
    }
    return &history->pages[page];
}

void race_history_touch(struct race_history *history, uint32_t thread,
                        uint64_t first,
                        const struct memtrace_digest_page *pages,
                        size_t n_pages, bool *is_own)
{
    const struct page now = {.last = first, .thread = thread};

    pthread_mutex_lock(&history->lock);
    for (size_t i = 0; i < n_pages; i++) {
        struct page *page = find(history, pages[i].number, &now);

        is_own[i] = false;
        if (page) {
            page->is_shared |= page->thread != thread;
            /* Blocks may come in another order than they were made. */
            is_own[i] = !page->is_shared && first <= page->last + OF_LATE;
            page->last = first > page->last ? first : page->last;
        }
    }
    pthread_mutex_unlock(&history->lock);
}
