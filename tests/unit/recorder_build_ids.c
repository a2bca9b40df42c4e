/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * recorder_build_ids.c - what is noted of files that are mapped: ELF files of
 * every kind, made here, and what is none.
 */
#include <elf.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "build_ids.h"
#include "memtrace.h"
#include "writer.h"

static char folder[64], trace[80];
static struct memtrace_writer *writer;
static struct build_ids *build_ids;

/* A path in the folder; of as many as are asked for together, eight. */
static const char *path_of(const char *name)
{
    static char paths[8][96];
    static unsigned next;
    char *path = paths[next++ % 8];

    snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
    return path;
}

static int begin(void **state)
{
    int fd;

    (void)state;
    strcpy(folder, "/tmp/memtrace-test-XXXXXX");
    if (!mkdtemp(folder)) {
        return -1;
    }
    strcpy(trace, path_of("trace"));
    fd = open(trace, O_RDWR | O_CREAT, 0600);
    if (fd < 0 || memtrace_writer_create(fd, &writer) != 0) {
        return -1;
    }
    build_ids = build_ids_new(writer);
    return build_ids ? 0 : -1;
}

/* Return: the trace, with what was noted. */
static struct memtrace_reader *noted(void)
{
    struct memtrace_reader *reader;

    build_ids_free(build_ids);
    assert_int_equal(memtrace_writer_finish(writer, NULL, 0, true), 0);
    assert_int_equal(memtrace_open(trace, &reader), 0);
    return reader;
}

static int end(void **state)
{
    char command[128];

    (void)state;
    snprintf(command, sizeof(command), "rm -r '%s'", folder);
    return system(command);
}

static void note(const char *path)
{
    assert_int_equal(build_ids_note(build_ids, path), 0);
}

static void put_file(const char *path, const void *data, size_t size)
{
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, data, size), size);
    close(fd);
}

/*
 * An ELF file with one segment of notes: another one of GNU's, then the
 * build-id.
 * @id_bytes: of the build-id; 0: it has none
 * @claimed: how long the segment says it is; 0: as it is
 */
static void put_elf(const char *path, unsigned id_bytes, unsigned align,
                    uint64_t claimed)
{
    struct {
        Elf64_Ehdr header;
        Elf64_Phdr segment;
        uint8_t notes[256];
    } file = {
        .header =
            {
                .e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64,
                            ELFDATA2LSB, EV_CURRENT},
                .e_type = ET_DYN,
                .e_machine = EM_X86_64,
                .e_version = EV_CURRENT,
                .e_phoff = sizeof(Elf64_Ehdr),
                .e_ehsize = sizeof(Elf64_Ehdr),
                .e_phentsize = sizeof(Elf64_Phdr),
                .e_phnum = 1,
            },
        .segment = {.p_type = PT_NOTE, .p_align = align},
    };
    const Elf64_Nhdr other = {4, 4, NT_GNU_ABI_TAG};
    const Elf64_Nhdr id = {4, id_bytes, NT_GNU_BUILD_ID};
    size_t n = 0;

    memcpy(file.notes, &other, sizeof(other));
    memcpy(file.notes + 12, "GNU", 4);
    n = align == 8 ? 24 : 20;
    if (id_bytes) {
        memcpy(file.notes + n, &id, sizeof(id));
        memcpy(file.notes + n + 12, "GNU", 4);
        for (unsigned i = 0; i < id_bytes; i++) {
            file.notes[n + 16 + i] = (uint8_t)(0xa0 + i);
        }
        n = (n + 16 + id_bytes + align - 1) & -(size_t)align;
    }
    file.segment.p_offset = offsetof(__typeof__(file), notes);
    file.segment.p_filesz = claimed ? claimed : n;
    put_file(path, &file, sizeof(file.header) + sizeof(file.segment) + n);
}

/* What is to be said of a file as it is. */
static const char *expected(const char *path, const char *id)
{
    static char text[256];
    struct stat st;

    assert_int_equal(stat(path, &st), 0);
    snprintf(text, sizeof(text), "%s %lld %lld", id, (long long)st.st_size,
             (long long)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec);
    return text;
}

static const char *found(struct memtrace_reader *reader, const char *path)
{
    char key[128];

    snprintf(key, sizeof(key), "file.%s", path);
    return memtrace_meta(reader, key);
}

static void elf_files_are_noted(void **state)
{
    const char *with = path_of("with"), *with_8 = path_of("with-8");
    const char *without = path_of("without");
    struct memtrace_reader *reader;

    (void)state;
    put_elf(with, 20, 4, 0);
    put_elf(with_8, 4, 8, 0);
    put_elf(without, 0, 4, 0);
    note(with);
    note(with_8);
    note(without);
    reader = noted();
    assert_string_equal(
        found(reader, with),
        expected(with, "a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3"));
    assert_string_equal(found(reader, with_8), expected(with_8, "a0a1a2a3"));
    assert_string_equal(found(reader, without), expected(without, "-"));
    memtrace_close(reader);
}

/* Nothing is opened that opening would wait for. */
static void what_is_no_elf_file_is_not(void **state)
{
    const char *text = path_of("text"), *fifo = path_of("fifo");
    const char *gone = path_of("gone"), *empty = path_of("empty");
    const char *key, *value;
    struct memtrace_reader *reader;

    (void)state;
    put_file(text, "hello", 5);
    put_file(empty, "", 0);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    note(text);
    note(empty);
    note(fifo);
    note(gone);
    note(folder);
    note("/dev/zero");
    note("[heap]");
    note("");
    reader = noted();
    for (size_t i = 0; memtrace_meta_at(reader, i, &key, &value); i++) {
        assert_int_not_equal(strncmp(key, "file.", 5), 0);
    }
    memtrace_close(reader);
}

static void damaged_files_have_no_build_id(void **state)
{
    const char *huge = path_of("huge"), *beyond = path_of("beyond");
    const char *long_id = path_of("long"), *cut = path_of("cut");
    const char *large = path_of("large");
    struct memtrace_reader *reader;

    (void)state;
    put_elf(huge, 20, 4, UINT64_MAX / 2);
    put_elf(beyond, 20, 4, 60000);
    put_elf(long_id, 65, 4, 0);
    put_elf(large, 20, 4, 70000); /* all there, but more than is looked at */
    assert_int_equal(truncate(large, 100000), 0);
    put_elf(cut, 20, 4, 0);
    assert_int_equal(truncate(cut, 70), 0);
    note(huge);
    note(beyond);
    note(large);
    note(long_id);
    note(cut);
    reader = noted();
    assert_string_equal(found(reader, huge), expected(huge, "-"));
    assert_string_equal(found(reader, beyond), expected(beyond, "-"));
    assert_string_equal(found(reader, large), expected(large, "-"));
    assert_string_equal(found(reader, long_id), expected(long_id, "-"));
    assert_string_equal(found(reader, cut), expected(cut, "-"));
    memtrace_close(reader);
}

static void a_path_is_looked_at_once(void **state)
{
    const char *path = path_of("file");
    struct memtrace_reader *reader;
    char first[256];

    (void)state;
    put_elf(path, 20, 4, 0);
    strcpy(first, expected(path, "a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3"));
    note(path);
    put_elf(path, 4, 4, 0);
    note(path);
    reader = noted();
    assert_string_equal(found(reader, path), first);
    memtrace_close(reader);
}

#define MANY 2048

static void *note_many(void *unused)
{
    char path[128];

    for (unsigned i = 0; i < MANY + 100; i++) {
        snprintf(path, sizeof(path), "%s/none-%u", folder, i);
        if (build_ids_note(build_ids, path) != 0) {
            return build_ids;
        }
    }
    return unused;
}

/* By two threads at once; what is beyond the bound is left out. */
static void there_is_an_end_to_them(void **state)
{
    const char *path = path_of("late");
    struct memtrace_reader *reader;
    pthread_t other;
    void *result;

    (void)state;
    put_elf(path, 20, 4, 0);
    assert_int_equal(pthread_create(&other, NULL, note_many, NULL), 0);
    assert_null(note_many(NULL));
    assert_int_equal(pthread_join(other, &result), 0);
    assert_null(result);
    note(path);
    reader = noted();
    assert_null(found(reader, path));
    memtrace_close(reader);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(elf_files_are_noted),
        TEST(what_is_no_elf_file_is_not),
        TEST(damaged_files_have_no_build_id),
        TEST(a_path_is_looked_at_once),
        TEST(there_is_an_end_to_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
