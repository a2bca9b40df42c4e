/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ppc64le.c - the guest architecture ppc64le: its system calls, and which of
 * its instructions are atomic.
 */
#include <elf.h>

#include "channel.h"
#include "guest_arch.h"

static const struct guest_call_number calls[] = {
    {1, GUEST_CALL_EXIT, "exit"},
    {2, GUEST_CALL_CLONE, "fork"},
    {11, GUEST_CALL_EXEC, "execve"},
    {45, GUEST_CALL_BRK, "brk"},
    {90, GUEST_CALL_MMAP, "mmap"},
    {91, GUEST_CALL_MUNMAP, "munmap"},
    {117, GUEST_CALL_IPC, "ipc"},
    {120, GUEST_CALL_CLONE, "clone"},
    {125, GUEST_CALL_MPROTECT, "mprotect"},
    {163, GUEST_CALL_MREMAP, "mremap"},
    {189, GUEST_CALL_CLONE, "vfork"},
    {221, GUEST_CALL_FUTEX, "futex"},
    {234, GUEST_CALL_EXIT_GROUP, "exit_group"},
    {362, GUEST_CALL_EXEC, "execveat"},
    {386, GUEST_CALL_MPROTECT, "pkey_mprotect"},
    {397, GUEST_CALL_SHMAT, "shmat"},
    {398, GUEST_CALL_SHMDT, "shmdt"},
    {435, GUEST_CALL_CLONE, "clone3"},
};

#define OPCODE_SHIFT 26
#define OPCODE_X 31u
#define EXTENDED_SHIFT 1
#define EXTENDED_MASK 0x3ffu
#define EXTENDED_DCBZ 1014u

static uint32_t word_of(const uint8_t *data)
{
    return data[0] | data[1] << 8 | data[2] << 16 | (uint32_t)data[3] << 24;
}

static unsigned classify(const uint8_t *data, size_t size, bool is_mixed)
{
    uint32_t insn;

    (void)is_mixed;
    if (size != 4) {
        return 0;
    }
    insn = word_of(data);
    if (insn >> OPCODE_SHIFT != OPCODE_X) {
        return 0;
    }
    switch (insn >> EXTENDED_SHIFT & EXTENDED_MASK) {
    case 20:  /* lwarx */
    case 52:  /* lbarx */
    case 84:  /* ldarx */
    case 116: /* lharx */
    case 276: /* lqarx */
    case 582: /* lwat */
    case 614: /* ldat */
    case 710: /* stwat */
    case 742: /* stdat */
        return GUEST_INSN_ATOMIC;
    case 150: /* stwcx. */
    case 182: /* stqcx. */
    case 214: /* stdcx. */
    case 694: /* stbcx. */
    case 726: /* sthcx. */
        return GUEST_INSN_ATOMIC | GUEST_INSN_STORE_ONLY;
    default:
        return 0;
    }
}

static unsigned unseen(const uint8_t *data, size_t size, int api)
{
    uint32_t insn;

    (void)api;
    if (size != 4) {
        return CHANNEL_UNSEEN_NONE;
    }
    insn = word_of(data);
    return insn >> OPCODE_SHIFT == OPCODE_X &&
                   (insn >> EXTENDED_SHIFT & EXTENDED_MASK) == EXTENDED_DCBZ
               ? CHANNEL_UNSEEN_DCBZ
               : CHANNEL_UNSEEN_NONE;
}

const struct guest_arch guest_arch_ppc64le = {
    .name = "ppc64le",
    .bits = 64,
    .elf_machine = EM_PPC64,
    .calls = calls,
    .n_calls = sizeof(calls) / sizeof(calls[0]),
    .classify = classify,
    .unseen = unseen,
};
