/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_suppressions.c - files of suppressions: any bytes are a list or are
 * refused at a line, a list is asked about races of any names, and what is
 * generated for such a race holds for it.
 */
#include "fuzz.h"
#include "race_report.h"
#include "suppressions.h"

#define NAME_BYTES 40

static const char *take_name(struct input *input, char name[NAME_BYTES])
{
    size_t n = take_u8(input) % NAME_BYTES;

    memset(name, 0, NAME_BYTES);
    take_bytes(input, name, n < NAME_BYTES - 1 ? n : NAME_BYTES - 1);
    return n ? name : NULL;
}

/* Here the first place is none of the kernel's: it has an address at least. */
static void check_generated(const struct race_item *item)
{
    struct suppressions list = {.n = 0};
    char *text = suppressions_line(item);
    unsigned line;

    MUST(text);
    MUST(!suppressions_parse(&list, text, strlen(text), &line));
    MUST(list.n == 1);
    MUST(suppressions_find(&list, item));
    suppressions_free(&list);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, size};
    struct suppressions list = {.n = 0};
    char names[7][NAME_BYTES];
    struct race_item item = {
        .places =
            {
                {.function = take_name(&input, names[0]),
                 .source = take_name(&input, names[1]),
                 .module = take_name(&input, names[2]),
                 .module_offset = 0x1234},
                {.function = take_name(&input, names[3]),
                 .source = take_name(&input, names[4]),
                 .call = take_name(&input, names[5]),
                 .pc = 0x1000},
            },
        .memory = {.data = {.variable = take_name(&input, names[6])}},
    };
    unsigned line = 0;
    const char *why =
        suppressions_parse(&list, (const char *)input.next, input.left, &line);
    size_t n_used = 0;

    MUST(line >= 1);
    for (size_t i = 0; i < list.n; i++) {
        bool has_pattern = false;

        for (size_t key = 0; key < SUPPRESSION_KEYS; key++) {
            has_pattern |= list.list[i].patterns[key][0] != NULL;
            MUST(list.list[i].patterns[key][0] ||
                 !list.list[i].patterns[key][1]);
        }
        MUST(has_pattern);
    }
    if (!why) {
        bool is_found = suppressions_find(&list, &item) != NULL;

        for (size_t i = 0; i < list.n; i++) {
            n_used += list.list[i].n_used;
        }
        MUST(n_used == is_found);
    }
    suppressions_free(&list);
    check_generated(&item);
    return 0;
}
