/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * base_elf_identity.c - which file it is: ELF files of every kind, made here,
 * and what is none.
 */
#include <elf.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "elf_identity.h"

static char folder[64];

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
    (void)state;
    strcpy(folder, "/tmp/memtrace-test-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int end(void **state)
{
    char command[128];

    (void)state;
    snprintf(command, sizeof(command), "rm -r '%s'", folder);
    return system(command);
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

static struct elf_identity identity_of(const char *path)
{
    struct elf_identity identity;
    struct stat st;
    int fd = open(path, O_RDONLY);

    assert_true(fd >= 0);
    assert_int_equal(fstat(fd, &st), 0);
    assert_true(elf_identity_read(fd, &st, &identity));
    /* The guest's own descriptor stands where it stood. */
    assert_int_equal(lseek(fd, 0, SEEK_CUR), 0);
    close(fd);
    return identity;
}

static void a_build_id_is_found(void **state)
{
    const char *path = path_of("file");
    struct elf_identity identity;

    (void)state;
    put_elf(path, 20, 4, 0);
    identity = identity_of(path);
    assert_string_equal(identity.build_id,
                        "a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3");
    assert_int_equal(identity.content, 0);
    put_elf(path, 4, 8, 0);
    assert_string_equal(identity_of(path).build_id, "a0a1a2a3");
}

/* The same layout in the other class and byte order. */
static void a_build_id_is_found_in_32_bits_of_the_other_order(void **state)
{
    static const uint8_t file[52 + 32 + 20] = {
        0x7f,
        'E',
        'L',
        'F',
        ELFCLASS32,
        ELFDATA2MSB,
        EV_CURRENT,
        [31] = 52,          /* e_phoff */
        [43] = 32,          /* e_phentsize */
        [45] = 1,           /* e_phnum */
        [52 + 3] = PT_NOTE, /* p_type */
        [52 + 7] = 84,      /* p_offset */
        [52 + 19] = 20,     /* p_filesz */
        [84 + 3] = 4,
        [84 + 7] = 4, /* sizes of name and id */
        [84 + 11] = 3,
        [84 + 12] = 'G',
        [84 + 13] = 'N',
        [84 + 14] = 'U',
        [84 + 16] = 1,
        [84 + 17] = 2,
        [84 + 18] = 3,
        [84 + 19] = 4,
    };
    const char *path = path_of("file");

    (void)state;
    put_file(path, file, sizeof(file));
    assert_string_equal(identity_of(path).build_id, "01020304");
}

static void without_one_the_content_tells(void **state)
{
    const char *one = path_of("one"), *two = path_of("two");
    struct elf_identity first;
    int fd;

    (void)state;
    put_elf(one, 0, 4, 0);
    put_elf(two, 0, 4, 0);
    first = identity_of(one);
    assert_string_equal(first.build_id, "");
    assert_int_not_equal(first.content, 0);
    assert_true(first.content == identity_of(two).content);
    fd = open(two, O_RDWR);
    assert_int_equal(pwrite(fd, "x", 1, 130), 1);
    assert_int_not_equal(first.content, identity_of(two).content);
    close(fd);
}

/* Of a large file both ends tell, and it takes no long time. */
static void of_a_large_file_the_ends_tell(void **state)
{
    const off_t size = (off_t)5 * ELF_IDENTITY_HASHED;
    const char *path = path_of("file");
    uint64_t first;
    int fd;

    (void)state;
    put_elf(path, 0, 4, 0);
    assert_int_equal(truncate(path, size), 0);
    first = identity_of(path).content;
    fd = open(path, O_RDWR);
    assert_int_equal(pwrite(fd, "x", 1, size / 2), 1);
    assert_true(first == identity_of(path).content);
    assert_int_equal(pwrite(fd, "x", 1, size - 1), 1);
    assert_false(first == identity_of(path).content);
    close(fd);
}

static void what_is_no_elf_file_is_none(void **state)
{
    const char *text = path_of("text"), *empty = path_of("empty");
    struct elf_identity identity;
    struct stat st = {.st_size = 0};
    int fd;

    (void)state;
    put_file(text, "hello, this is some text, and no program at all", 48);
    put_file(empty, "", 0);
    fd = open(text, O_RDONLY);
    assert_false(elf_identity_read(fd, &st, &identity));
    close(fd);
    fd = open(empty, O_RDONLY);
    assert_false(elf_identity_read(fd, &st, &identity));
    close(fd);
    assert_false(elf_identity_read(-1, &st, &identity));
}

static void damaged_files_have_no_build_id(void **state)
{
    const char *path = path_of("file");

    (void)state;
    put_elf(path, 20, 4, UINT64_MAX / 2);
    assert_string_equal(identity_of(path).build_id, "");
    put_elf(path, 20, 4, 60000);
    assert_string_equal(identity_of(path).build_id, "");
    put_elf(path, 20, 4, 70000); /* all there, but more than is looked at */
    assert_int_equal(truncate(path, 100000), 0);
    assert_string_equal(identity_of(path).build_id, "");
    put_elf(path, 65, 4, 0);
    assert_string_equal(identity_of(path).build_id, "");
    put_elf(path, 20, 4, 0);
    assert_int_equal(truncate(path, 70), 0);
    assert_string_equal(identity_of(path).build_id, "");
    assert_int_not_equal(identity_of(path).content, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(a_build_id_is_found),
        TEST(a_build_id_is_found_in_32_bits_of_the_other_order),
        TEST(without_one_the_content_tells),
        TEST(of_a_large_file_the_ends_tell),
        TEST(what_is_no_elf_file_is_none),
        TEST(damaged_files_have_no_build_id),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
