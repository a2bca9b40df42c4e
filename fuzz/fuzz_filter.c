/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_filter.c - filters of accesses: text becomes ranges, and what passes is
 * what a byte-by-byte look at each access lets pass.
 */
#include "choice.h"
#include "fuzz.h"
#include "option_values.h"

#define MOST_ACCESSES 16

static const struct option addresses = {.name = "address",
                                        .type = OPTION_ADDRESSES};
static const struct option times = {.name = "time", .type = OPTION_TIMES};
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

static bool is_of_kind(enum choice_kind kind, unsigned flags)
{
    return kind == CHOICE_ALL ||
           (kind == CHOICE_LOADS && !(flags & MEMTRACE_STORE)) ||
           (kind == CHOICE_STORES && (flags & MEMTRACE_STORE)) ||
           (kind == CHOICE_ATOMICS && (flags & MEMTRACE_ATOMIC));
}

static void choose(struct choice_ranges *to, const struct option_ranges *from)
{
    for (size_t i = 0; i < from->n; i++) {
        MUST(choice_add(to, from->ranges[i].first, from->ranges[i].last) == 0);
    }
}

static void compare(const struct choice *choice,
                    const struct option_ranges *ranges, struct input *input)
{
    struct memtrace_access all[MOST_ACCESSES];
    struct memtrace_access passed[MOST_ACCESSES];
    struct memtrace_batch batch = {.accesses = all};
    size_t n = 0, expected = 0, got;

    while (n < MOST_ACCESSES && input->left > 0) {
        uint8_t how = take_u8(input);
        uint64_t base = ranges->n > 0 ? ranges->ranges[0].first : 0;

        all[n++] = (struct memtrace_access){
            .vaddr =
                how & 0x80 ? take_u64(input) : base + (int8_t)take_u8(input),
            .size = how & 0x40 ? how & 0x3f : 1u << (how & 7),
            .flags = how >> 3 & 3,
        };
    }
    batch.n_accesses = n;
    got = choice_accesses(choice, &batch, passed, NULL);
    for (size_t i = 0; i < n; i++) {
        if (is_of_kind(choice->kind, all[i].flags) &&
            touches(ranges, all[i].vaddr, all[i].size)) {
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
    struct choice choice = {.kind = take_u8(&input) % 4};
    struct option_ranges ranges[3] = {{.n = 0}, {.n = 0}, {.n = 0}};
    const struct option *options[] = {&addresses, &threads, &times};
    const char *why = NULL;
    char text[64];

    for (int i = 0; i < 3; i++) {
        memset(text, 0, sizeof(text));
        take_bytes(&input, text, take_u8(&input) % sizeof(text));
        if (option_value(options[i], text, &ranges[i], &why) !=
            OPTION_VALUE_FINE) {
            ranges[i].n = 0;
        }
        for (size_t k = 0; k < ranges[i].n; k++) {
            MUST(ranges[i].ranges[k].first <= ranges[i].ranges[k].last);
        }
    }
    choose(&choice.addresses, &ranges[0]);
    choose(&choice.threads, &ranges[1]);
    MUST(choice_ready(&choice, NULL) == 0);
    choice_has_thread(&choice, take_u32(&input));
    choice_only_thread(&choice);
    compare(&choice, &ranges[0], &input);
    choice_free(&choice);
    for (int i = 0; i < 3; i++) {
        free(ranges[i].ranges);
    }
    return 0;
}
