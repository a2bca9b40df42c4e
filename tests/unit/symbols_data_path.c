/* SPDX-License-Identifier: GPL-2.0-or-later */
/* symbols_data_path.c - which part of a variable a byte is, for types of every
   kind, and for damaged ones. */
#include "dwarf_helpers.h"

#include "file_parts.h"

static struct made made;
static uint32_t int_type, char_type;

static uint32_t base_type(const char *name, uint64_t bytes)
{
    uint32_t entry = made_entry(&made, DW_TAG_base_type, false);

    made_string(&made, DW_AT_name, name);
    made_number(&made, DW_AT_byte_size, bytes);
    made_end(&made);
    return entry;
}

static void begin_in(unsigned language)
{
    made_begin_in(&made, language);
    int_type = base_type("int", 4);
    char_type = base_type("char", 1);
}

static void begin(void)
{
    begin_in(0);
}

/* A type that is another one: const, typedef, atomic, a pointer. */
static uint32_t type_of(unsigned tag, uint32_t type)
{
    uint32_t entry = made_entry(&made, tag, false);

    if (tag == DW_TAG_pointer_type) {
        made_number(&made, DW_AT_byte_size, 8);
    }
    made_ref(&made, DW_AT_type, type);
    made_end(&made);
    return entry;
}

/* Open for members: made_close() it. */
static uint32_t open_struct(unsigned tag, uint64_t bytes)
{
    uint32_t entry = made_entry(&made, tag, true);

    made_number(&made, DW_AT_byte_size, bytes);
    made_end(&made);
    return entry;
}

static void member(const char *name, uint64_t at, uint32_t type)
{
    made_entry(&made, DW_TAG_member, false);
    if (name) {
        made_string(&made, DW_AT_name, name);
    }
    made_number(&made, DW_AT_data_member_location, at);
    made_ref(&made, DW_AT_type, type);
    made_end(&made);
}

static void bit_field(const char *name, unsigned how, uint64_t at,
                      uint64_t bits)
{
    made_entry(&made, DW_TAG_member, false);
    made_string(&made, DW_AT_name, name);
    made_number(&made, DW_AT_bit_size, bits);
    made_number(&made, how, at);
    made_ref(&made, DW_AT_type, int_type);
    made_end(&made);
}

/* Of n dimensions, each of so many elements; 0: without an end. */
static uint32_t array(uint32_t type, unsigned n, const uint64_t *counts)
{
    uint32_t entry = made_entry(&made, DW_TAG_array_type, true);

    made_ref(&made, DW_AT_type, type);
    made_end(&made);
    for (unsigned i = 0; i < n; i++) {
        made_entry(&made, DW_TAG_subrange_type, false);
        if (counts[i]) {
            made_number(&made, i % 2 ? DW_AT_upper_bound : DW_AT_count,
                        i % 2 ? counts[i] - 1 : counts[i]);
        }
        made_end(&made);
    }
    made_close(&made);
    return entry;
}

static uint32_t array_of(uint32_t type, uint64_t count)
{
    return array(type, 1, &count);
}

static uint32_t variable(uint32_t type)
{
    uint32_t entry = made_entry(&made, DW_TAG_variable, false);

    made_ref(&made, DW_AT_type, type);
    made_end(&made);
    return entry;
}

static bool is_atomic; /* what data_path() said last */

static const char *path_in(const struct symbols_file *file, uint32_t entry,
                           uint64_t offset)
{
    static char text[256];
    Dwarf_Die die = made_at(&made, entry);

    is_atomic = data_path(file, &die, offset, text, sizeof(text));
    return text;
}

static const char *path(uint32_t entry, uint64_t offset)
{
    static const struct symbols_file little;

    return path_in(&little, entry, offset);
}

static uint64_t bytes(uint32_t entry)
{
    Dwarf_Die die = made_at(&made, entry);

    return data_bytes(&die);
}

static void members_elements_and_bytes_are_named(void **state)
{
    uint32_t inner, outer, v;

    (void)state;
    begin();
    inner = open_struct(DW_TAG_structure_type, 12);
    member("a", 0, int_type);
    member("b", 4, array_of(char_type, 8));
    made_close(&made);
    outer = open_struct(DW_TAG_structure_type, 64);
    member("first", 0, type_of(DW_TAG_typedef, inner));
    member("list", 16, array_of(inner, 3));
    member("next", 56, type_of(DW_TAG_pointer_type, outer));
    made_close(&made);
    v = variable(type_of(DW_TAG_const_type, outer));
    made_read(&made);
    assert_string_equal(path(v, 0), ".first.a");
    assert_string_equal(path(v, 2), ".first.a+2");
    assert_string_equal(path(v, 7), ".first.b[3]");
    assert_string_equal(path(v, 16 + 12), ".list[1].a");
    assert_string_equal(path(v, 16 + 24 + 11), ".list[2].b[7]");
    assert_string_equal(path(v, 56), ".next");
    assert_string_equal(path(v, 63), ".next+7");
    assert_false(is_atomic);
    /* Between members, and behind all. */
    assert_string_equal(path(v, 11), ".first.b[7]");
    assert_string_equal(path(v, 12), "");
    assert_string_equal(path(v, 1000), "");
    assert_int_equal(bytes(v), 64);
    made_free(&made);
}

static void what_is_no_structure_has_no_path(void **state)
{
    uint32_t v, untyped;

    (void)state;
    begin();
    v = variable(int_type);
    untyped = made_entry(&made, DW_TAG_variable, false);
    made_end(&made);
    made_read(&made);
    assert_string_equal(path(v, 0), "");
    assert_string_equal(path(v, 3), "");
    assert_string_equal(path(untyped, 3), "");
    assert_int_equal(bytes(v), 4);
    assert_int_equal(bytes(untyped), 0);
    made_free(&made);
}

static void dimensions_are_named_one_by_one(void **state)
{
    const uint64_t counts[] = {3, 5, 2}, open[] = {0, 4}, bad[] = {4, 0};
    uint32_t v, endless, flat;

    (void)state;
    begin();
    v = variable(array(int_type, 3, counts));
    endless = variable(array(int_type, 2, open));
    flat = variable(array(int_type, 2, bad));
    made_read(&made);
    assert_string_equal(path(v, 0), "[0][0][0]");
    assert_string_equal(path(v, 4), "[0][0][1]");
    assert_string_equal(path(v, 8 * 5 * 2 + 8 * 3 + 5), "[2][3][1]+1");
    assert_int_equal(bytes(v), 4 * 30);
    /* Only the first one can be without an end. */
    assert_string_equal(path(endless, 16 * 1000 + 8), "[1000][2]");
    assert_int_equal(bytes(endless), 0);
    assert_string_equal(path(flat, 8), "");
    made_free(&made);
}

/* An array of int[3][2], each index from @lower on, NULL: not said. */
static uint32_t counted(const int64_t *lower, int ordering, uint32_t index)
{
    const int64_t lasts[] = {3, 2};
    uint32_t entry = made_entry(&made, DW_TAG_array_type, true);

    made_ref(&made, DW_AT_type, int_type);
    if (ordering >= 0) {
        made_number(&made, DW_AT_ordering, (uint64_t)ordering);
    }
    made_end(&made);
    for (unsigned i = 0; i < 2; i++) {
        made_entry(&made, DW_TAG_subrange_type, false);
        if (lower) {
            made_signed(&made, DW_AT_lower_bound, *lower);
        }
        made_signed(&made, DW_AT_upper_bound,
                    lasts[i] + (lower ? *lower - 1 : 0));
        if (index) {
            made_ref(&made, DW_AT_type, index);
        }
        made_end(&made);
    }
    made_close(&made);
    return entry;
}

static void languages_count_and_write_in_their_way(void **state)
{
    const int64_t minus = -1;
    uint32_t inner, m, z, row, r, colors, by_color;

    (void)state;
    begin_in(DW_LANG_Fortran08);
    inner = open_struct(DW_TAG_structure_type, 8);
    member("a", 0, int_type);
    member("b", 4, int_type);
    made_close(&made);
    r = made_entry(&made, DW_TAG_array_type, true);
    made_ref(&made, DW_AT_type, inner);
    made_end(&made);
    made_entry(&made, DW_TAG_subrange_type, false);
    made_number(&made, DW_AT_upper_bound, 5);
    made_end(&made);
    made_close(&made);
    r = variable(r);
    m = variable(counted(NULL, DW_ORD_col_major, 0));
    z = variable(counted(&minus, -1, 0));
    row = variable(counted(NULL, DW_ORD_row_major, 0));
    made_read(&made);
    assert_string_equal(path(m, 0), "(1,1)");
    assert_string_equal(path(m, 4 * 2), "(3,1)");
    assert_string_equal(path(m, 4 * 5 + 1), "(3,2)+1");
    assert_string_equal(path(z, 4 * 3), "(-1,0)");
    assert_string_equal(path(row, 4), "(1,2)");
    assert_string_equal(path(r, 12), "(2)%b");
    assert_int_equal(bytes(m), 24);
    assert_int_equal(bytes(r), 40);
    made_free(&made);
    begin_in(DW_LANG_Ada95);
    colors = made_entry(&made, DW_TAG_enumeration_type, true);
    made_number(&made, DW_AT_byte_size, 1);
    made_end(&made);
    for (unsigned i = 0; i < 2; i++) {
        made_entry(&made, DW_TAG_enumerator, false);
        made_string(&made, DW_AT_name, i ? "pack__green" : "pack__red");
        made_number(&made, DW_AT_const_value, i + 1);
        made_end(&made);
    }
    made_close(&made);
    by_color = variable(counted(NULL, -1, colors));
    made_read(&made);
    assert_string_equal(path(by_color, 4), "(red,green)");
    assert_string_equal(path(by_color, 4 * 4), "(3,red)");
    made_free(&made);
}

/* Its elements are where the description says, not in it. */
static void a_description_of_an_array_has_no_elements(void **state)
{
    uint32_t v;

    (void)state;
    begin_in(DW_LANG_Fortran08);
    v = made_entry(&made, DW_TAG_array_type, true);
    made_number(&made, DW_AT_data_location, 0);
    made_ref(&made, DW_AT_type, int_type);
    made_end(&made);
    made_entry(&made, DW_TAG_subrange_type, false);
    made_end(&made);
    made_close(&made);
    v = variable(v);
    made_read(&made);
    assert_string_equal(path(v, 8), "");
    made_free(&made);
}

static void an_array_without_an_end_goes_on(void **state)
{
    uint32_t outer, v;

    (void)state;
    begin();
    outer = open_struct(DW_TAG_structure_type, 4);
    member("n", 0, int_type);
    member("rest", 4, array_of(int_type, 0));
    made_close(&made);
    v = variable(outer);
    made_read(&made);
    assert_string_equal(path(v, 4 + 4 * 25), ".rest[25]");
    made_free(&made);
}

/* A union, a structure in it and a base class have no name of their own. */
static void what_has_no_name_is_looked_through(void **state)
{
    uint32_t base, within, outer, v;

    (void)state;
    begin();
    base = open_struct(DW_TAG_class_type, 8);
    member("x", 4, int_type);
    made_close(&made);
    within = open_struct(DW_TAG_union_type, 4);
    member("number", 0, int_type);
    member("text", 0, array_of(char_type, 4));
    made_close(&made);
    outer = open_struct(DW_TAG_class_type, 20);
    /* What is only declared there lies elsewhere. */
    made_entry(&made, DW_TAG_member, false);
    made_string(&made, DW_AT_name, "shared");
    made_flag(&made, DW_AT_declaration);
    made_ref(&made, DW_AT_type, int_type);
    made_end(&made);
    made_entry(&made, DW_TAG_inheritance, false);
    made_number(&made, DW_AT_data_member_location, 0);
    made_ref(&made, DW_AT_type, base);
    made_end(&made);
    member(NULL, 8, within);
    made_close(&made);
    v = variable(outer);
    made_read(&made);
    assert_string_equal(path(v, 2), "");
    assert_string_equal(path(v, 5), ".x+1");
    /* Of members at one place the first. */
    assert_string_equal(path(v, 10), ".number+2");
    assert_string_equal(path(v, 16), "");
    made_free(&made);
}

/* Rust: Circle { r }, Square(a, b), Empty, each as large as the whole. */
static void the_only_variant_with_the_byte_is_named(void **state)
{
    uint32_t long_type, kinds[3], v, whole;
    static const char *const names[] = {"Circle", "Square", "Empty"};

    (void)state;
    begin();
    long_type = base_type("long", 8);
    kinds[0] = open_struct(DW_TAG_structure_type, 16);
    member("r", 8, long_type);
    made_close(&made);
    kinds[1] = open_struct(DW_TAG_structure_type, 16);
    member("a", 4, int_type);
    member("b", 8, int_type);
    made_close(&made);
    kinds[2] = open_struct(DW_TAG_structure_type, 16);
    made_close(&made);
    whole = open_struct(DW_TAG_structure_type, 16);
    made_entry(&made, DW_TAG_variant_part, true);
    made_end(&made);
    member(NULL, 0, int_type);
    for (unsigned i = 0; i < 3; i++) {
        made_entry(&made, DW_TAG_variant, true);
        made_number(&made, DW_AT_discr_value, i);
        made_end(&made);
        member(names[i], 0, kinds[i]);
        made_close(&made);
    }
    made_close(&made);
    made_close(&made);
    v = variable(whole);
    made_read(&made);
    assert_string_equal(path(v, 4), ".Square.a");
    assert_string_equal(path(v, 12), ".Circle.r+4");
    /* Of two it could be either, of the discriminant neither. */
    assert_string_equal(path(v, 8), "");
    assert_string_equal(path(v, 0), "");
    made_free(&made);
}

static void bit_fields_of_a_byte_are_all_named(void **state)
{
    const struct symbols_file big = {.is_big_endian = true};
    uint32_t bits, old, v, v_old;

    (void)state;
    begin();
    bits = open_struct(DW_TAG_structure_type, 8);
    bit_field("a", DW_AT_data_bit_offset, 0, 3);
    bit_field("b", DW_AT_data_bit_offset, 3, 2);
    bit_field("c", DW_AT_data_bit_offset, 5, 11);
    member("rest", 4, int_type);
    made_close(&made);
    /* Of DWARF 3: from the most significant bit of an int. */
    old = open_struct(DW_TAG_structure_type, 4);
    bit_field("d", DW_AT_bit_offset, 0, 8);
    bit_field("e", DW_AT_bit_offset, 24, 8);
    made_close(&made);
    v = variable(bits);
    v_old = variable(old);
    made_read(&made);
    assert_string_equal(path(v, 0), ".{a,b,c}");
    assert_string_equal(path(v, 1), ".c");
    assert_string_equal(path(v, 2), "");
    assert_string_equal(path(v, 5), ".rest+1");
    assert_string_equal(path(v_old, 3), ".d");
    assert_string_equal(path(v_old, 0), ".e");
    assert_string_equal(path_in(&big, v_old, 0), ".d");
    assert_string_equal(path_in(&big, v_old, 3), ".e");
    made_free(&made);
}

static void what_is_atomic_is_told_at_each_level(void **state)
{
    uint32_t atomic_int, inner, outer, v, v_whole, v_array;

    (void)state;
    begin();
    atomic_int = type_of(DW_TAG_atomic_type, int_type);
    inner = open_struct(DW_TAG_structure_type, 8);
    member("plain", 0, int_type);
    member("atomic", 4, type_of(DW_TAG_volatile_type, atomic_int));
    made_close(&made);
    outer = open_struct(DW_TAG_structure_type, 8);
    member("in", 0, inner);
    made_close(&made);
    v = variable(outer);
    v_whole = variable(type_of(DW_TAG_atomic_type, inner));
    v_array = variable(array_of(type_of(DW_TAG_typedef, atomic_int), 4));
    made_read(&made);
    path(v, 0);
    assert_false(is_atomic);
    assert_string_equal(path(v, 5), ".in.atomic+1");
    assert_true(is_atomic);
    assert_string_equal(path(v_whole, 0), ".plain");
    assert_true(is_atomic);
    assert_string_equal(path(v_array, 8), "[2]");
    assert_true(is_atomic);
    made_free(&made);
}

/* What only damage makes: it ends, and names nothing that is not so. */
static void damaged_types_end(void **state)
{
    /* 4 elements, modulo 2^64. */
    const uint64_t huge[] = {(UINT64_C(1) << 62) + 1, 4};
    uint32_t loop, self, v_loop, v_self, v_huge;
    struct {
        char text[8];
        char behind[56];
    } cut;
    char behind[56];
    Dwarf_Die die;
    size_t ref;

    (void)state;
    begin();
    /* A structure within itself, at its start. */
    loop = open_struct(DW_TAG_structure_type, 8);
    member("me", 0, loop);
    made_close(&made);
    /* A typedef of itself. */
    self = made_entry(&made, DW_TAG_typedef, false);
    ref = made_ref(&made, DW_AT_type, 0);
    made_end(&made);
    made_patch(&made, ref, self);
    v_loop = variable(loop);
    v_self = variable(self);
    v_huge = variable(array(int_type, 2, huge));
    made_read(&made);
    assert_memory_equal(path(v_loop, 0), ".me.me.me", 9);
    path(v_self, 0);
    assert_false(is_atomic);
    assert_int_equal(bytes(v_huge), 0);
    /* It is cut where there is no more room. */
    die = made_at(&made, v_loop);
    memset(&cut, 0x55, sizeof(cut));
    memset(behind, 0x55, sizeof(behind));
    data_path(&(struct symbols_file){0}, &die, 0, cut.text, sizeof(cut.text));
    assert_string_equal(cut.text, ".me.me.");
    assert_memory_equal(cut.behind, behind, sizeof(behind));
    made_free(&made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_elements_and_bytes_are_named),
        cmocka_unit_test(what_is_no_structure_has_no_path),
        cmocka_unit_test(dimensions_are_named_one_by_one),
        cmocka_unit_test(languages_count_and_write_in_their_way),
        cmocka_unit_test(a_description_of_an_array_has_no_elements),
        cmocka_unit_test(an_array_without_an_end_goes_on),
        cmocka_unit_test(what_has_no_name_is_looked_through),
        cmocka_unit_test(the_only_variant_with_the_byte_is_named),
        cmocka_unit_test(bit_fields_of_a_byte_are_all_named),
        cmocka_unit_test(what_is_atomic_is_told_at_each_level),
        cmocka_unit_test(damaged_types_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
