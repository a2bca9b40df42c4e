/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * analysis_code_owner.c - whose code is whose by the rules that are built in:
 * by names, by those of a stripped libc around it, and by a user's rules.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "code_owner.h"

#define LIBC "/lib/x86_64-linux-gnu/libc.so.6"
#define MUSL "/lib/ld-musl-x86_64.so.1"

static struct code_rules rules;

static int set_up(void **state)
{
    (void)state;
    assert_null(code_rules_add_builtin(&rules));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    code_rules_free(&rules);
    return 0;
}

static struct symbols_code code_of(const char *module, const char *function,
                                   const char *source)
{
    return (struct symbols_code){
        .module = module,
        .n_frames = 1,
        .frames = {{.function = function, .source = source}},
    };
}

static enum code_class named(const char *module, const char *function,
                             const char *source)
{
    struct symbols_code code = code_of(module, function, source);

    return code_owner(&rules, &code, 0).class;
}

/* Of a static program without lines; @unit as in struct symbols_frame. */
static enum code_class of_static(const char *function, const char *unit)
{
    struct symbols_code code = code_of("/a/static", function, NULL);

    code.frames[0].unit = unit;
    return code_owner(&rules, &code, 0).class;
}

static void functions_by_name(void **state)
{
    (void)state;
    assert_int_equal(named(LIBC, "_int_free", NULL), CODE_INTERNAL);
    assert_int_equal(named(LIBC, "alloc_new_heap", NULL), CODE_INTERNAL);
    assert_int_equal(named(LIBC, "__GI___libc_malloc", NULL), CODE_INTERNAL);
    assert_int_equal(named(LIBC, "__memmove_avx_unaligned_erms", NULL),
                     CODE_COPIER);
    assert_int_equal(named(LIBC, "__strlen_sse2", NULL), CODE_SCANNER);
    assert_int_equal(named(LIBC, "qsort", NULL), CODE_LIBC);
    assert_int_equal(named(LIBC, "f", "./rt/aio_misc.c"), CODE_INTERNAL);
    assert_int_equal(named(LIBC, "f", "./string/f.c"), CODE_LIBC);
    assert_int_equal(named(MUSL, "get_meta", NULL), CODE_INTERNAL);
    assert_int_equal(named("/lib/ld-linux-aarch64.so.1", "x", NULL),
                     CODE_LOADER);
    assert_int_equal(named("/a/program", "free", "free.c"), CODE_USER);
    assert_int_equal(named("/usr/lib/libjemalloc.so.2", "free", NULL),
                     CODE_ALLOCATOR);
    assert_int_equal(named("/usr/lib/libgnarl-12.so", "x", NULL), CODE_RUNTIME);
    assert_int_equal(named("/usr/lib/libstdc++.so.6", "x", NULL), CODE_GLUE);
    assert_int_equal(named("/usr/lib/libuv.so.1", "x", NULL), CODE_USER);
}

static void functions_of_go(void **state)
{
    (void)state;
    assert_int_equal(
        named("/a/go", "runtime.preemptone", "/usr/lib/go/src/runtime/proc.go"),
        CODE_COLLECTOR);
    assert_int_equal(named("/a/go", "runtime.scanobject",
                           "/usr/lib/go/src/runtime/mgcmark.go"),
                     CODE_COLLECTOR);
    assert_int_equal(
        named("/a/go", "runtime.execute", "/usr/lib/go/src/runtime/proc.go"),
        CODE_RUNTIME);
    assert_int_equal(named("/a/go", "runtime.mapassign_faststr",
                           "/usr/lib/go/src/runtime/map_faststr.go"),
                     CODE_USER);
    assert_int_equal(named("/a/go", "main.main", "/src/a/runtime/proc.go"),
                     CODE_USER);
    assert_int_equal(named("/a/go", "runtime.x", "proc.go"), CODE_USER);
    assert_int_equal(named("/a/go", "runtime.x", "/proc.go"), CODE_USER);
}

/* In a static program that may be libc's, and elsewhere is the program's. */
static void code_without_names(void **state)
{
    struct symbols_code code = {.module = "/a/program"};

    (void)state;
    assert_int_equal(code_owner(&rules, &code, 0).class, CODE_UNNAMED);
    code.needs_libraries = true;
    assert_int_equal(code_owner(&rules, &code, 0).class, CODE_USER);
    code = (struct symbols_code){.module = NULL};
    assert_int_equal(code_owner(&rules, &code, 0).class, CODE_USER);
}

/* Where libc is another file, only an allocator can be in its place. */
static void functions_of_a_dynamic_program(void **state)
{
    static const char *const own[] = {
        "free_list_add", "strategy", "clone",      "raise",
        "getline",       "printf",   "_int_mine_", "new_heap",
    };
    struct symbols_code code = code_of("/a/program", NULL, NULL);

    (void)state;
    code.needs_libraries = true;
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
        code.frames[0].function = own[i];
        assert_int_equal(code_owner(&rules, &code, 0).class, CODE_USER);
    }
    code.frames[0].function = "free";
    assert_int_equal(code_owner(&rules, &code, 0).class, CODE_INTERNAL);
    code.frames[0].function = "gomp_barrier_wait";
    assert_int_equal(code_owner(&rules, &code, 0).class, CODE_RUNTIME);
    code.frames[0].function = "puts@plt";
    assert_int_equal(code_owner(&rules, &code, 0).class, CODE_GLUE);
}

/* And where it is in the program, what only starts like one of its names. */
static void functions_of_a_static_program(void **state)
{
    static const char *const own[] = {
        "clone_tree",  "free_list_add", "printf_lines",  "exit_door",
        "raise_price", "strategy",      "memory_pool",   "getcount",
        "sem_tree",    "omp_score",     "_exit_quickly", "elf_machine_count",
    };
    static const struct {
        const char *name;
        enum code_class class;
    } libcs[] = {
        {"clone", CODE_INTERNAL},
        {"free", CODE_INTERNAL},
        {"printf", CODE_INTERNAL},
        {"exit", CODE_INTERNAL},
        {"raise", CODE_INTERNAL},
        {"pthread_mutex_lock", CODE_INTERNAL},
        {"__pthread_anything", CODE_INTERNAL},
        {"_IO_anything", CODE_INTERNAL},
        {"__lock", CODE_INTERNAL},
        {"_dl_anything", CODE_LOADER},
        {"omp_set_lock", CODE_RUNTIME},
        {"strlen", CODE_SCANNER},
        {"__strlen_avx2", CODE_SCANNER},
        {"memcpy", CODE_COPIER},
        {"qsort", CODE_USER},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
        assert_int_equal(of_static(own[i], NULL), CODE_USER);
        assert_int_equal(of_static(own[i], "main.c"), CODE_USER);
    }
    for (size_t i = 0; i < sizeof(libcs) / sizeof(libcs[0]); i++) {
        assert_int_equal(of_static(libcs[i].name, NULL), libcs[i].class);
    }
}

/* Functions that no other object can call are those of libc's objects. */
static void functions_of_objects(void **state)
{
    (void)state;
    assert_int_equal(of_static("new_heap", "malloc.o"), CODE_INTERNAL);
    assert_int_equal(of_static("new_heap", "malloc.c"), CODE_INTERNAL);
    assert_int_equal(of_static("new_heap", "main.c"), CODE_USER);
    assert_int_equal(of_static("new_heap", NULL), CODE_USER);
    assert_int_equal(of_static("my_heap", "malloc.o"), CODE_USER);
    /* Where the linker does not say. */
    assert_int_equal(of_static("new_heap", ""), CODE_INTERNAL);
    assert_int_equal(of_static("my_heap", ""), CODE_USER);
    assert_int_equal(of_static("start_thread", "pthread_create.o"),
                     CODE_INTERNAL);
    assert_int_equal(of_static("alloc_slot", "malloc.lo"), CODE_INTERNAL);
    /* A part of one, as gcc makes them. */
    assert_int_equal(of_static("unlink_chunk.constprop.0", "malloc.o"),
                     CODE_INTERNAL);
    assert_int_equal(of_static("unlink_chunk.isra.0.cold", "malloc.o"),
                     CODE_INTERNAL);
    assert_int_equal(of_static("__lock.part.0", NULL), CODE_INTERNAL);
    assert_int_equal(of_static("free.list", NULL), CODE_USER);
}

static struct code_owner between(const char *before, const char *after)
{
    struct symbols_code code = {
        .module = LIBC,
        .before = before,
        .after = after,
    };

    return code_owner(&rules, &code, 0);
}

/* As the libraries of Debian 12 have them, x86_64's and aarch64's. */
static void functions_of_a_stripped_libc(void **state)
{
    (void)state;
    assert_int_equal(between("__default_morecore", "__libc_malloc").class,
                     CODE_INTERNAL); /* _int_malloc() */
    assert_int_equal(between("timer_settime", "__default_morecore").class,
                     CODE_INTERNAL); /* arena_get2() */
    assert_int_equal(between("vfprintf", "__vfscanf").class, CODE_INTERNAL);
    assert_string_equal(between("vfprintf", "__vfscanf").rule->name,
                        "libc/stdio");
    assert_int_equal(between("memcpy", "wcscat").class, CODE_LIBC);
    assert_int_equal(between("__xpg_strerror_r", "wcscat").class, CODE_LIBC);
    /* The vector versions of memcpy() and the like. */
    assert_int_equal(between("__nss_database_lookup", "__libc_freeres").class,
                     CODE_LIBC);
    assert_int_equal(between(NULL, NULL).class, CODE_LIBC);
}

static void atomic_accesses(void **state)
{
    (void)state;
    assert_int_equal(named("/a/program", "std::__atomic_impl::load",
                           "/usr/include/c++/12/bits/atomic_base.h"),
                     CODE_ATOMIC);
    assert_int_equal(named("/a/program", "std::atomic<long>::store",
                           "/usr/include/c++/12/atomic"),
                     CODE_ATOMIC);
    assert_int_equal(named("/a/program", "core::sync::atomic::atomic_load",
                           "/rustc/1/library/core/src/sync/atomic.rs"),
                     CODE_ATOMIC);
    assert_int_equal(named("/a/program", "core.internal.atomic.atomicLoad",
                           "/usr/lib/d/core/internal/atomic.d"),
                     CODE_ATOMIC);
    assert_int_equal(named("/a/program", "f", "/a/source/atomic"), CODE_USER);
    assert_int_equal(named("/usr/lib/libtcmalloc.so.4", "f",
                           "/usr/include/c++/12/bits/atomic_base.h"),
                     CODE_ALLOCATOR);
}

static void start_up(void **state)
{
    (void)state;
    assert_int_equal(named("/a/program", "_init", "../sysdeps/x86_64/crti.S"),
                     CODE_GLUE);
    assert_int_equal(named("/a/program", "_init", "/a/my_crti.S"), CODE_USER);
}

/* Each frame of an inlined function is asked about by itself. */
static void frames(void **state)
{
    struct symbols_code code = code_of("/a/program", "std::atomic<int>::load",
                                       "/usr/include/c++/12/atomic");

    (void)state;
    code.n_frames = 2;
    code.frames[1] = (struct symbols_frame){"work", .source = "work.cc"};
    assert_int_equal(code_owner(&rules, &code, 0).class, CODE_ATOMIC);
    assert_int_equal(code_owner(&rules, &code, 1).class, CODE_USER);
}

/* A user's rules are asked first. */
static void users_rules(void **state)
{
    static const char text[] =
        "class:allocator rule:pool module:libpool.so*\n"
        "class:user function:getline\n"
        "class:atomic file:*/base/atomic.h\n"
        "class:runtime module:libwork.so function:steal* function:park\n"
        "function:free  # a suppression is of no class\n";
    struct code_rules mine = {.n = 0};
    struct symbols_code code = code_of("/a/static", "getline", NULL);
    unsigned line;

    (void)state;
    assert_null(
        code_rules_parse(&mine, text, strlen(text), "mine.supp", &line));
    assert_null(code_rules_add_builtin(&mine));
    assert_int_equal(code_owner(&rules, &code, 0).class, CODE_INTERNAL);
    assert_int_equal(code_owner(&mine, &code, 0).class, CODE_USER);
    code.frames[0].function = "free";
    assert_int_equal(code_owner(&mine, &code, 0).class, CODE_INTERNAL);
    code = code_of("/usr/lib/libpool.so.1", "get", NULL);
    assert_int_equal(code_owner(&mine, &code, 0).class, CODE_ALLOCATOR);
    assert_string_equal(code_owner(&mine, &code, 0).rule->name, "pool");
    assert_int_equal(
        code_owner_of_file(&mine, "/usr/lib/libpool.so.1", true).class,
        CODE_ALLOCATOR);
    code = code_of("/a/program", "get", "/src/base/atomic.h");
    assert_int_equal(code_owner(&mine, &code, 0).class, CODE_ATOMIC);
    code = code_of("/a/libwork.so", "steal_half", NULL);
    assert_int_equal(code_owner(&mine, &code, 0).class, CODE_RUNTIME);
    code = code_of("/a/libwork.so", "run", "run.c");
    assert_int_equal(code_owner(&mine, &code, 0).class, CODE_USER);
    code_rules_free(&mine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions_by_name),
        cmocka_unit_test(functions_of_go),
        cmocka_unit_test(code_without_names),
        cmocka_unit_test(functions_of_a_dynamic_program),
        cmocka_unit_test(functions_of_a_static_program),
        cmocka_unit_test(functions_of_objects),
        cmocka_unit_test(functions_of_a_stripped_libc),
        cmocka_unit_test(atomic_accesses),
        cmocka_unit_test(start_up),
        cmocka_unit_test(frames),
        cmocka_unit_test(users_rules),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
