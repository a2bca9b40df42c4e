/* SPDX-License-Identifier: GPL-2.0-or-later */
/* piece_filter.c - see piece_filter.h. */
#include "piece_filter.h"

#include <string.h>

#include "hash64.h"

void race_filter_start(struct race_filter *filter)
{
    filter->round++;
    if (!filter->round) {
        memset(filter->seen, 0, sizeof(filter->seen));
        filter->round = 1;
    }
}

static __attribute__((noinline)) uint32_t find_flags(struct race_filter *filter,
                                                     uint64_t key)
{
    const struct race_scan_page *page = race_scan_page(filter->scan, key);
    struct race_filter_page *cached =
        &filter->pages[key & (RACE_FILTER_PAGES - 1)];

    *cached = (struct race_filter_page){
        .key_plus_1 = key + 1,
        .flags = page ? page->flags : 0,
    };
    return cached->flags;
}

static inline uint32_t page_flags(struct race_filter *filter, uint32_t thread,
                                  uint64_t time, uint64_t vaddr)
{
    uint64_t key = race_page_at(filter->scan->spaces, thread, time, vaddr);
    const struct race_filter_page *cached =
        &filter->pages[key & (RACE_FILTER_PAGES - 1)];

    return cached->key_plus_1 == key + 1 ? cached->flags
                                         : find_flags(filter, key);
}

/* Has the same instruction done the same in this round? */
static inline bool is_repeated(struct race_filter *filter,
                               const struct memtrace_access *access)
{
    uint16_t how =
        (uint16_t)(access->size << 1 | !!(access->flags & MEMTRACE_STORE));
    uint64_t place = access->vaddr << (64 - RACE_VADDR_BITS) | how;
    uint32_t hash =
        (uint32_t)hash64_bits(place, 32) ^ access->insn * 0x85ebca6bu;
    struct race_filter_seen *seen =
        &filter->seen[(hash ^ hash >> 16) & (RACE_FILTER_SEEN - 1)];

    if (seen->place == place && seen->insn == access->insn &&
        seen->round == filter->round) {
        return true;
    }
    *seen = (struct race_filter_seen){place, access->insn, filter->round};
    return false;
}

size_t race_filter_piece(struct race_filter *filter, uint32_t thread,
                         const struct race_piece *piece,
                         struct memtrace_access *kept, bool *is_sync)
{
    size_t n = 0;

    for (size_t i = 0; i < piece->n; i++) {
        const struct memtrace_access *access = &piece->accesses[i];
        uint32_t flags =
            page_flags(filter, thread, access->time, access->vaddr);

        if (__builtin_expect(access->vaddr % RACE_PAGE_BYTES + access->size >
                                 RACE_PAGE_BYTES,
                             0)) {
            flags |= page_flags(filter, thread, access->time,
                                access->vaddr + access->size - 1);
        }
        if (!race_page_is_racy(flags)) {
            continue;
        }
        if (flags & RACE_PAGE_SYNC) {
            /* The thread may synchronise here. */
            race_filter_start(filter);
            *is_sync = true;
        } else if (!filter->keeps_repeated && is_repeated(filter, access)) {
            continue;
        }
        kept[n++] = *access;
    }
    return n;
}
