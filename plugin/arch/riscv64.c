/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * riscv64.c - the guest architecture riscv64: its system calls, and which of
 * its instructions are atomic.
 */
#include <elf.h>

#include "guest_arch.h"

static const struct guest_call_number calls[] = {
    {93, GUEST_CALL_EXIT, "exit"},
    {94, GUEST_CALL_EXIT_GROUP, "exit_group"},
    {98, GUEST_CALL_FUTEX, "futex"},
    {196, GUEST_CALL_SHMAT, "shmat"},
    {197, GUEST_CALL_SHMDT, "shmdt"},
    {214, GUEST_CALL_BRK, "brk"},
    {215, GUEST_CALL_MUNMAP, "munmap"},
    {216, GUEST_CALL_MREMAP, "mremap"},
    {220, GUEST_CALL_CLONE, "clone"},
    {221, GUEST_CALL_EXEC, "execve"},
    {222, GUEST_CALL_MMAP, "mmap"},
    {226, GUEST_CALL_MPROTECT, "mprotect"},
    {281, GUEST_CALL_EXEC, "execveat"},
    {288, GUEST_CALL_MPROTECT, "pkey_mprotect"},
    {435, GUEST_CALL_CLONE, "clone3"},
};

/* All of extension A is one opcode; the upper 5 bits tell what it is. */
#define OPCODE_MASK 0x7fu
#define OPCODE_AMO 0x2fu
#define FUNCTION_SHIFT 27
#define FUNCTION_SC 3u

static unsigned classify(const uint8_t *data, size_t size, bool is_mixed)
{
    uint32_t insn;

    (void)is_mixed;
    if (size != 4) {
        return 0;
    }
    insn = data[0] | data[1] << 8 | data[2] << 16 | (uint32_t)data[3] << 24;
    if ((insn & OPCODE_MASK) != OPCODE_AMO) {
        return 0;
    }
    return insn >> FUNCTION_SHIFT == FUNCTION_SC
               ? GUEST_INSN_ATOMIC | GUEST_INSN_STORE_ONLY
               : GUEST_INSN_ATOMIC;
}

const struct guest_arch guest_arch_riscv64 = {
    .name = "riscv64",
    .bits = 64,
    .elf_machine = EM_RISCV,
    .calls = calls,
    .n_calls = sizeof(calls) / sizeof(calls[0]),
    .classify = classify,
};
