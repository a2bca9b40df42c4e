/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plugin_compat.c - what the plugin takes each version of QEMU's API for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "compat.h"

static void each_version_has_its_capabilities(void **state)
{
    static const struct {
        enum qemu_api api;
        unsigned shown;
        bool has_execveat;
        bool merges_kinds;
        bool announces_on_starter;
    } versions[] = {
        {QEMU_API_7_2, QEMU_SHOWS_X87, false, true, true},
        {QEMU_API_9_0, QEMU_SHOWS_SVE | QEMU_SHOWS_SVE_SCATTERED, true, false,
         false},
        {QEMU_API_10_0, QEMU_SHOWS_SVE | QEMU_SHOWS_SVE_SCATTERED, true, false,
         false},
        {QEMU_API_10_1, QEMU_SHOWS_SVE | QEMU_SHOWS_SVE_SCATTERED, true, false,
         false},
        {QEMU_API_11_0, QEMU_SHOWS_SVE | QEMU_SHOWS_SVE_SCATTERED, true, false,
         false},
        {QEMU_API_11_1, QEMU_SHOWS_SVE, true, false, false},
    };
    int before = qemu_plugin_version;

    (void)state;
    /* The fake has no function that QEMU 7.2 lacks. */
    assert_int_equal(before, QEMU_API_7_2);
    for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
        qemu_plugin_version = versions[i].api;
        assert_int_equal(compat_api(), versions[i].api);
        assert_int_equal(compat_shown(), versions[i].shown);
        assert_int_equal(compat_has_execveat(), versions[i].has_execveat);
        assert_int_equal(compat_merges_kinds(), versions[i].merges_kinds);
        assert_int_equal(compat_announces_on_starter(),
                         versions[i].announces_on_starter);
    }
    qemu_plugin_version = before;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_version_has_its_capabilities),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
