/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mips64el.c - the guest architecture mips64el (n64): its system calls, and
 * which of its instructions are atomic.
 */
#include <elf.h>

#include "guest_arch.h"

static const struct guest_call_number calls[] = {
    {5009, GUEST_CALL_MMAP, "mmap"},
    {5010, GUEST_CALL_MPROTECT, "mprotect"},
    {5011, GUEST_CALL_MUNMAP, "munmap"},
    {5012, GUEST_CALL_BRK, "brk"},
    {5024, GUEST_CALL_MREMAP, "mremap"},
    {5029, GUEST_CALL_SHMAT, "shmat"},
    {5055, GUEST_CALL_CLONE, "clone"},
    {5056, GUEST_CALL_CLONE, "fork"},
    {5057, GUEST_CALL_EXEC, "execve"},
    {5058, GUEST_CALL_EXIT, "exit"},
    {5065, GUEST_CALL_SHMDT, "shmdt"},
    {5194, GUEST_CALL_FUTEX, "futex"},
    {5205, GUEST_CALL_EXIT_GROUP, "exit_group"},
    {5316, GUEST_CALL_EXEC, "execveat"},
    {5323, GUEST_CALL_MPROTECT, "pkey_mprotect"},
    {5435, GUEST_CALL_CLONE, "clone3"},
};

#define OPCODE_SHIFT 26
#define FUNCTION_MASK 0x3fu

static unsigned classify_special3(unsigned function)
{
    switch (function) {
    case 0x36: /* LL of release 6 */
    case 0x37: /* LLD */
        return GUEST_INSN_ATOMIC;
    case 0x26: /* SC of release 6 */
    case 0x27: /* SCD */
        return GUEST_INSN_ATOMIC | GUEST_INSN_STORE_ONLY;
    default:
        return 0;
    }
}

static unsigned classify(const uint8_t *data, size_t size, bool is_mixed)
{
    uint32_t insn;

    (void)is_mixed;
    if (size != 4) {
        return 0;
    }
    insn = data[0] | data[1] << 8 | data[2] << 16 | (uint32_t)data[3] << 24;
    switch (insn >> OPCODE_SHIFT) {
    case 0x1f:
        return classify_special3(insn & FUNCTION_MASK);
    case 0x30: /* LL */
    case 0x34: /* LLD */
        return GUEST_INSN_ATOMIC;
    case 0x38: /* SC */
    case 0x3c: /* SCD */
        return GUEST_INSN_ATOMIC | GUEST_INSN_STORE_ONLY;
    default:
        return 0;
    }
}

const struct guest_arch guest_arch_mips64el = {
    .name = "mips64el",
    .bits = 64,
    .elf_machine = EM_MIPS,
    .map_anonymous = 0x800,
    .calls = calls,
    .n_calls = sizeof(calls) / sizeof(calls[0]),
    .classify = classify,
};
