/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guests_facts.c - guest architectures by name and by ELF header, the arguments
 * of clone(), and instructions that scan strings.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <elf.h>
#include <string.h>

#include "guest.h"

static void names_are_found(void **state)
{
    const struct guest *guest;
    size_t n = 0;

    (void)state;
    while ((guest = guest_list(n)) != NULL) {
        assert_ptr_equal(guest_find(guest->name), guest);
        n++;
    }
    assert_true(n >= 8);
    assert_null(guest_find("x86"));
    assert_null(guest_find(""));
    assert_null(guest_find(NULL));
}

static const struct guest *of_elf(unsigned machine, int class, int data)
{
    const unsigned char ident[EI_NIDENT] = {
        [EI_CLASS] = (unsigned char)class,
        [EI_DATA] = (unsigned char)data,
    };

    return guest_of_elf(machine, ident);
}

static void elf_files_are_known(void **state)
{
    const struct guest *guest;

    (void)state;
    for (size_t i = 0; (guest = guest_list(i)) != NULL; i++) {
        int class = guest->bits == 64 ? ELFCLASS64 : ELFCLASS32;
        int data = guest->is_big_endian ? ELFDATA2MSB : ELFDATA2LSB;

        assert_ptr_equal(of_elf(guest->elf_machine, class, data), guest);
    }
    assert_string_equal(of_elf(EM_S390, ELFCLASS64, ELFDATA2MSB)->name,
                        "s390x");
    assert_null(of_elf(EM_S390, ELFCLASS64, ELFDATA2LSB));
    assert_null(of_elf(EM_MIPS, ELFCLASS32, ELFDATA2LSB));
    assert_null(of_elf(EM_NONE, ELFCLASS64, ELFDATA2LSB));
}

#define CLONE_VM 0x100
#define CLONE_SETTLS 0x80000
#define CLONE_CHILD_CLEARTID 0x200000
#define FLAGS (CLONE_VM | CLONE_SETTLS | CLONE_CHILD_CLEARTID)

static struct guest_clone clone_of(const char *name, const uint64_t args[5])
{
    struct guest_clone result;

    guest_clone_read(guest_find(name), args, &result);
    return result;
}

static void assert_clone(struct guest_clone found, uint64_t stack, uint64_t tls,
                         uint64_t word)
{
    assert_int_equal(found.flags, FLAGS);
    assert_int_equal(found.stack, stack);
    assert_int_equal(found.tls, tls);
    assert_int_equal(found.word, word);
}

static void clone_has_an_order_of_its_own(void **state)
{
    const uint64_t args[5] = {FLAGS, 11, 12, 13, 14};
    const uint64_t turned[5] = {11, FLAGS, 12, 13, 14};
    const uint64_t bare[5] = {CLONE_VM, 11, 12, 13, 14};
    struct guest_clone found;

    (void)state;
    assert_clone(clone_of("x86_64", args), 11, 14, 13);
    assert_clone(clone_of("aarch64", args), 11, 13, 14);
    assert_clone(clone_of("s390x", turned), 11, 14, 13);
    assert_clone(clone_of("unknown", args), 11, 13, 14);
    /* What it points to has the thread pointer. */
    assert_clone(clone_of("i386", args), 11, 0, 14);

    found = clone_of("x86_64", bare);
    assert_int_equal(found.flags, CLONE_VM);
    assert_int_equal(found.tls, 0);
    assert_int_equal(found.word, 0);
}

static bool scans(const char *arch, uint32_t word)
{
    const struct guest *guest = guest_find(arch);
    uint8_t bytes[4];

    for (int i = 0; i < 4; i++) {
        bytes[i] = (uint8_t)(word >> 8 * i);
    }
    return guest->scans && guest->scans(bytes, sizeof(bytes));
}

static void loads_that_compare(void **state)
{
    (void)state;
    assert_true(scans("aarch64", 0x4c407020));  /* ld1 {v0.16b}, [x1] */
    assert_true(scans("aarch64", 0x3cc10c20));  /* ldr q0, [x1, #16]! */
    assert_true(scans("aarch64", 0x4cdfa001));  /* ld1 {v, v}, [x0], #32 */
    assert_false(scans("aarch64", 0x3dc00020)); /* ldr q0, [x1] */
    assert_false(scans("aarch64", 0xad400420)); /* ldp q0, q1, [x1] */
    assert_false(scans("aarch64", 0xa9401c26)); /* ldp x6, x7, [x1] */
    assert_false(scans("aarch64", 0x3c810c20)); /* str q0, [x1, #16]! */
    assert_true(scans("x86_64", 0x0774fdc5));   /* vpcmpeqb (%rdi),... */
    assert_false(scans("x86_64", 0x066ffec5));  /* vmovdqu (%rsi),%ymm0 */
    assert_false(scans("riscv64", 0x4c407020));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_found),
        cmocka_unit_test(elf_files_are_known),
        cmocka_unit_test(clone_has_an_order_of_its_own),
        cmocka_unit_test(loads_that_compare),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
