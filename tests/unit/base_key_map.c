/* SPDX-License-Identifier: GPL-2.0-or-later */
/* base_key_map.c - hashes of numbers, and the table of keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "hash64.h"
#include "key_map.h"

/* The file format says what they are, bit for bit. */
static void hashes_are_these(void **state)
{
    (void)state;
    assert_int_equal(hash64(1), UINT64_C(0x9e3779b97f4a7c15));
    assert_int_equal(hash64(UINT64_C(0xfedcba9876543210)),
                     UINT64_C(0xfedcba9876543210) *
                         UINT64_C(0x9e3779b97f4a7c15));
    assert_int_equal(hash64_bits(1, 64), UINT64_C(0x9e3779b97f4a7c15));
    assert_int_equal(hash64_bits(1, 14), 0x9e3779b97f4a7c15u >> 50);
    assert_int_equal(hash64_bits(3, 1), 1);
    assert_int_equal(hash32(1), 0x9e3779b1u);
    assert_int_equal(hash32_bits(1, 8), 0x9e);
    assert_int_equal(hash32_bits(0, 8), 0);
}

#define KEYS 3000

/* Keys that differ in high bits alone, too. */
static uint64_t key_of(uint64_t i)
{
    return i % 3 == 0 ? i : i % 3 == 1 ? i << 40 : ~i;
}

static void a_map_has_what_was_added(void **state)
{
    struct key_map map = {.room = 0};

    (void)state;
    assert_int_equal(key_map_find(&map, 0), KEY_MAP_NONE);
    for (unsigned round = 0; round < 2; round++) {
        for (uint64_t i = 0; i < KEYS; i++) {
            assert_int_equal(key_map_find(&map, key_of(i)), KEY_MAP_NONE);
            assert_int_equal(key_map_add(&map, key_of(i), (uint32_t)i), i);
            /* It keeps the value that it has. */
            assert_int_equal(key_map_add(&map, key_of(i), 77777), i);
            assert_int_equal(map.n, i + 1);
        }
        for (uint64_t i = 0; i < KEYS; i++) {
            assert_int_equal(key_map_find(&map, key_of(i)), i);
        }
        assert_int_equal(key_map_find(&map, key_of(KEYS)), KEY_MAP_NONE);
        key_map_clear(&map);
        assert_int_equal(map.n, 0);
    }
    key_map_free(&map);
    assert_int_equal(key_map_find(&map, 0), KEY_MAP_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hashes_are_these),
        cmocka_unit_test(a_map_has_what_was_added),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
