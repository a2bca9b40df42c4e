/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_filter.c - filters of accesses: text becomes ranges, and what passes is
 * what a byte-by-byte look at each access lets pass.
 */
#include "filter.h"
#include "fuzz.h"
#include "option_values.h"

#define MOST_ACCESSES 16

static const struct option addresses = {.name = "address",
                                        .type = OPTION_ADDRESSES};
static const struct option threads = {.name = "thread", .type = OPTION_NUMBERS};

static bool touches(const struct option_ranges *ranges, uint64_t vaddr,
                    unsigned size)
{
    for (unsigned i = 0; i < (size > 0 ? size : 1); i++) {
        for (size_t k = 0; k < ranges->n; k++) {
            if (vaddr + i >= vaddr && vaddr + i >= ranges->ranges[k].first &&
                vaddr + i <= ranges->ranges[k].last) {
                return true;
            }
        }
    }
    return ranges->n == 0;
}

static bool is_of_kind(int kind, unsigned flags)
{
    return kind == SELECTION_ALL ||
           (kind == SELECTION_LOADS && !(flags & MEMTRACE_STORE)) ||
           (kind == SELECTION_STORES && (flags & MEMTRACE_STORE)) ||
           (kind == SELECTION_ATOMICS && (flags & MEMTRACE_ATOMIC));
}

static void compare(const struct filter *filter, struct input *input)
{
    struct memtrace_access all[MOST_ACCESSES];
    struct memtrace_access passed[MOST_ACCESSES];
    size_t n = 0, expected = 0, got;

    while (n < MOST_ACCESSES && input->left > 0) {
        uint8_t how = take_u8(input);
        uint64_t base =
            filter->addresses.n > 0 ? filter->addresses.ranges[0].first : 0;

        all[n++] = (struct memtrace_access){
            .vaddr =
                how & 0x80 ? take_u64(input) : base + (int8_t)take_u8(input),
            .size = how & 0x40 ? how & 0x3f : 1u << (how & 7),
            .flags = how >> 3 & 3,
        };
    }
    got = filter_accesses(filter, all, NULL, n, passed, NULL);
    for (size_t i = 0; i < n; i++) {
        if (is_of_kind(filter->kind, all[i].flags) &&
            touches(&filter->addresses, all[i].vaddr, all[i].size)) {
            MUST(expected < got);
            MUST(passed[expected].vaddr == all[i].vaddr &&
                 passed[expected].size == all[i].size &&
                 passed[expected].flags == all[i].flags);
            expected++;
        }
    }
    MUST(expected == got);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, size};
    struct filter filter = {.kind = take_u8(&input) % 4};
    const char *why = NULL;
    char text[2][64] = {{0}};

    take_bytes(&input, text[0], take_u8(&input) % sizeof(text[0]));
    take_bytes(&input, text[1], take_u8(&input) % sizeof(text[1]));
    if (option_value(&addresses, text[0], &filter.addresses, &why) !=
        OPTION_VALUE_FINE) {
        filter.addresses.n = 0;
    }
    if (option_value(&threads, text[1], &filter.threads, &why) !=
        OPTION_VALUE_FINE) {
        filter.threads.n = 0;
    }
    for (size_t i = 0; i < filter.addresses.n; i++) {
        MUST(filter.addresses.ranges[i].first <=
             filter.addresses.ranges[i].last);
    }
    filter_has_thread(&filter, take_u32(&input));
    filter_only_thread(&filter);
    compare(&filter, &input);
    free(filter.addresses.ranges);
    free(filter.threads.ranges);
    return 0;
}
