/* SPDX-License-Identifier: GPL-2.0-or-later */
/* memory_pages.c - see memory_pages.h. */
#include "memory_pages.h"

#include <stdlib.h>

#include "hash64.h"

#define FIRST_TABLE 64
#define CHUNK_PAGES 64

/* Pages are never freed one by one: so they cost what they have. */
struct memory_chunk {
    struct memory_chunk *next;
    size_t n;
    struct memory_page pages[CHUNK_PAGES];
};

void memory_pages_close(struct memory_pages *pages)
{
    for (struct memory_chunk *chunk = pages->chunks; chunk;) {
        struct memory_chunk *next = chunk->next;

        for (size_t i = 0; i < chunk->n; i++) {
            free(chunk->pages[i].cells);
            free(chunk->pages[i].variables);
        }
        free(chunk);
        chunk = next;
    }
    free(pages->table);
}

static bool is_same(const struct memory_page *page,
                    const struct memory_page *other)
{
    return page->offset == other->offset && page->object == other->object &&
           page->mapping == other->mapping;
}

/* Twice: numbers of pages in a row are not to be in a row, in no bits of it. */
uint64_t memory_page_hash(const struct memory_page *page)
{
    uint64_t hash =
        hash64(hash64(page->object) ^ (uint64_t)page->mapping << 20 ^
               page->offset >> MEMORY_PAGE_BITS);

    return hash64(hash ^ hash >> 32);
}

/* Where a page is in the table, which has room, or would be. */
static struct memory_page **slot_of(const struct memory_pages *pages,
                                    const struct memory_page *page)
{
    size_t i = (size_t)(memory_page_hash(page) >> 20) & (pages->n_table - 1);

    while (pages->table[i] && !is_same(pages->table[i], page)) {
        i = (i + 1) & (pages->n_table - 1);
    }
    return &pages->table[i];
}

/* Never more than three quarters full. */
static int grow(struct memory_pages *pages)
{
    struct memory_page **old = pages->table;
    size_t n_old = pages->n_table;

    if (pages->n * 4 < n_old * 3) {
        return 0;
    }
    pages->n_table = n_old ? n_old * 2 : FIRST_TABLE;
    pages->table = calloc(pages->n_table, sizeof(struct memory_page *));
    if (!pages->table) {
        pages->table = old;
        pages->n_table = n_old;
        return MEMTRACE_ERR_NOMEM;
    }
    for (size_t i = 0; i < n_old; i++) {
        if (old[i]) {
            *slot_of(pages, old[i]) = old[i];
        }
    }
    free(old);
    return 0;
}

static struct memory_page *new_page(struct memory_pages *pages)
{
    struct memory_chunk *chunk = pages->chunks;

    if (!chunk || chunk->n == CHUNK_PAGES) {
        chunk = malloc(sizeof(*chunk));
        if (!chunk) {
            return NULL;
        }
        chunk->next = pages->chunks;
        chunk->n = 0;
        pages->chunks = chunk;
    }
    return &chunk->pages[chunk->n];
}

/* The first place where a page may be will do: most are there. */
void memory_pages_prefetch(const struct memory_pages *pages,
                           const struct memory_page *like, unsigned step)
{
    struct memory_page **slot;
    const char *page;

    if (!pages->n_table) {
        return;
    }
    slot = &pages->table[memory_page_hash(like) >> 20 & (pages->n_table - 1)];
    if (step == 0) {
        __builtin_prefetch(slot);
        return;
    }
    page = (const char *)*slot;
    if (page && step == 1) {
        __builtin_prefetch(page);
        __builtin_prefetch(page + sizeof(struct memory_page) - 1);
    } else if (page) {
        const char *cells = (const char *)(*slot)->cells;

        __builtin_prefetch(cells);
        __builtin_prefetch(cells + 64);
        __builtin_prefetch(cells + 128);
    }
}

struct memory_page *memory_pages_find(const struct memory_pages *pages,
                                      const struct memory_page *like)
{
    return pages->n_table ? *slot_of(pages, like) : NULL;
}

struct memory_page *memory_pages_get(struct memory_pages *pages,
                                     const struct memory_page *like,
                                     bool *is_new)
{
    struct memory_page *page = memory_pages_find(pages, like);

    *is_new = !page;
    if (page) {
        return page;
    }
    page = grow(pages) ? NULL : new_page(pages);
    if (!page) {
        return NULL;
    }
    *page = *like;
    page->variables = NULL;
    page->cells = memory_cells_new();
    if (!page->cells) {
        return NULL;
    }
    pages->chunks->n++;
    pages->n++;
    *slot_of(pages, like) = page;
    return page;
}

/* Is a place the better one to name the page by? */
static bool is_before(const struct memory_page *page,
                      const struct memory_page *other)
{
    if (page->is_guess != other->is_guess) {
        return !page->is_guess;
    }
    if (page->pid != other->pid) {
        return page->pid < other->pid;
    }
    return page->vaddr != other->vaddr ? page->vaddr < other->vaddr
                                       : page->time < other->time;
}

void memory_page_seen(struct memory_page *page, const struct memory_page *other)
{
    page->windows |= other->windows;
    page->is_of_several |= other->is_of_several || page->pid != other->pid;
    if (is_before(other, page)) {
        page->vaddr = other->vaddr;
        page->pid = other->pid;
        page->time = other->time;
        page->part_offset = other->part_offset;
        page->is_guess = other->is_guess;
    }
}

static void merge_variables(struct memory_page *to,
                            const struct memory_page *from)
{
    if (!to->variables || !from->variables) {
        return;
    }
    for (size_t i = 0; i < to->variables->end - to->variables->first; i++) {
        memory_add(&to->variables->counts[i], &from->variables->counts[i]);
    }
}

int memory_pages_put(struct memory_pages *pages, struct memory_page *page)
{
    struct memory_page *found = memory_pages_find(pages, page);
    struct memory_page *added;
    int error;

    if (found) {
        memory_page_seen(found, page);
        merge_variables(found, page);
        error =
            memory_cells_merge(&found->cells, page->cells, &pages->n_largest);
        free(page->cells);
        page->cells = NULL;
        return error;
    }
    added = grow(pages) ? NULL : new_page(pages);
    if (!added) {
        return MEMTRACE_ERR_NOMEM;
    }
    *added = *page;
    page->cells = NULL;
    page->variables = NULL;
    pages->n_largest += memory_cells_lines(added->cells) != NULL;
    pages->chunks->n++;
    pages->n++;
    *slot_of(pages, added) = added;
    return 0;
}

int memory_pages_merge(struct memory_pages *pages, struct memory_pages *others)
{
    int error = 0;

    for (size_t i = 0; i < others->n_table && !error; i++) {
        if (others->table[i]) {
            error = memory_pages_put(pages, others->table[i]);
            others->table[i] = NULL;
        }
    }
    return error;
}

static int compare(const void *a, const void *b)
{
    const struct memory_page *x = *(struct memory_page *const *)a;
    const struct memory_page *y = *(struct memory_page *const *)b;

    if (x->pid != y->pid) {
        return x->pid < y->pid ? -1 : 1;
    }
    if (x->vaddr != y->vaddr) {
        return x->vaddr < y->vaddr ? -1 : 1;
    }
    if (x->object != y->object) {
        return x->object < y->object ? -1 : 1;
    }
    return (x->mapping > y->mapping) - (x->mapping < y->mapping);
}

size_t memory_pages_list(const struct memory_pages *pages,
                         struct memory_page **list)
{
    size_t n = 0;

    for (size_t i = 0; i < pages->n_table; i++) {
        if (pages->table[i]) {
            list[n++] = pages->table[i];
        }
    }
    return n;
}

void memory_pages_sort(struct memory_page **list, size_t n)
{
    if (n) {
        qsort(list, n, sizeof(struct memory_page *), compare);
    }
}
