/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plugin_guest_arch.c - which instructions are atomic, in each architecture:
 * encodings as an assembler writes them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "channel.h"
#include "guest_arch.h"
#include "qemu_shows.h"

#define ATOMIC GUEST_INSN_ATOMIC
#define RESULT (GUEST_INSN_ATOMIC | GUEST_INSN_LOADS_RESULT)
#define EXCLUSIVE (GUEST_INSN_ATOMIC | GUEST_INSN_STORE_ONLY)
#define CLIP GUEST_INSN_CLIP
#define NOT_ASKED GUEST_INSN_NOT_ASKED
#define TWICE (GUEST_INSN_ATOMIC | GUEST_INSN_LOADS_TWICE)

static const struct insn {
    const char *arch;
    const char *text;
    uint8_t size;
    uint8_t bytes[8]; /* as they stand in memory */
    unsigned flags;
} insns[] = {
    {"x86_64", "lock xadd %ecx,(%rax)", 4, {0xf0, 0x0f, 0xc1, 0x08}, ATOMIC},
    {"x86_64", "lock decq (%rax)", 4, {0xf0, 0x48, 0xff, 0x08}, RESULT},
    {"x86_64", "lock xchg %rcx,(%rax)", 4, {0xf0, 0x48, 0x87, 0x08}, ATOMIC},
    {"x86_64", "xchg %r9,(%rax)", 3, {0x4c, 0x87, 0x08}, ATOMIC},
    {"x86_64", "xchg %rcx,%rax", 3, {0x48, 0x87, 0xc8}, 0},
    {"x86_64", "mov %rcx,(%rax)", 3, {0x48, 0x89, 0x08}, 0},
    {"x86_64", "vfmadd231sd", 6, {0xc4, 0xe2, 0xf9, 0xb9, 0x48, 8}, CLIP(3)},
    {"x86_64", "vfnmsub132ss", 5, {0xc4, 0xe2, 0x79, 0x9f, 0x08}, CLIP(2)},
    {"x86_64", "vfmadd231pd", 5, {0xc4, 0xe2, 0xf9, 0xb8, 0x08}, 0},
    {"x86_64",
     "vfmadd231sd of registers",
     5,
     {0xc4, 0xe2, 0xf9, 0xb9, 0xc8},
     0},
    {"x86_64", "cvtdq2pd (%r8)", 5, {0xf3, 0x41, 0x0f, 0xe6, 0x08}, CLIP(3)},
    {"x86_64", "cvtpd2dq (%rax)", 4, {0xf2, 0x0f, 0xe6, 0x08}, 0},
    {"x86_64", "vcvtdq2pd xmm", 4, {0xc5, 0xfa, 0xe6, 0x08}, CLIP(3)},
    {"x86_64", "vcvtdq2pd ymm", 4, {0xc5, 0xfe, 0xe6, 0x08}, CLIP(4)},
    {"x86_64", "vpsllw (%rax),ymm", 4, {0xc5, 0xfd, 0xf1, 0x08}, CLIP(4)},
    {"x86_64", "vinsertf128", 6, {0xc4, 0xe3, 0x7d, 0x18, 0x08, 1}, CLIP(4)},
    {"x86_64", "punpcklbw mm", 3, {0x0f, 0x60, 0x00}, CLIP(2)},
    {"x86_64", "punpcklbw xmm", 4, {0x66, 0x0f, 0x60, 0x00}, 0},
    {"x86_64", "pushw (%rax)", 3, {0x66, 0xff, 0x30}, CLIP(1)},
    {"x86_64", "push (%rax)", 2, {0xff, 0x30}, 0},
    {"i386", "les (%eax),%ecx", 5, {0xc4, 0x08, 0xf9, 0xb9, 0x48}, 0},
    {"i386", "vfmadd231ss", 5, {0xc4, 0xe2, 0x79, 0xb9, 0x08}, CLIP(2)},
    {"i386", "lock xadd %ecx,(%eax)", 4, {0xf0, 0x0f, 0xc1, 0x08}, ATOMIC},
    {"i386", "xchg %cl,(%eax)", 2, {0x86, 0x08}, ATOMIC},
    {"i386", "inc %eax", 1, {0x40, 0x87, 0x08}, 0},
    {"i386", "dec %eax, xchg", 3, {0x48, 0x87, 0x08}, 0},
    {"aarch64", "ldxr w3,[x4]", 4, {0x83, 0x7c, 0x5f, 0x88}, ATOMIC},
    {"aarch64", "stxr w2,w3,[x4]", 4, {0x83, 0x7c, 0x02, 0x88}, EXCLUSIVE},
    {"aarch64", "swppal x1,x2,[x0]", 4, {0x01, 0x80, 0xe2, 0x19}, ATOMIC},
    {"aarch64", "ldsetp x1,x2,[x0]", 4, {0x01, 0x30, 0x22, 0x19}, ATOMIC},
    {"aarch64", "ldclrpl x1,x2,[x3]", 4, {0x61, 0x10, 0x62, 0x19}, ATOMIC},
    {"aarch64", "st1b {za0h.b[w12,0]}", 4, {0, 0, 0x3f, 0xe0}, NOT_ASKED},
    {"aarch64", "ld1q {za0h.q[w12,0]}", 4, {0, 0, 0xdf, 0xe1}, NOT_ASKED},
    {"aarch64", "ldr za[w12,0],[x0]", 4, {0x00, 0x00, 0x00, 0xe1}, 0},
    {"ppc64le", "dcbst 0,r3", 4, {0x6c, 0x18, 0x00, 0x7c}, NOT_ASKED},
    {"ppc64le", "dcbf 0,r3", 4, {0xac, 0x18, 0x00, 0x7c}, NOT_ASKED},
    {"ppc64le", "icbi 0,r3", 4, {0xac, 0x1f, 0x00, 0x7c}, NOT_ASKED},
    {"arm", "ldrex r3,[r4]", 4, {0x9f, 0x3f, 0x94, 0xe1}, ATOMIC},
    {"arm", "strex r2,r3,[r4]", 4, {0x93, 0x2f, 0x84, 0xe1}, EXCLUSIVE},
    {"arm", "strexd r2,r4,[r6]", 4, {0x94, 0x2f, 0xa6, 0xe1}, EXCLUSIVE},
    {"arm", "stlex r2,r3,[r4]", 4, {0x93, 0x2e, 0x84, 0xe1}, EXCLUSIVE},
    {"arm", "stl r3,[r4]", 4, {0x93, 0xfc, 0x84, 0xe1}, ATOMIC},
    {"arm", "swp r1,r2,[r3]", 4, {0x92, 0x10, 0x03, 0xe1}, ATOMIC},
    {"arm", "strd r2,[r4]", 4, {0xf0, 0x20, 0xc4, 0xe1}, 0},
    {"arm", "mul r2,r3,r4", 4, {0x93, 0x04, 0x02, 0xe0}, 0},
    {"arm", "ldr lr,[r0,#0x841]", 4, {0x41, 0xe8, 0x90, 0xe5}, 0},
    {"arm", "ldrex r3,[r8] T32", 4, {0x58, 0xe8, 0x00, 0x3f}, ATOMIC},
    {"arm", "strex r2,r3,[r8] T32", 4, {0x48, 0xe8, 0, 0x32}, EXCLUSIVE},
    {"arm", "strexb r2,r3,[r8] T32", 4, {0xc8, 0xe8, 0x42, 0x3f}, EXCLUSIVE},
    {"arm", "stl r3,[r8] T32", 4, {0xc8, 0xe8, 0xaf, 0x3f}, ATOMIC},
    {"arm", "tbb [r1,r2] T32", 4, {0xd1, 0xe8, 0x02, 0xf0}, 0},
    {"arm", "strd r2,r3,[r4] T32", 4, {0xc4, 0xe9, 0x00, 0x23}, 0},
    {"riscv64", "amoadd.w a0,a1,(a2)", 4, {0x2f, 0x25, 0xb6, 0x00}, ATOMIC},
    {"riscv64", "lr.w a0,(a2)", 4, {0x2f, 0x25, 0x06, 0x10}, ATOMIC},
    {"riscv64", "sc.w a0,a1,(a2)", 4, {0x2f, 0x25, 0xb6, 0x18}, EXCLUSIVE},
    {"riscv64", "sw a1,0(a2)", 4, {0x23, 0x20, 0xb6, 0x00}, 0},
    {"ppc64le", "lwarx r3,0,r4", 4, {0x28, 0x20, 0x60, 0x7c}, ATOMIC},
    {"ppc64le", "stwcx. r3,0,r4", 4, {0x2d, 0x21, 0x60, 0x7c}, EXCLUSIVE},
    {"ppc64le", "stwx r3,0,r4", 4, {0x2e, 0x21, 0x60, 0x7c}, 0},
    {"s390x", "cs %r1,%r2,0(%r3)", 4, {0xba, 0x12, 0x30, 0x00}, ATOMIC},
    {"x86_64", "lock negl (%rdi)", 3, {0xf0, 0xf7, 0x1f}, TWICE},
    {"x86_64", "lock negw (%r8)", 5, {0x66, 0xf0, 0x41, 0xf7, 0x18}, TWICE},
    {"i386", "lock negb (%edi)", 3, {0xf0, 0xf6, 0x1f}, TWICE},
    {"i386", "lock notl (%edi)", 3, {0xf0, 0xf7, 0x17}, RESULT},
    {"s390x", "laag", 6, {0xeb, 0x12, 0x30, 0x00, 0x00, 0xe8}, ATOMIC},
    {"s390x", "oi 0(%r3),1", 4, {0x96, 0x01, 0x30, 0x00}, ATOMIC},
    {"s390x", "stmg", 6, {0xeb, 0x12, 0x30, 0x00, 0x00, 0x24}, 0},
    {"s390x", "st %r1,0(%r3)", 4, {0x50, 0x10, 0x30, 0x00}, 0},
    {"mips64el", "ll $2,0($4)", 4, {0x00, 0x00, 0x82, 0xc0}, ATOMIC},
    {"mips64el", "scd $2,0($4)", 4, {0x00, 0x00, 0x82, 0xf0}, EXCLUSIVE},
    {"mips64el", "ll $2,0($4) R6", 4, {0x36, 0x00, 0x82, 0x7c}, ATOMIC},
    {"mips64el", "sc $2,0($4) R6", 4, {0x26, 0x00, 0x82, 0x7c}, EXCLUSIVE},
    {"mips64el", "sd $2,0($4)", 4, {0x00, 0x00, 0x82, 0xfc}, 0},
};

static const struct guest_arch *arch_of(const char *name)
{
    const struct guest *guest = guest_find(name);

    assert_non_null(guest);
    return guest_arch_of(guest);
}

static void test_classify(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(insns) / sizeof(insns[0]); i++) {
        const struct insn *insn = &insns[i];
        const struct guest_arch *arch = arch_of(insn->arch);
        bool is_t32 = strstr(insn->text, " T32") != NULL;
        unsigned flags;

        flags = arch->classify(insn->bytes, insn->size, is_t32);
        if (flags != insn->flags) {
            fail_msg("%s: %s: %#x", insn->arch, insn->text, flags);
        }
    }
}

/* The bytes of ldrex of T32 are another instruction of A32. */
static void names_in_t32(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(insns) / sizeof(insns[0]); i++) {
        const struct insn *insn = &insns[i];
        const struct guest_arch *arch = arch_of(insn->arch);
        const char *name =
            arch->mixed_name ? arch->mixed_name(insn->bytes, insn->size) : NULL;
        bool is_t32 = strstr(insn->text, " T32") != NULL && insn->flags != 0;

        if (name == NULL ? is_t32
                         : is_t32 != !strncmp(insn->text, name, strlen(name))) {
            fail_msg("%s: %s: %s", insn->arch, insn->text, name);
        }
    }
}

#define STORAGE CHANNEL_UNSEEN_STORAGE
#define CBO CHANNEL_UNSEEN_CBO_ZERO
#define SME CHANNEL_UNSEEN_SME

static const struct unseen {
    const char *arch;
    const char *text;
    uint8_t size;
    uint8_t bytes[8];
    unsigned old;     /* in QEMU 7.2 */
    unsigned current; /* in QEMU 10.0 */
} unseen[] = {
    {"x86_64", "fldt (%rax)", 2, {0xdb, 0x28}, 0, CHANNEL_UNSEEN_X87},
    {"x86_64", "fldl (%rax)", 2, {0xdd, 0x00}, 0, 0},
    {"x86_64", "fld %st(5)", 2, {0xd9, 0xe8}, 0, 0},
    {"x86_64", "fnsave (%rax)", 2, {0xdd, 0x30}, 0, CHANNEL_UNSEEN_X87},
    {"x86_64",
     "frstor (%rax)",
     2,
     {0xdd, 0x20},
     CHANNEL_UNSEEN_PART_X87,
     CHANNEL_UNSEEN_X87},
    {"i386",
     "fldenv (%eax)",
     2,
     {0xd9, 0x20},
     CHANNEL_UNSEEN_PART_X87,
     CHANNEL_UNSEEN_X87},
    {"x86_64",
     "fxsave64 (%rax)",
     4,
     {0x48, 0x0f, 0xae, 0x00},
     CHANNEL_UNSEEN_PART_FXSAVE,
     CHANNEL_UNSEEN_FXSAVE},
    {"x86_64",
     "xsavec (%rax)",
     3,
     {0x0f, 0xc7, 0x20},
     CHANNEL_UNSEEN_PART_XSAVE,
     CHANNEL_UNSEEN_XSAVE},
    {"x86_64", "clwb (%rax)", 4, {0x66, 0x0f, 0xae, 0x30}, 0, 0},
    {"x86_64", "stmxcsr (%rax)", 3, {0x0f, 0xae, 0x18}, 0, 0},
    {"x86_64", "mfence", 3, {0x0f, 0xae, 0xf0}, 0, 0},
    {"s390x", "mvpg", 4, {0xb2, 0x54, 0x00, 0x24}, STORAGE, STORAGE},
    {"s390x", "srst", 4, {0xb2, 0x5e, 0x00, 0x24}, 0, 0},
    {"s390x", "mvclu", 6, {0xeb, 0x24, 0, 0, 0, 0x8e}, STORAGE, STORAGE},
    {"s390x", "lmg", 6, {0xeb, 0x24, 0x30, 0, 0, 0x04}, 0, 0},
    {"s390x", "mvcrl", 6, {0xe5, 0x0a, 0x10, 0, 0x20, 0}, STORAGE, STORAGE},
    {"riscv64", "cbo.zero (a0)", 4, {0x0f, 0x20, 0x45, 0}, CBO, CBO},
    {"riscv64", "cbo.clean (a0)", 4, {0x0f, 0x20, 0x15, 0}, 0, 0},
    {"aarch64", "ld1b {za0h.b[w12,0]}", 4, {0, 0, 0x1f, 0xe0}, SME, SME},
};

static void test_unseen(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(unseen) / sizeof(unseen[0]); i++) {
        const struct unseen *insn = &unseen[i];
        const struct guest_arch *arch = arch_of(insn->arch);

        if (arch->unseen(insn->bytes, insn->size, QEMU_SHOWS_X87) !=
                insn->old ||
            arch->unseen(insn->bytes, insn->size,
                         QEMU_SHOWS_SVE | QEMU_SHOWS_SVE_SCATTERED) !=
                insn->current) {
            fail_msg("%s: %s", insn->arch, insn->text);
        }
    }
}

static void each_guest_has_its_own(void **state)
{
    const struct guest *guest;

    (void)state;
    for (size_t i = 0; (guest = guest_list(i)) != NULL; i++) {
        const struct guest_arch *arch = guest_arch_of(guest);

        assert_non_null(arch->classify);
        for (size_t k = 0; k < i; k++) {
            assert_ptr_not_equal(guest_arch_of(guest_list(k)), arch);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_classify),
        cmocka_unit_test(names_in_t32),
        cmocka_unit_test(test_unseen),
        cmocka_unit_test(each_guest_has_its_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
