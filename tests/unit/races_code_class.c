/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * races_code_class.c - whose business code is, by its names, by those of a
 * stripped libc around it, and by what instructions load.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "code_class.h"

#define LIBC "/lib/x86_64-linux-gnu/libc.so.6"

static enum race_code named(const char *module, const char *function,
                            const char *source)
{
    struct symbols_code code = {
        .module = module,
        .n_frames = 1,
        .frames = {{.function = function, .source = source}},
    };

    return race_code_kind(&code);
}

static void functions_by_name(void **state)
{
    (void)state;
    assert_int_equal(named(LIBC, "_int_free", NULL), RACE_CODE_INTERNAL);
    assert_int_equal(named(LIBC, "alloc_new_heap", NULL), RACE_CODE_INTERNAL);
    assert_int_equal(named(LIBC, "__memmove_avx_unaligned_erms", NULL),
                     RACE_CODE_COPIER);
    assert_int_equal(named(LIBC, "__strlen_sse2", NULL), RACE_CODE_SCANNER);
    assert_int_equal(named(LIBC, "qsort", NULL), RACE_CODE_LIBC);
    assert_int_equal(named(LIBC, "f", "./rt/aio_misc.c"), RACE_CODE_INTERNAL);
    assert_int_equal(named("/a/static", "handle_fildes_io", NULL),
                     RACE_CODE_INTERNAL);
    assert_int_equal(named("/lib/ld-linux-aarch64.so.1", "x", NULL),
                     RACE_CODE_LOADER);
    assert_int_equal(named("/a/program", "free", "free.c"), RACE_CODE_USER);
    assert_int_equal(named("/usr/lib/libjemalloc.so.2", "free", NULL),
                     RACE_CODE_ALLOCATOR);
    assert_int_equal(named("/usr/lib/libgnarl-12.so", "x", NULL),
                     RACE_CODE_RUNTIME);
}

static void functions_of_go(void **state)
{
    (void)state;
    assert_int_equal(
        named("/a/go", "runtime.preemptone", "/usr/lib/go/src/runtime/proc.go"),
        RACE_CODE_LOADER);
    assert_int_equal(named("/a/go", "runtime.scanobject",
                           "/usr/lib/go/src/runtime/mgcmark.go"),
                     RACE_CODE_LOADER);
    assert_int_equal(
        named("/a/go", "runtime.execute", "/usr/lib/go/src/runtime/proc.go"),
        RACE_CODE_RUNTIME);
    assert_int_equal(named("/a/go", "runtime.mapassign_faststr",
                           "/usr/lib/go/src/runtime/map_faststr.go"),
                     RACE_CODE_USER);
    assert_int_equal(named("/a/go", "main.main", "/src/a/runtime/proc.go"),
                     RACE_CODE_USER);
    assert_int_equal(named("/a/go", "runtime.x", "proc.go"), RACE_CODE_USER);
    assert_int_equal(named("/a/go", "runtime.x", "/proc.go"), RACE_CODE_USER);
}

/* In a static program that may be libc's, and elsewhere is the program's. */
static void code_without_names(void **state)
{
    struct symbols_code code = {.module = "/a/program"};

    (void)state;
    assert_int_equal(race_code_kind(&code), RACE_CODE_NAMELESS);
    code.needs_libraries = true;
    assert_int_equal(race_code_kind(&code), RACE_CODE_USER);
    code = (struct symbols_code){.module = NULL};
    assert_int_equal(race_code_kind(&code), RACE_CODE_USER);
}

/* Where libc is another file, what only starts like its functions is none. */
static void functions_of_a_dynamic_program(void **state)
{
    struct symbols_code code = {
        .module = "/a/program",
        .needs_libraries = true,
        .n_frames = 1,
    };

    (void)state;
    code.frames[0].function = "free_list_add";
    assert_int_equal(race_code_kind(&code), RACE_CODE_USER);
    code.frames[0].function = "strategy";
    assert_int_equal(race_code_kind(&code), RACE_CODE_USER);
    code.frames[0].function = "free";
    assert_int_equal(race_code_kind(&code), RACE_CODE_INTERNAL);
    code.frames[0].function = "gomp_barrier_wait";
    assert_int_equal(race_code_kind(&code), RACE_CODE_RUNTIME);
    code.needs_libraries = false;
    code.frames[0].function = "free_list_add";
    assert_int_equal(race_code_kind(&code), RACE_CODE_INTERNAL);
}

static enum race_code between(const char *before, const char *after)
{
    struct symbols_code code = {
        .module = LIBC,
        .before = before,
        .after = after,
    };

    return race_code_kind(&code);
}

/* As the libraries of Debian 12 have them, x86_64's and aarch64's. */
static void functions_of_a_stripped_libc(void **state)
{
    (void)state;
    assert_int_equal(between("__default_morecore", "__libc_malloc"),
                     RACE_CODE_INTERNAL); /* _int_malloc() */
    assert_int_equal(between("timer_settime", "__default_morecore"),
                     RACE_CODE_INTERNAL); /* arena_get2() */
    assert_int_equal(between("vfprintf", "__vfscanf"), RACE_CODE_INTERNAL);
    assert_int_equal(between("memcpy", "wcscat"), RACE_CODE_LIBC);
    assert_int_equal(between("__xpg_strerror_r", "wcscat"), RACE_CODE_LIBC);
    /* The vector versions of memcpy() and the like. */
    assert_int_equal(between("__nss_database_lookup", "__libc_freeres"),
                     RACE_CODE_LIBC);
    assert_int_equal(between(NULL, NULL), RACE_CODE_LIBC);
}

static void atomic_accesses(void **state)
{
    (void)state;
    assert_int_equal(named("/a/program", "std::__atomic_impl::load",
                           "/usr/include/c++/12/bits/atomic_base.h"),
                     RACE_CODE_ATOMIC);
    assert_int_equal(named("/a/program", "std::atomic<long>::store",
                           "/usr/include/c++/12/atomic"),
                     RACE_CODE_ATOMIC);
    assert_int_equal(named("/a/program", "f", "/a/source/atomic"),
                     RACE_CODE_USER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions_by_name),
        cmocka_unit_test(functions_of_go),
        cmocka_unit_test(code_without_names),
        cmocka_unit_test(functions_of_a_dynamic_program),
        cmocka_unit_test(functions_of_a_stripped_libc),
        cmocka_unit_test(atomic_accesses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
