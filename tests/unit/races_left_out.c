/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * races_left_out.c - which pairs of classes are left out, what else decides,
 * and how many each rule is said to have left out.
 */
#include "page_rows.h"

#include <string.h>

#include "guest.h"
#include "left_out.h"

/* A race and all that is known of it, to be changed and asked about. */
struct made {
    struct race race;
    struct race_code_place places[2];
    struct memtrace_insn insns[2];
    struct trace_place memory;
    enum code_class data;
};

/* Loads of 4 bytes by functions of these classes. */
static struct made make(enum code_class a, enum code_class b)
{
    return (struct made){
        .race = {.sides = {{.size = 4}, {.size = 4, .is_store = true}}},
        .places = {{.function = "a", .owner = {.class = a}},
                   {.function = "b", .owner = {.class = b}}},
        .memory = {.kind = TRACE_PLACE_HEAP, .file = ""},
    };
}

static enum race_pair decide(const struct made *made)
{
    const struct race_evidence evidence = {
        .race = &made->race,
        .places = made->places,
        .insns = {&made->insns[0], &made->insns[1]},
        .memory = &made->memory,
        .data = made->data,
        .guest = guest_find("aarch64"),
    };

    return race_left_out_by(&evidence);
}

static void order_does_not_matter(void **state)
{
    (void)state;
    for (enum code_class a = CODE_USER; a < CODE_CLASSES; a++) {
        for (enum code_class b = CODE_USER; b < CODE_CLASSES; b++) {
            assert_int_equal(race_pair_of(a, b), race_pair_of(b, a));
        }
    }
}

static void pairs_of_classes(void **state)
{
    static const struct {
        enum code_class a, b;
        enum race_pair pair;
    } expected[] = {
        {CODE_USER, CODE_USER, RACE_PAIR_REPORT},
        {CODE_USER, CODE_INTERNAL, RACE_PAIR_REPORT},
        {CODE_USER, CODE_LOADER, RACE_PAIR_LOADER},
        {CODE_USER, CODE_COLLECTOR, RACE_PAIR_COLLECTOR},
        {CODE_INTERNAL, CODE_INTERNAL, RACE_PAIR_INSIDE},
        {CODE_INTERNAL, CODE_COPIER, RACE_PAIR_REPORT},
        {CODE_RUNTIME, CODE_COPIER, RACE_PAIR_RUNTIME},
        {CODE_RUNTIME, CODE_INTERNAL, RACE_PAIR_RUNTIME},
        {CODE_RUNTIME, CODE_USER, RACE_PAIR_REPORT},
        {CODE_ALLOCATOR, CODE_ALLOCATOR, RACE_PAIR_ALLOCATOR},
        {CODE_ALLOCATOR, CODE_USER, RACE_PAIR_REPORT},
        {CODE_ATOMIC, CODE_ATOMIC, RACE_PAIR_ATOMIC},
        {CODE_ATOMIC, CODE_USER, RACE_PAIR_REPORT},
        {CODE_GLUE, CODE_USER, RACE_PAIR_REPORT},
        {CODE_UNNAMED, CODE_UNNAMED, RACE_PAIR_REPORT},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        struct made made = make(expected[i].a, expected[i].b);

        assert_int_equal(decide(&made), expected[i].pair);
    }
}

/* What memcpy() copies is the program's, unless it is libc's or a thread's. */
static void libc_on_its_data(void **state)
{
    struct made made = make(CODE_COPIER, CODE_LIBC);

    (void)state;
    assert_int_equal(decide(&made), RACE_PAIR_REPORT);
    made.data = CODE_USER;
    made.memory.kind = TRACE_PLACE_DATA;
    assert_int_equal(decide(&made), RACE_PAIR_REPORT);
    made.data = CODE_LIBC;
    assert_int_equal(decide(&made), RACE_PAIR_DATA);
    made.data = CODE_LOADER;
    assert_int_equal(decide(&made), RACE_PAIR_DATA);
    made.data = CODE_USER;
    made.memory.kind = TRACE_PLACE_TLS;
    assert_int_equal(decide(&made), RACE_PAIR_DATA);
    made.memory.kind = TRACE_PLACE_HEAP;
    made.race.is_beside_sync = true;
    assert_int_equal(decide(&made), RACE_PAIR_REPORT);
    made.places[0].function = made.places[1].function = NULL;
    assert_int_equal(decide(&made), RACE_PAIR_DATA);
}

static void declared_atomic(void **state)
{
    struct made made = make(CODE_USER, CODE_USER);

    (void)state;
    made.memory.data.is_atomic = true;
    assert_int_equal(decide(&made), RACE_PAIR_DECLARED);
    made.race.sides[1].is_kernel = true;
    assert_int_equal(decide(&made), RACE_PAIR_REPORT);
    made = make(CODE_USER, CODE_COPIER);
    made.memory.data.is_atomic = true;
    assert_int_equal(decide(&made), RACE_PAIR_REPORT);
}

static void set_insn(struct memtrace_insn *insn, uint32_t word)
{
    insn->size = 4;
    for (int i = 0; i < 4; i++) {
        insn->bytes[i] = (uint8_t)(word >> 8 * i);
    }
}

static void ends_of_strings(void **state)
{
    struct made made = make(CODE_SCANNER, CODE_USER);

    (void)state;
    assert_int_equal(decide(&made), RACE_PAIR_REPORT);
    made.race.sides[0].size = 16;
    assert_int_equal(decide(&made), RACE_PAIR_STRING_END);
    made.race.sides[0].is_store = true;
    assert_int_equal(decide(&made), RACE_PAIR_REPORT);
    /* Without a name it is told by the instruction, never in the program. */
    made = make(CODE_UNNAMED, CODE_USER);
    made.race.sides[0].size = 16;
    assert_int_equal(decide(&made), RACE_PAIR_REPORT);
    set_insn(&made.insns[0], 0x4c407020);
    assert_int_equal(decide(&made), RACE_PAIR_STRING_END);
    made.places[0].owner.class = CODE_USER;
    assert_int_equal(decide(&made), RACE_PAIR_REPORT);
}

static void conditions(void **state)
{
    struct made made = make(CODE_UNNAMED, CODE_UNNAMED);

    (void)state;
    made.race.is_in_condition = true;
    assert_int_equal(decide(&made), RACE_PAIR_REPORT);
    made.places[0].function = made.places[1].function = NULL;
    assert_int_equal(decide(&made), RACE_PAIR_CONDITION);
    made.race.is_in_condition = false;
    made.race.is_in_rwlock = true;
    assert_int_equal(decide(&made), RACE_PAIR_RWLOCK);
    made.places[1].function = "f";
    assert_int_equal(decide(&made), RACE_PAIR_REPORT);
}

static const struct code_rule stdio = {.name = "libc/stdio"};
static const struct code_rule stdio_too = {.name = "libc/stdio"};
static const struct code_rule memory = {.name = "libc/malloc"};
static const struct code_rule loader = {.name = "loader"};

static void add(struct race_left_outs *outs, enum race_pair pair,
                enum code_class a, const struct code_rule *by_a,
                enum code_class b, const struct code_rule *by_b)
{
    const struct race_code_place places[2] = {
        {.owner = {a, by_a}},
        {.owner = {b, by_b}},
    };

    assert_int_equal(race_left_outs_add(outs, pair, places), 0);
}

static void expect(const struct race_left_out *out, size_t count,
                   const char *first, const char *second)
{
    const char *const names[2] = {first, second};

    assert_int_equal(out->count, count);
    for (int i = 0; i < 2; i++) {
        if (names[i]) {
            assert_non_null(out->rules[i]);
            assert_string_equal(out->rules[i]->name, names[i]);
        } else {
            assert_null(out->rules[i]);
        }
    }
}

static void counts_by_rules(void **state)
{
    struct race_left_outs outs = {.n = 0};

    (void)state;
    for (int i = 0; i < 3; i++) {
        add(&outs, RACE_PAIR_INSIDE, CODE_INTERNAL, &stdio, CODE_INTERNAL,
            &stdio_too);
    }
    add(&outs, RACE_PAIR_INSIDE, CODE_INTERNAL, &stdio, CODE_INTERNAL, &memory);
    add(&outs, RACE_PAIR_INSIDE, CODE_INTERNAL, &memory, CODE_INTERNAL, &stdio);
    /* What the other side is does not matter there. */
    add(&outs, RACE_PAIR_LOADER, CODE_LOADER, &loader, CODE_INTERNAL, &memory);
    add(&outs, RACE_PAIR_LOADER, CODE_USER, NULL, CODE_LOADER, &loader);
    add(&outs, RACE_PAIR_DECLARED, CODE_USER, NULL, CODE_USER, NULL);
    race_left_outs_sort(&outs);
    assert_int_equal(outs.n, 4);
    expect(&outs.list[0], 3, "libc/stdio", NULL);
    expect(&outs.list[1], 2, "libc/malloc", "libc/stdio");
    expect(&outs.list[2], 2, "loader", NULL);
    expect(&outs.list[3], 1, NULL, NULL);
    assert_int_equal(outs.list[3].pair, RACE_PAIR_DECLARED);
    race_left_outs_free(&outs);
}

/* A cell, or the head of a column. */
static char *put_cell(char *end, const char *name)
{
    return end + sprintf(end, " %-4.4s", name);
}

/* Lines there do not end with blanks. */
static void line_is_there(const char *page, char *row, char *end)
{
    while (end[-1] == ' ') {
        end--;
    }
    strcpy(end, "\n");
    page_has(page, row);
}

static void page_has_the_matrix(void **state)
{
    char *page = page_read("docs/code-rules.md");
    char row[512], *end = row + sprintf(row, "\n%10s", "");

    (void)state;
    for (enum code_class b = CODE_USER; b < CODE_CLASSES; b++) {
        end = put_cell(end, code_class_name(b));
    }
    line_is_there(page, row, end);
    for (enum code_class a = CODE_USER; a < CODE_CLASSES; a++) {
        end = row + sprintf(row, "\n%-10s", code_class_name(a));
        for (enum code_class b = CODE_USER; b < CODE_CLASSES; b++) {
            enum race_pair pair = race_pair_of(a, b);

            end = put_cell(
                end, pair == RACE_PAIR_REPORT ? "-" : race_pair_name(pair));
        }
        line_is_there(page, row, end);
    }
    for (enum race_pair pair = RACE_PAIR_REPORT; pair < RACE_PAIRS; pair++) {
        snprintf(row, sizeof(row), "\n| `%s` | %s |\n", race_pair_name(pair),
                 race_pair_words(pair));
        page_has(page, row);
    }
    free(page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_does_not_matter),
        cmocka_unit_test(pairs_of_classes),
        cmocka_unit_test(libc_on_its_data),
        cmocka_unit_test(declared_atomic),
        cmocka_unit_test(ends_of_strings),
        cmocka_unit_test(conditions),
        cmocka_unit_test(counts_by_rules),
        cmocka_unit_test(page_has_the_matrix),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
