/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scan.c - see scan.h.  Memory: 28 bytes for each touched page. */
#include "scan.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "order_calls.h"

/* Their numbers have 31 bits, see shared_blocks.h. */
#define MOST_TOUCHED ((size_t)1 << 31)

/* More pages of one access by the kernel are not believed. */
#define MOST_PAGES (1u << 18)

static int begin(const struct analysis_source *source, const void *settings,
                 void **state)
{
    struct race_scan *scan = calloc(1, sizeof(*scan));
    int error;

    if (!scan) {
        return MEMTRACE_ERR_NOMEM;
    }
    error = race_alone_find(source->reader, &scan->alone);
    if (error) {
        free(scan);
        return error;
    }
    scan->reader = source->reader;
    scan->spaces = settings;
    scan->guest = guest_find(memtrace_meta(source->reader, "guest.arch"));
    *state = scan;
    return 0;
}

static void end(void *state)
{
    struct race_scan *scan = state;

    key_map_free(&scan->page_keys);
    race_sync_bytes_free(&scan->bytes);
    free(scan->pages);
    race_spins_close(&scan->spins);
    race_blocks_free(&scan->blocks);
    memtrace_digest_free(&scan->digest);
    free(scan);
}

/* A thread touches a page. Return: its number; KEY_MAP_NONE: no memory. */
static uint32_t touch_page(struct race_scan *scan, uint64_t key,
                           uint32_t thread, uint32_t flags)
{
    size_t n = scan->page_keys.n;
    struct race_scan_page *pages;
    uint32_t page;

    if (n >= MOST_TOUCHED ||
        array_reserve(scan->pages, scan->room_pages, n + 1) < 0) {
        return KEY_MAP_NONE;
    }
    pages = scan->pages;
    page = key_map_add(&scan->page_keys, key, (uint32_t)n);
    if (page == KEY_MAP_NONE) {
        return page;
    }
    if (page == n) {
        pages[page] = (struct race_scan_page){.thread = thread};
    }
    pages[page].flags |=
        flags | (pages[page].thread != thread ? RACE_PAGE_SHARED : 0);
    return page;
}

/* The current block touches a page. Return: 0, or MEMTRACE_ERR_NOMEM. */
static int note_in_block(struct race_scan *scan, uint32_t number,
                         bool is_listed)
{
    struct race_scan_page *page = &scan->pages[number];

    if (page->block == scan->block) {
        return 0;
    }
    page->block = scan->block;
    return race_blocks_add(&scan->blocks, number, is_listed);
}

static __attribute__((noinline)) int touch_first(struct race_scan *scan,
                                                 uint64_t key, uint32_t thread,
                                                 uint32_t flags)
{
    uint32_t number = touch_page(scan, key, thread, flags);

    if (number == KEY_MAP_NONE) {
        return MEMTRACE_ERR_NOMEM;
    }
    if (!scan->block) {
        return 0;
    }
    scan->cache[key & (RACE_SCAN_CACHE - 1)] = (struct race_scan_cached){
        .key_plus_1 = key + 1,
        .block = scan->block,
        .flags = scan->pages[number].flags,
    };
    return note_in_block(scan, number, false);
}

static inline int touch(struct race_scan *scan, uint64_t key, uint32_t thread,
                        uint32_t flags)
{
    const struct race_scan_cached *cached =
        &scan->cache[key & (RACE_SCAN_CACHE - 1)];

    return cached->key_plus_1 == key + 1 && cached->block == scan->block &&
                   !(flags & ~cached->flags)
               ? 0
               : touch_first(scan, key, thread, flags);
}

static int touch_range(struct race_scan *scan, uint32_t thread, uint64_t time,
                       uint64_t vaddr, uint64_t size, uint32_t flags)
{
    uint64_t last = (vaddr + size - 1) >> RACE_PAGE_BITS;
    uint64_t page = vaddr >> RACE_PAGE_BITS;
    int error = 0;

    for (uint64_t i = 0; page + i <= last && i < MOST_PAGES && !error; i++) {
        uint64_t at = (page + i) << RACE_PAGE_BITS;

        error = touch(scan, race_page_at(scan->spaces, thread, time, at),
                      thread, flags);
    }
    return error;
}

int race_scan_sync(struct race_scan *scan, uint32_t thread, uint64_t time,
                   uint64_t vaddr, unsigned size, bool is_ad_hoc)
{
    int error =
        touch_range(scan, thread, time, vaddr, size,
                    RACE_PAGE_SYNC | (is_ad_hoc ? 0 : RACE_PAGE_STORED));

    while (size && !error) {
        unsigned n;
        uint8_t mask = race_granule_mask(vaddr, size, &n);
        const struct race_sync_granule add = {
            .key = race_granule_at(scan->spaces, thread, time, vaddr),
            .mask = mask,
            .ad_hoc = is_ad_hoc ? mask : 0,
            .is_one = mask > 0x0f && (mask & 0x0f),
        };

        error = race_sync_bytes_add(&scan->bytes, &add);
        vaddr += n;
        size -= n;
    }
    return error;
}

/* While a thread is alone only its atomic accesses matter. */
static int accesses_alone(struct race_scan *scan,
                          const struct memtrace_batch *batch)
{
    int error = 0;

    for (size_t i = 0; i < batch->n_accesses && !error; i++) {
        const struct memtrace_access *a = &batch->accesses[i];

        if (a->flags & MEMTRACE_ATOMIC) {
            error = race_scan_sync(scan, batch->thread, a->time, a->vaddr,
                                   a->size, false);
        }
    }
    return error;
}

/*
 * A block has accesses of one thread.  Loops that may wait are found in each
 * block by itself: which block comes next depends on workers and digests.
 */
static int block(void *state, uint64_t block)
{
    struct race_scan *scan = state;
    int error = race_spins_finish(&scan->spins);

    scan->block = (uint32_t)block + 1;
    if (!error) {
        error = race_blocks_start(&scan->blocks,
                                  memtrace_block(scan->reader, block), block);
    }
    if (!error) {
        scan->blocks.all[scan->blocks.n - 1].has_waits = true;
    }
    return error;
}

/* A page of the digest. */
static int digest_page(struct race_scan *scan, uint32_t thread, uint64_t time,
                       const struct memtrace_digest_page *digested)
{
    uint64_t vaddr = digested->number << RACE_PAGE_BITS;
    uint32_t number = touch_page(
        scan, race_page_at(scan->spaces, thread, time, vaddr), thread,
        digested->flags & MEMTRACE_DIGEST_STORED ? RACE_PAGE_STORED : 0);

    return number == KEY_MAP_NONE
               ? MEMTRACE_ERR_NOMEM
               : note_in_block(scan, number,
                               digested->flags & MEMTRACE_DIGEST_LISTED);
}

static int digest_wait(struct race_scan *scan, uint32_t thread,
                       const struct memtrace_digest_wait *wait)
{
    const struct race_spin spin = {.wait = *wait, .thread = thread};

    return race_spins_add(&scan->spins, &spin);
}

/* A digest does not say when a page was touched: was it always the same? */
static bool has_varied(const struct race_scan *scan, uint32_t thread,
                       const struct memtrace_digest *digest)
{
    for (size_t i = 0; scan->spaces->shared.map && i < digest->n_pages; i++) {
        if (race_place_varies(scan->spaces, thread,
                              digest->pages[i].number << RACE_PAGE_BITS)) {
            return true;
        }
    }
    return false;
}

/* As block() and accesses() do, from the digest. */
static int digest(void *state, uint64_t number)
{
    struct race_scan *scan = state;
    const struct memtrace_digest *digest = &scan->digest;
    const struct memtrace_block *facts = memtrace_block(scan->reader, number);
    uint32_t thread = facts->thread;
    bool is_alone =
        race_is_alone(&scan->alone, thread, facts->first + facts->n_accesses);
    int result =
        memtrace_digest_read(scan->reader, number, false, &scan->digest);
    int error = 0;

    if (result <= 0 || thread >= scan->spaces->n_threads) {
        /* What is wrong with the block shows when it is read. */
        return result == MEMTRACE_ERR_NOMEM ? result : 0;
    }
    if (has_varied(scan, thread, digest)) {
        return 0;
    }
    error = block(state, number);
    for (size_t i = 0; i < digest->n_pages && !is_alone && !error; i++) {
        error = digest_page(scan, thread, facts->start_time, &digest->pages[i]);
    }
    for (size_t i = 0; i < digest->n_atomics && !error; i++) {
        error = race_scan_sync(scan, thread, facts->start_time,
                               digest->atomics[i].vaddr,
                               digest->atomics[i].size, false);
    }
    for (size_t i = 0; i < digest->n_waits && !is_alone && !error; i++) {
        error = digest_wait(scan, thread, &digest->waits[i]);
    }
    if (!error) {
        scan->blocks.all[scan->blocks.n - 1].has_waits =
            digest->has_waits || is_alone;
    }
    return error ? error : 1;
}

static int accesses(void *state, const struct memtrace_batch *batch)
{
    struct race_scan *scan = state;
    uint32_t thread = batch->thread;

    if (thread >= scan->spaces->n_threads) {
        return 0;
    }
    if (race_is_alone(&scan->alone, thread, batch->first + batch->n_accesses)) {
        return accesses_alone(scan, batch);
    }
    for (size_t i = 0; i < batch->n_accesses; i++) {
        const struct memtrace_access *a = &batch->accesses[i];
        uint32_t flags = a->flags & MEMTRACE_STORE ? RACE_PAGE_STORED : 0;
        int error =
            touch(scan, race_page_at(scan->spaces, thread, a->time, a->vaddr),
                  thread, flags);

        if (!error && a->vaddr % RACE_PAGE_BYTES + a->size > RACE_PAGE_BYTES) {
            error =
                touch_range(scan, thread, a->time, a->vaddr, a->size, flags);
        }
        if (!error && (a->flags & MEMTRACE_ATOMIC)) {
            error =
                race_scan_sync(scan, thread, a->time, a->vaddr, a->size, false);
        }
        if (error) {
            return error;
        }
    }
    /* Of a single thread nobody ends a wait. */
    return scan->spaces->n_threads > 1
               ? race_spins_accesses(&scan->spins, batch)
               : 0;
}

/* A word that the kernel and other threads touch as well. */
static int sync_word(struct race_scan *scan, const struct memtrace_event *event,
                     uint64_t vaddr)
{
    int error =
        race_scan_sync(scan, event->thread, event->time, vaddr, 4, false);

    return error ? error
                 : touch_range(scan, event->thread, event->time, vaddr, 4,
                               RACE_PAGE_SHARED | RACE_PAGE_STORED);
}

static int system_call(struct race_scan *scan,
                       const struct memtrace_event *event)
{
    unsigned kind = race_call_kind(event);
    int error = 0;

    if (kind & CALL_FUTEX) {
        struct race_futex futex;

        race_call_futex(event, &futex);
        for (unsigned i = 0; i < futex.n_words && !error; i++) {
            error = sync_word(scan, event, futex.words[i]);
        }
    } else if (kind & (CALL_CLONES | CALL_CLEARS)) {
        uint64_t word = race_call_cleared_word(scan->guest, event);

        error = word ? sync_word(scan, event, word) : 0;
    }
    return error;
}

static int event(void *state, const struct memtrace_event *event)
{
    struct race_scan *scan = state;

    if (event->thread >= scan->spaces->n_threads) {
        return 0;
    }
    if (event->type == MEMTRACE_EVENT_KERNEL_ACCESS && event->args[1]) {
        if (race_is_alone(&scan->alone, event->thread, event->position + 1)) {
            return 0;
        }
        return touch_range(scan, event->thread, event->time, event->args[0],
                           event->args[1],
                           event->args[2] ? RACE_PAGE_STORED : 0);
    }
    return event->type == MEMTRACE_EVENT_SYSCALL ? system_call(scan, event) : 0;
}

static int merge_pages(struct race_scan *to, const struct race_scan *from)
{
    uint32_t *numbers = calloc(from->page_keys.n + 1, sizeof(*numbers));
    int error = numbers ? 0 : MEMTRACE_ERR_NOMEM;

    for (size_t i = 0; i < from->page_keys.room && !error; i++) {
        const struct key_map_slot *slot = &from->page_keys.slots[i];

        if (slot->value_plus_1) {
            const struct race_scan_page *page =
                &from->pages[slot->value_plus_1 - 1];
            uint32_t number =
                touch_page(to, slot->key, page->thread, page->flags);

            numbers[slot->value_plus_1 - 1] = number;
            error = number == KEY_MAP_NONE ? MEMTRACE_ERR_NOMEM : 0;
        }
    }
    if (!error) {
        error = race_blocks_merge(&to->blocks, &from->blocks, numbers);
    }
    free(numbers);
    return error;
}

static int merge(void *state, void *other)
{
    struct race_scan *to = state;
    struct race_scan *from = other;
    int error = merge_pages(to, from);

    if (error) {
        return error;
    }
    error = race_sync_bytes_merge(&to->bytes, &from->bytes);
    return error ? error : race_spins_merge(&to->spins, &from->spins);
}

const struct race_scan_page *race_scan_page(const struct race_scan *scan,
                                            uint64_t page_key)
{
    uint32_t page = key_map_find(&scan->page_keys, page_key);

    return page == KEY_MAP_NONE ? NULL : &scan->pages[page];
}

static int finish(void *state)
{
    struct race_scan *scan = state;

    scan->block = 0;
    return race_spins_finish(&scan->spins);
}

static bool is_racy(const void *context, uint32_t page)
{
    const struct race_scan *scan = context;

    return race_page_is_racy(scan->pages[page].flags);
}

int race_scan_choose(struct race_scan *scan)
{
    return race_blocks_choose(&scan->blocks, is_racy, scan);
}

static const struct analysis analysis_race_scan = {
    .name = "race-scan",
    .summary = "which pages are shared, and which bytes synchronise",
    .order = ANALYSIS_ANY_ORDER,
    .begin = begin,
    .block = block,
    .digest = digest,
    .accesses = accesses,
    .event = event,
    .merge = merge,
    .finish = finish,
    .end = end,
};

int race_scan_run(struct memtrace_reader *reader,
                  const struct race_spaces *spaces,
                  const struct pass_config *config, struct race_scan **scan)
{
    struct pass_item item = {.analysis = &analysis_race_scan,
                             .settings = spaces};
    int error = pass_run(reader, config, &item, 1);

    if (error) {
        pass_end(&item, 1);
    }
    *scan = item.state;
    return error;
}

void race_scan_free(struct race_scan *scan)
{
    if (scan) {
        end(scan);
    }
}
