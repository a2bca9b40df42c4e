/* SPDX-License-Identifier: GPL-2.0-or-later */
/* symbols_die_walk.c - going through DWARF entries, also damaged ones, their
   names and their code. */
#include "dwarf_helpers.h"

#include <stdlib.h>

#include "file_parts.h"

static struct made made;

/* What was visited: names and depths, "a0 b1 c0 ". */
static char visited[4096];
static int answers_into; /* DIE_INTO, or 0 */

static int visit(struct die_walk *walk, Dwarf_Die *die, unsigned depth)
{
    const char *name = dwarf_diename(die);
    size_t n = strlen(visited);

    assert_true(depth <= DIE_DEPTH);
    assert_ptr_equal(walk->context, visited);
    snprintf(visited + n, sizeof(visited) - n, "%s%u ", name ? name : "-",
             depth);
    if (name && strcmp(name, "stop") == 0) {
        return -5;
    }
    return name && strcmp(name, "shut") == 0 ? 0 : answers_into;
}

static const char *walk_all(Dwarf_Die *parent, int expected)
{
    struct die_walk walk = {.visit = visit, .context = visited};

    visited[0] = '\0';
    assert_int_equal(die_walk(&walk, parent), expected);
    return visited;
}

static uint32_t named(const char *name, bool has_children)
{
    uint32_t entry = made_entry(&made, DW_TAG_namespace, has_children);

    made_string(&made, DW_AT_name, name);
    made_end(&made);
    return entry;
}

static void entries_are_visited_in_their_order(void **state)
{
    Dwarf_Die unit;

    (void)state;
    made_begin(&made);
    named("a", true);
    named("b", false);
    named("shut", true);
    named("unseen", false);
    made_close(&made);
    named("c", true);
    named("d", false);
    made_close(&made);
    made_close(&made);
    named("e", false);
    unit = made_read(&made);
    answers_into = DIE_INTO;
    assert_string_equal(walk_all(&unit, 0), "a0 b1 shut1 c1 d2 e0 ");
    answers_into = 0;
    assert_string_equal(walk_all(&unit, 0), "a0 e0 ");
    made_free(&made);
}

static void an_error_ends_it(void **state)
{
    Dwarf_Die unit;

    (void)state;
    made_begin(&made);
    named("a", true);
    named("stop", false);
    named("b", false);
    made_close(&made);
    named("c", false);
    unit = made_read(&made);
    answers_into = DIE_INTO;
    assert_string_equal(walk_all(&unit, -5), "a0 stop1 ");
    made_free(&made);
}

/*
 * A sibling that is among the children: they would be visited once more, and
 * with others in them twice as often for each level.
 */
static void what_leads_back_is_left(void **state)
{
    uint32_t child;
    Dwarf_Die unit;
    size_t ref;

    (void)state;
    made_begin(&made);
    made_entry(&made, DW_TAG_namespace, true);
    made_string(&made, DW_AT_name, "a");
    ref = made_ref(&made, DW_AT_sibling, 0);
    made_end(&made);
    named("b", false);
    child = named("c", false);
    named("d", false);
    made_close(&made);
    named("e", false);
    made_patch(&made, ref, child);
    unit = made_read(&made);
    answers_into = DIE_INTO;
    assert_string_equal(walk_all(&unit, 0), "a0 b1 c1 d1 ");
    /* Where they are not gone into that is as good as another. */
    answers_into = 0;
    assert_string_equal(walk_all(&unit, 0), "a0 c0 d0 ");
    made_free(&made);
}

/* Before, and at itself. */
static void what_does_not_lead_on_ends_it(void **state)
{
    uint32_t first, entry;
    Dwarf_Die unit;

    (void)state;
    made_begin(&made);
    first = named("a", false);
    made_entry(&made, DW_TAG_namespace, true);
    made_string(&made, DW_AT_name, "b");
    made_ref(&made, DW_AT_sibling, first);
    made_end(&made);
    made_close(&made);
    unit = made_read(&made);
    answers_into = 0;
    assert_string_equal(walk_all(&unit, 0), "a0 b0 ");
    made_free(&made);
    made_begin(&made);
    entry = made_entry(&made, DW_TAG_namespace, true);
    made_string(&made, DW_AT_name, "a");
    made_ref(&made, DW_AT_sibling, entry);
    made_end(&made);
    made_close(&made);
    unit = made_read(&made);
    assert_string_equal(walk_all(&unit, 0), "a0 ");
    made_free(&made);
}

static void it_goes_no_deeper_than_is_said(void **state)
{
    char deepest[16], deeper[16];
    Dwarf_Die unit;

    (void)state;
    made_begin(&made);
    for (unsigned i = 0; i < DIE_DEPTH + 4; i++) {
        named("n", true);
    }
    for (unsigned i = 0; i < DIE_DEPTH + 4; i++) {
        made_close(&made);
    }
    named("end", false);
    unit = made_read(&made);
    answers_into = DIE_INTO;
    snprintf(deepest, sizeof(deepest), "n%u ", DIE_DEPTH);
    snprintf(deeper, sizeof(deeper), "n%u ", DIE_DEPTH + 1);
    assert_non_null(strstr(walk_all(&unit, 0), deepest));
    assert_null(strstr(visited, deeper));
    assert_non_null(strstr(visited, "end0 "));
    made_free(&made);
}

static void a_name_is_the_linkers_or_the_plain_one(void **state)
{
    uint32_t plain, linked, old, definition, nameless;
    struct names names = {0};
    Dwarf_Die die;

    (void)state;
    made_begin(&made);
    plain = named("plain", false);
    linked = made_entry(&made, DW_TAG_subprogram, false);
    made_string(&made, DW_AT_name, "f");
    made_string(&made, DW_AT_linkage_name, "_ZN1a1fEi");
    made_end(&made);
    old = made_entry(&made, DW_TAG_subprogram, false);
    made_string(&made, DW_AT_name, "g");
    made_string(&made, DW_AT_MIPS_linkage_name, "_Z1gv");
    made_end(&made);
    /* A definition outside of its class has it from the declaration. */
    definition = made_entry(&made, DW_TAG_subprogram, false);
    made_ref(&made, DW_AT_specification, linked);
    made_end(&made);
    nameless = made_entry(&made, DW_TAG_lexical_block, false);
    made_end(&made);
    made_read(&made);
    die = made_at(&made, plain);
    assert_string_equal(die_linkage_name(&die), "plain");
    assert_string_equal(die_name(&names, &die), "plain");
    die = made_at(&made, linked);
    assert_string_equal(die_linkage_name(&die), "_ZN1a1fEi");
    assert_string_equal(die_name(&names, &die), "a::f(int)");
    die = made_at(&made, old);
    assert_string_equal(die_name(&names, &die), "g()");
    die = made_at(&made, definition);
    assert_string_equal(die_name(&names, &die), "a::f(int)");
    die = made_at(&made, nameless);
    assert_null(die_linkage_name(&die));
    assert_null(die_name(&names, &die));
    names_free(&names);
    made_free(&made);
}

static void code_is_where_the_linker_left_it(void **state)
{
    struct intervals intervals = {0};
    uint32_t there, gone, empty;
    Dwarf_Die die;

    (void)state;
    made_begin(&made);
    there = made_entry(&made, DW_TAG_subprogram, false);
    made_address(&made, DW_AT_low_pc, 0x1000);
    made_number(&made, DW_AT_high_pc, 0x20);
    made_end(&made);
    gone = made_entry(&made, DW_TAG_subprogram, false);
    made_address(&made, DW_AT_low_pc, 0);
    made_number(&made, DW_AT_high_pc, 0x20);
    made_end(&made);
    empty = named("none", false);
    made_read(&made);
    die = made_at(&made, there);
    assert_int_equal(die_ranges(&intervals, &die, 7, 0x400000), 0);
    die = made_at(&made, gone);
    assert_int_equal(die_ranges(&intervals, &die, 8, 0x400000), 0);
    die = made_at(&made, empty);
    assert_int_equal(die_ranges(&intervals, &die, 9, 0x400000), 0);
    assert_int_equal(intervals.n, 1);
    assert_int_equal(intervals.array[0].start, 0x401000);
    assert_int_equal(intervals.array[0].end, 0x401020);
    assert_int_equal(intervals.array[0].item, 7);
    intervals_free(&intervals);
    made_free(&made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_are_visited_in_their_order),
        cmocka_unit_test(an_error_ends_it),
        cmocka_unit_test(what_leads_back_is_left),
        cmocka_unit_test(what_does_not_lead_on_ends_it),
        cmocka_unit_test(it_goes_no_deeper_than_is_said),
        cmocka_unit_test(a_name_is_the_linkers_or_the_plain_one),
        cmocka_unit_test(code_is_where_the_linker_left_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
