/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plugin_proc_maps.c - the kernel's list of mappings, taken apart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "failing.h"
#include "proc_maps.h"

static void lines_are_taken_apart(void **state)
{
    static const char text[] =
        "00400000-0048d000 r-xp 00001000 fe:01 393228                         "
        "    /bin/a program\n"
        "7ffff7ff0000-7ffff7ff1000 ---p 00000000 00:00 0 \n"
        "7ffffffde000-7ffffffff000 rw-p 00000000 00:00 0              "
        "            [stack]\n"
        "7ffff0000000-7ffff1000000 rw-s 10000000000 00:01 18446744073709551615 "
        "/memfd:x (deleted)\n";
    struct proc_maps maps;

    (void)state;
    assert_int_equal(proc_maps_parse(&maps, strdup(text)), 0);
    assert_int_equal(maps.n, 4);
    assert_int_equal(maps.list[0].start, 0x400000);
    assert_int_equal(maps.list[0].end, 0x48d000);
    assert_int_equal(maps.list[0].prot, PROT_READ | PROT_EXEC);
    assert_int_equal(maps.list[0].offset, 0x1000);
    assert_int_equal(maps.list[0].device, 0xfe00001);
    assert_int_equal(maps.list[0].inode, 393228);
    assert_string_equal(maps.list[0].name, "/bin/a program");
    assert_int_equal(maps.list[1].prot, PROT_NONE);
    assert_int_equal(maps.list[1].inode, 0);
    assert_string_equal(maps.list[1].name, "");
    assert_int_equal(maps.list[2].end, 0x7ffffffff000);
    assert_int_equal(maps.list[2].prot, PROT_READ | PROT_WRITE);
    assert_string_equal(maps.list[2].name, "[stack]");
    assert_int_equal(maps.list[3].offset, 0x10000000000);
    assert_int_equal(maps.list[3].inode, UINT64_MAX);
    assert_string_equal(maps.list[3].name, "/memfd:x (deleted)");
    proc_maps_free(&maps);
    assert_int_equal(maps.n, 0);
}

static void what_is_no_line_is_left_out(void **state)
{
    static const char *const texts[] = {
        "",
        "\n",
        "a line\n00400000-0048d000 r-xp 0 fe:01 1\n",
        "00400000-0048d000 r-xp 0 fe:01 1\n00500000 r-xp\n",
    };
    static const size_t expected[] = {0, 0, 1, 1};

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct proc_maps maps;

        assert_int_equal(proc_maps_parse(&maps, strdup(texts[i])), 0);
        assert_int_equal(maps.n, expected[i]);
        proc_maps_free(&maps);
    }
}

/* Return: the name that a line has which ends so, mapped from the file. */
static const char *named(const char *written, const char *file)
{
    static char name[256];
    struct proc_maps maps;
    struct stat st = {.st_ino = 1};
    char line[512];

    if (file != NULL) {
        close(open(file, O_WRONLY | O_CREAT, 0600));
        assert_int_equal(stat(file, &st), 0);
    }
    snprintf(line, sizeof(line), "00400000-0048d000 r-xp 0 fe:01 %llu   %s\n",
             (unsigned long long)st.st_ino, written);
    assert_int_equal(proc_maps_parse(&maps, strdup(line)), 0);
    assert_int_equal(maps.n, 1);
    snprintf(name, sizeof(name), "%s", maps.list[0].name);
    proc_maps_free(&maps);
    if (file != NULL) {
        unlink(file);
    }
    return name;
}

static void names_are_as_the_files_have_them(void **state)
{
    (void)state;
    /* It leads to the file, whether with a newline or with a backslash. */
    assert_string_equal(named("/tmp/proc\\012maps", "/tmp/proc\nmaps"),
                        "/tmp/proc\nmaps");
    assert_string_equal(named("/tmp/proc\\012maps", "/tmp/proc\\012maps"),
                        "/tmp/proc\\012maps");
    assert_string_equal(named("/tmp/p\\012a\\012b", "/tmp/p\\012a\nb"),
                        "/tmp/p\\012a\nb");
    assert_string_equal(named("/tmp/proc (deleted)", "/tmp/proc (deleted)"),
                        "/tmp/proc (deleted)");
    /* It leads nowhere any more. */
    assert_string_equal(named("/no/a\\012b (deleted)", NULL), "/no/a\nb");
    assert_string_equal(named("/no/more (deleted)", NULL), "/no/more");
    assert_string_equal(named("/memfd:x (deleted)", NULL),
                        "/memfd:x (deleted)");
    assert_string_equal(named("/no/a\\01b", NULL), "/no/a\\01b");
}

static void our_own_mappings_are_read(void **state)
{
    /* More lines than fit into one read: each differs from its neighbours. */
    const size_t n = 2000;
    const size_t page = 4096;
    char *area =
        mmap(NULL, n * page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct proc_maps maps;
    size_t n_found = 0;

    (void)state;
    assert_true(area != MAP_FAILED);
    for (size_t i = 0; i < n; i += 2) {
        assert_int_equal(mprotect(area + i * page, page, PROT_NONE), 0);
    }
    assert_int_equal(proc_maps_read(&maps), 0);
    for (size_t i = 0; i < maps.n; i++) {
        uint64_t at = maps.list[i].start - (uint64_t)area;

        if (at < n * page) {
            assert_int_equal(at, n_found * page);
            assert_int_equal(maps.list[i].end - maps.list[i].start, page);
            assert_int_equal(maps.list[i].prot,
                             n_found % 2 == 0 ? PROT_NONE : PROT_READ);
            n_found++;
        }
    }
    assert_int_equal(n_found, n);
    proc_maps_free(&maps);
    munmap(area, n * page);
}

/* Each call that it makes, one after another. */
static void failures_are_told(void **state)
{
    static const struct {
        const char *name;
        int error;
    } calls[] = {{"memory", ENOMEM}, {"open", EMFILE}, {"read", EIO}};

    (void)state;
    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
        unsigned n = 0;
        int result;

        do {
            struct proc_maps maps;

            errno = 0;
            failing_set(calls[i].name, ++n, false);
            result = proc_maps_read(&maps);
            assert_int_equal(result, failing_count() == 0 ? 0 : -1);
            if (result == 0) {
                proc_maps_free(&maps);
            } else {
                assert_int_equal(errno, calls[i].error);
            }
        } while (result != 0);
        assert_true(n > 1);
    }
    failing_set(NULL, 0, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_taken_apart),
        cmocka_unit_test(what_is_no_line_is_left_out),
        cmocka_unit_test(names_are_as_the_files_have_them),
        cmocka_unit_test(our_own_mappings_are_read),
        cmocka_unit_test(failures_are_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
