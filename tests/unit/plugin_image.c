/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plugin_image.c - the writable segments of a program's ELF file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "failing.h"
#include "image.h"

#define FILE_NAME "image"

static void write_program(unsigned n_writable)
{
    const Elf64_Ehdr header = {
        .e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB,
                    EV_CURRENT},
        .e_type = ET_DYN,
        .e_machine = EM_X86_64,
        .e_version = EV_CURRENT,
        .e_phoff = sizeof(header),
        .e_ehsize = sizeof(header),
        .e_phentsize = sizeof(Elf64_Phdr),
        .e_phnum = n_writable + 1,
    };
    Elf64_Phdr segment = {.p_type = PT_LOAD,
                          .p_flags = PF_R | PF_X,
                          .p_offset = 0x40,
                          .p_vaddr = 0x1040,
                          .p_memsz = 0x100};
    FILE *file = fopen(FILE_NAME, "w");

    assert_non_null(file);
    fwrite(&header, sizeof(header), 1, file);
    fwrite(&segment, sizeof(segment), 1, file);
    segment.p_flags = PF_R | PF_W;
    for (unsigned i = 0; i < n_writable; i++) {
        segment.p_vaddr = 0x10000 * (i + 1);
        fwrite(&segment, sizeof(segment), 1, file);
    }
    assert_int_equal(fclose(file), 0);
}

static void writable_segments_are_listed(void **state)
{
    struct image image;

    (void)state;
    write_program(IMAGE_SEGMENTS);
    assert_null(image_read(FILE_NAME, EM_X86_64, &image));
    assert_true(image.is_relocatable);
    assert_int_equal(image.first_vaddr, 0x1040);
    assert_int_equal(image.first_offset, 0x40);
    assert_int_equal(image.n_writable, IMAGE_SEGMENTS);
    for (unsigned i = 0; i < IMAGE_SEGMENTS; i++) {
        assert_int_equal(image.writable[i].vaddr, 0x10000 * (i + 1));
        assert_int_equal(image.writable[i].size, 0x100);
    }
    assert_int_equal(image.end, 0x10000 * IMAGE_SEGMENTS + 0x100);
}

/* None is left out without a word. */
static void more_segments_than_there_is_room_for_are_refused(void **state)
{
    struct image image;

    (void)state;
    write_program(IMAGE_SEGMENTS + 1);
    assert_string_equal(image_read(FILE_NAME, EM_X86_64, &image),
                        "an ELF file with too many writable segments");
}

static void what_fails_is_said(void **state)
{
    struct image image;

    (void)state;
    write_program(1);
    assert_string_equal(image_read(FILE_NAME, EM_AARCH64, &image),
                        "an ELF file of another architecture");
    failing_set("open", 1, false);
    assert_string_equal(image_read(FILE_NAME, EM_X86_64, &image),
                        "Too many open files");
    failing_set("elf_begin", 1, false);
    assert_non_null(image_read(FILE_NAME, EM_X86_64, &image));
    failing_set("gelf_getphdr", 2, false);
    assert_string_equal(image_read(FILE_NAME, EM_X86_64, &image),
                        "an ELF file with program headers that cannot be read");
    failing_set(NULL, 0, false);
    assert_null(image_read(FILE_NAME, EM_X86_64, &image));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writable_segments_are_listed),
        cmocka_unit_test(more_segments_than_there_is_room_for_are_refused),
        cmocka_unit_test(what_fails_is_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
