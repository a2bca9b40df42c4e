/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plugin_x86_stores.c - which instructions of x86 load and then store:
 * encodings as an assembler writes them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "x86_stores.h"

#define NOT GUEST_THEN_STORES_NOT
#define YES GUEST_THEN_STORES
#define JUMPS GUEST_THEN_STORES_AND_JUMPS

static const struct insn {
    const char *text;
    enum guest_then_stores how;
    uint8_t size;
    uint8_t bytes[8];
} insns[] = {
    {"add %ecx,(%rax)", YES, 2, {0x01, 0x08}},
    {"xor %cl,(%rax)", YES, 2, {0x30, 0x08}},
    {"add (%rax),%ecx", NOT, 2, {0x03, 0x08}},
    {"cmp %ecx,(%rax)", NOT, 2, {0x39, 0x08}},
    {"add %ecx,%eax", NOT, 2, {0x01, 0xc8}},
    {"mov %ecx,(%rax)", NOT, 2, {0x89, 0x08}},
    {"mov (%rax),%ecx", NOT, 2, {0x8b, 0x08}},
    {"test %ecx,(%rax)", NOT, 2, {0x85, 0x08}},
    {"addl $1,(%rax)", YES, 3, {0x83, 0x00, 0x01}},
    {"cmpl $1,(%rax)", NOT, 3, {0x83, 0x38, 0x01}},
    {"movl $1,(%rax)", NOT, 6, {0xc7, 0x00, 0x01, 0, 0, 0}},
    {"shll $2,(%rax)", YES, 3, {0xc1, 0x20, 0x02}},
    {"rolb (%rax)", YES, 2, {0xd0, 0x00}},
    {"notl (%rax)", YES, 2, {0xf7, 0x10}},
    {"negl (%rax)", YES, 2, {0xf7, 0x18}},
    {"mull (%rax)", NOT, 2, {0xf7, 0x20}},
    {"testl $1,(%rax)", NOT, 6, {0xf7, 0x00, 0x01, 0, 0, 0}},
    {"incq (%r9)", YES, 3, {0x49, 0xff, 0x01}},
    {"lock decl (%rax)", YES, 3, {0xf0, 0xff, 0x08}},
    {"push (%rax)", YES, 2, {0xff, 0x30}},
    {"pop (%rax)", YES, 2, {0x8f, 0x00}},
    {"call *(%rax)", JUMPS, 2, {0xff, 0x10}},
    {"lcall *(%rax)", JUMPS, 2, {0xff, 0x18}},
    {"jmp *(%rax)", NOT, 2, {0xff, 0x20}},
    {"xchg %ecx,(%rax)", YES, 2, {0x87, 0x08}},
    {"movsb", YES, 1, {0xa4}},
    {"rep movsq", YES, 3, {0xf3, 0x48, 0xa5}},
    {"repe cmpsb", NOT, 2, {0xf3, 0xa6}},
    {"lods", NOT, 1, {0xac}},
    {"xadd %ecx,(%rax)", YES, 3, {0x0f, 0xc1, 0x08}},
    {"cmpxchg %ecx,(%rax)", YES, 3, {0x0f, 0xb1, 0x08}},
    {"cmpxchg16b (%rax)", YES, 4, {0x48, 0x0f, 0xc7, 0x08}},
    {"xsavec (%rax)", NOT, 3, {0x0f, 0xc7, 0x20}},
    {"bt %ecx,(%rax)", NOT, 3, {0x0f, 0xa3, 0x08}},
    {"bts %ecx,(%rax)", YES, 3, {0x0f, 0xab, 0x08}},
    {"btc %ecx,(%rax)", YES, 3, {0x0f, 0xbb, 0x08}},
    {"btl $3,(%rax)", NOT, 4, {0x0f, 0xba, 0x20, 0x03}},
    {"btrl $3,(%rax)", YES, 4, {0x0f, 0xba, 0x30, 0x03}},
    {"shld $3,%ecx,(%rax)", YES, 4, {0x0f, 0xa4, 0x08, 0x03}},
    {"shrd %cl,%ecx,(%rax)", YES, 3, {0x0f, 0xad, 0x08}},
    {"movzbl (%rax),%ecx", NOT, 3, {0x0f, 0xb6, 0x08}},
    {"ret", NOT, 1, {0xc3}},
    {"nothing", NOT, 0, {0}},
    {"prefixes alone", NOT, 2, {0xf3, 0x66}},
};

static void each_instruction(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(insns) / sizeof(insns[0]); i++) {
        const struct insn *insn = &insns[i];

        if (x86_loads_then_stores(insn->bytes, insn->size, true) != insn->how) {
            fail_msg("%s", insn->text);
        }
    }
}

/* 0x48 is dec %eax there, not a prefix. */
static void no_prefix_in_32_bits(void **state)
{
    static const uint8_t dec[] = {0x48, 0xff, 0x00};

    (void)state;
    assert_int_equal(x86_loads_then_stores(dec, sizeof(dec), false), NOT);
    assert_int_equal(x86_loads_then_stores(dec, sizeof(dec), true), YES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_instruction),
        cmocka_unit_test(no_prefix_in_32_bits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
