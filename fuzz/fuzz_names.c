/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_names.c - options that record a part: lists of patterns and times, any
 * names held against them, and sets of ranges, which must be what a look at
 * each number makes of them.
 */
#include "fuzz.h"
#include "range_set.h"
#include "record_filters.h"

#define MOST_STRINGS 3
#define MOST_BYTES 48
#define NUMBERS 64

/* A text of the input's, always ended. */
static char *take_text(struct input *input, char text[MOST_BYTES + 1])
{
    memset(text, 0, MOST_BYTES + 1);
    take_bytes(input, text, take_u8(input) % MOST_BYTES);
    return text;
}

static void hold_against(struct record_filters *filters, struct input *input)
{
    struct named_ranges *named = &filters->named;
    char name[MOST_BYTES + 1], linkage[MOST_BYTES + 1];
    const struct lookup_range *ranges;

    for (int i = 0; i < MOST_STRINGS; i++) {
        enum name_verdict verdict;

        take_text(input, name);
        take_text(input, linkage);
        verdict = name_patterns_function(&named->functions, name, linkage);
        MUST(verdict != NAME_UNKNOWN ||
             name_patterns_passes(&named->functions, verdict) ==
                 !named->functions.is_including);
        verdict = name_patterns_path(&named->sources, name);
        MUST(!name_patterns_passes(&named->sources, NAME_EXCLUDED));
        MUST(verdict != NAME_EXCLUDED ||
             !name_patterns_passes(&named->sources, verdict));
    }
    named_ranges_find(named, "/nonexistent", &ranges);
}

static void read_options(struct input *input)
{
    char texts[MOST_STRINGS][MOST_BYTES + 1];
    char sample[MOST_BYTES + 1];
    const char *strings[MOST_STRINGS];
    struct record_filter_settings settings = {0};
    struct record_filters filters;

    for (int i = 0; i < MOST_STRINGS; i++) {
        strings[i] = take_text(input, texts[i]);
    }
    settings.functions.n = take_u8(input) % (MOST_STRINGS + 1);
    settings.functions.strings = strings;
    settings.sources.n = take_u8(input) % 2;
    settings.sources.strings = strings;
    take_text(input, sample);
    settings.sample = *sample != '\0' ? sample : NULL;
    if (record_filters_read(&filters, &settings, take_u8(input) & 1) == 0) {
        MUST(settings.sample == NULL ||
             (filters.sample_on_ns > 0 &&
              filters.sample_on_ns < filters.sample_period_ns));
        hold_against(&filters, input);
    }
    record_filters_free(&filters);
}

/* As bits, each for a number. */
static uint64_t take_set(struct input *input, struct range_set *set)
{
    uint64_t bits = 0;

    for (int n = take_u8(input) % 8; n > 0; n--) {
        unsigned first = take_u8(input) % NUMBERS;
        unsigned last = take_u8(input) % NUMBERS;

        range_set_add(set, first, last);
        for (unsigned i = first; i <= last; i++) {
            bits |= (uint64_t)1 << i;
        }
    }
    range_set_sort(set);
    return bits;
}

static void compare(const struct range_set *set, uint64_t bits)
{
    uint64_t found = 0;

    for (size_t i = 0; i < set->n; i++) {
        MUST(set->ranges[i].first <= set->ranges[i].last);
        MUST(i == 0 || set->ranges[i].first > set->ranges[i - 1].last);
        for (uint64_t k = set->ranges[i].first; k <= set->ranges[i].last; k++) {
            found |= (uint64_t)1 << k;
        }
    }
    MUST(found == bits);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, size};
    struct range_set a = {0}, b = {0};
    uint64_t bits = take_set(&input, &a);
    uint64_t other = take_set(&input, &b);

    compare(&a, bits);
    if (take_u8(&input) & 1) {
        range_set_keep(&a, &b);
        compare(&a, bits & other);
    } else {
        range_set_remove(&a, &b);
        compare(&a, bits & ~other);
    }
    range_set_free(&a);
    range_set_free(&b);
    read_options(&input);
    return 0;
}
