/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * arm.c - the guest architecture arm (EABI): its system calls, and which of
 * its instructions are atomic.
 */
#include <elf.h>

#include "guest_arch.h"

static const struct guest_call_number calls[] = {
    {1, GUEST_CALL_EXIT, "exit"},
    {2, GUEST_CALL_CLONE, "fork"},
    {11, GUEST_CALL_EXEC, "execve"},
    {45, GUEST_CALL_BRK, "brk"},
    {91, GUEST_CALL_MUNMAP, "munmap"},
    {120, GUEST_CALL_CLONE, "clone"},
    {125, GUEST_CALL_MPROTECT, "mprotect"},
    {163, GUEST_CALL_MREMAP, "mremap"},
    {190, GUEST_CALL_CLONE, "vfork"},
    {192, GUEST_CALL_MMAP2, "mmap2"},
    {240, GUEST_CALL_FUTEX, "futex"},
    {248, GUEST_CALL_EXIT_GROUP, "exit_group"},
    {305, GUEST_CALL_SHMAT, "shmat"},
    {306, GUEST_CALL_SHMDT, "shmdt"},
    {387, GUEST_CALL_EXEC, "execveat"},
    {394, GUEST_CALL_MPROTECT, "pkey_mprotect"},
    {422, GUEST_CALL_FUTEX, "futex_time64"},
    {435, GUEST_CALL_CLONE, "clone3"},
};

/*
 * A32: LDREX, STREX and their like with acquire and release, LDA, STL; these
 * have bits 9 and 8 to tell them.
 */
#define EXCLUSIVE_MASK 0x0f800cf0u
#define EXCLUSIVE 0x01800c90u
#define EXCLUSIVE_LOAD 0x00100000u
#define EXCLUSIVE_NOT_ORDERED_ONLY 0x00000200u /* clear: LDA, STL */

#define SWAP_MASK 0x0fb00ff0u
#define SWAP 0x01000090u

static unsigned classify_a32(uint32_t insn)
{
    if (insn >> 28 == 0xf) {
        return 0; /* not conditional: another set of instructions */
    }
    if ((insn & EXCLUSIVE_MASK) == EXCLUSIVE) {
        if (!(insn & EXCLUSIVE_LOAD) && (insn & EXCLUSIVE_NOT_ORDERED_ONLY)) {
            return GUEST_INSN_ATOMIC | GUEST_INSN_STORE_ONLY;
        }
        return GUEST_INSN_ATOMIC;
    }
    return (insn & SWAP_MASK) == SWAP ? GUEST_INSN_ATOMIC : 0;
}

/* @first, @second: the halves in the order they stand in memory. */
static unsigned classify_t32(uint16_t first, uint16_t second)
{
    unsigned kind = second >> 4 & 0xf;

    switch (first & 0xfff0) {
    case 0xe840: /* STREX */
        return GUEST_INSN_ATOMIC | GUEST_INSN_STORE_ONLY;
    case 0xe850: /* LDREX */
        return GUEST_INSN_ATOMIC;
    case 0xe8c0:
        if (kind >= 8 && kind < 12) { /* STL */
            return GUEST_INSN_ATOMIC;
        }
        /* STREXB, -H, -D, STLEX and its like */
        return kind >= 4 ? GUEST_INSN_ATOMIC | GUEST_INSN_STORE_ONLY : 0;
    case 0xe8d0: /* the same of loads; less than 4 is TBB and TBH */
        return kind >= 4 ? GUEST_INSN_ATOMIC : 0;
    default:
        return 0;
    }
}

/*
 * Nothing tells which of the two sets an instruction of 4 bytes is from, but
 * no block has both, and in one of T32 that has an exclusive access there is
 * a compare or a branch of 2 bytes too.
 */
static unsigned classify(const uint8_t *data, size_t size, bool is_mixed)
{
    uint16_t first;
    uint16_t second;

    if (size != 4) {
        return 0;
    }
    first = data[0] | data[1] << 8;
    second = data[2] | data[3] << 8;
    return is_mixed ? classify_t32(first, second)
                    : classify_a32((uint32_t)second << 16 | first);
}

const struct guest_arch guest_arch_arm = {
    .name = "arm",
    .bits = 32,
    .elf_machine = EM_ARM,
    .calls = calls,
    .n_calls = sizeof(calls) / sizeof(calls[0]),
    .classify = classify,
};
