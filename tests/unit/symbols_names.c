/* SPDX-License-Identifier: GPL-2.0-or-later */
/* symbols_names.c - names of linkers as programmers wrote them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "names.h"

static void names_of_each_language_are_undone(void **state)
{
    static const char *const rows[][2] = {
        {"main", "main"},
        {"", ""},
        {"_", "_"},
        {"_ZN1a1bEi", "a::b(int)"},
        {"_RNvCs1234_7mycrate3foo", "mycrate::foo"},
        {"_D4test3fooFiZv", "test.foo(int)"},
        {"_D4test6countri", "test.countr"},
        {"_Dmain", "D main"},
        {"_Dangerous", "_Dangerous"},
        {"_ZN1a1bEi@plt", "a::b(int)@plt"},
        {"_D4test3fooFiZv@plt", "test.foo(int)@plt"},
        {"_ZSt4cout@@GLIBCXX_3.4", "std::cout@@GLIBCXX_3.4"},
        {"_exit@plt", "_exit@plt"},
        {"exit@plt", "exit@plt"},
        {"_@", "_@"},
    };
    struct names names = {0};

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_string_equal(names_demangle(&names, rows[i][0]), rows[i][1]);
    }
    names_free(&names);
}

/* Of D: where a name has too many of the letter by which names refer back. */
static void a_name_that_may_grow_without_end_stays(void **state)
{
    const char *few = "_D1a8QQQQQQQQFZv";
    const char *many = "_D1a25QQQQQQQQQQQQQQQQQQQQQQQQQFZv";
    struct names names = {0};

    (void)state;
    assert_string_equal(names_demangle(&names, few), "a.QQQQQQQQ()");
    assert_ptr_equal(names_demangle(&names, many), many);
    names_free(&names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_each_language_are_undone),
        cmocka_unit_test(a_name_that_may_grow_without_end_stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
