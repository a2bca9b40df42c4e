/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_suppressions.c - files of rules: any bytes are rules or are refused at a
 * line; these are asked about code of any names and about races of it; and what
 * is generated for such a race holds for it.
 */
#include "code_owner.h"
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
    struct code_rules rules = {.n = 0};
    char *text = suppressions_line(item);
    unsigned line;

    MUST(text);
    MUST(!code_rules_parse(&rules, text, strlen(text), "generated", &line));
    MUST(rules.n == 1);
    MUST(suppressions_find(&rules, item));
    code_rules_free(&rules);
    free(text);
}

static void check_rule(const struct code_rules *rules,
                       const struct code_rule *rule, unsigned last_line)
{
    size_t n[CODE_KEYS] = {0};
    char text[CODE_RULE_TEXT];

    MUST(rule->n > 0 && rule->first + rule->n <= rules->n_patterns);
    MUST(rule->line >= 1 && rule->line <= last_line);
    MUST(*code_rule_text(rule, text));
    MUST(rule->homes && !(rule->homes & ~(unsigned)CODE_IN_ALL));
    for (size_t i = 0; i < rule->n; i++) {
        const struct code_pattern *p = &rules->patterns[rule->first + i];

        MUST(p->key < CODE_KEYS && *p->text);
        n[p->key]++;
    }
    MUST(rule->class != CODE_CLASSES || n[CODE_KEY_VARIABLE] <= 1);
    MUST(rule->class != CODE_CLASSES || n[CODE_KEY_FUNCTION] <= 2);
    MUST(rule->class == CODE_CLASSES ||
         n[CODE_KEY_VARIABLE] + n[CODE_KEY_PLACE] == 0);
    MUST(!rule->is_for_files || n[CODE_KEY_MODULE] == rule->n);
}

/* Whose is it, by these rules alone: a rule that fits, or what needs none. */
static void check_owner(const struct code_rules *rules,
                        const struct race_code_place *place, bool is_linked)
{
    struct symbols_code code = {
        .module = place->module,
        .needs_libraries = is_linked,
        .n_frames = place->function || place->source,
        .frames = {{.function = place->function,
                    .source = place->source,
                    .unit = place->call}},
        .before = place->call,
        .after = place->source,
    };
    struct code_owner owner = code_owner(rules, &code, 0);

    MUST(owner.class < CODE_CLASSES);
    MUST(!owner.rule || owner.rule->class == owner.class);
    MUST(owner.rule || owner.class == CODE_USER || owner.class == CODE_UNNAMED);
    MUST(code_owner_of_file(rules, place->module, is_linked).class <
         CODE_CLASSES);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, size};
    struct code_rules rules = {.n = 0};
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
    const char *why = code_rules_parse(&rules, (const char *)input.next,
                                       input.left, "input", &line);
    size_t n_used = 0;

    MUST(line >= 1);
    for (size_t i = 0; i < rules.n; i++) {
        check_rule(&rules, &rules.list[i], line);
    }
    if (!why) {
        bool is_found = suppressions_find(&rules, &item) != NULL;

        for (size_t i = 0; i < rules.n; i++) {
            n_used += rules.list[i].n_used;
        }
        MUST(n_used == is_found);
        check_owner(&rules, &item.places[0], false);
        check_owner(&rules, &item.places[1], true);
    }
    code_rules_free(&rules);
    check_generated(&item);
    return 0;
}
