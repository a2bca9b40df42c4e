/* SPDX-License-Identifier: GPL-2.0-or-later */
/* symbols_names.c - names of linkers as programmers wrote them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_each_language_are_undone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
