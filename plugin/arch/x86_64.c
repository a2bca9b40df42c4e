/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * x86_64.c - the guest architecture x86_64: its system calls, and which of
 * its instructions are atomic.
 */
#include <elf.h>

#include "channel.h"
#include "guest_arch.h"

static const struct guest_call_number calls[] = {
    {9, GUEST_CALL_MMAP, "mmap"},
    {10, GUEST_CALL_MPROTECT, "mprotect"},
    {11, GUEST_CALL_MUNMAP, "munmap"},
    {12, GUEST_CALL_BRK, "brk"},
    {25, GUEST_CALL_MREMAP, "mremap"},
    {30, GUEST_CALL_SHMAT, "shmat"},
    {56, GUEST_CALL_CLONE, "clone"},
    {57, GUEST_CALL_CLONE, "fork"},
    {58, GUEST_CALL_CLONE, "vfork"},
    {59, GUEST_CALL_EXEC, "execve"},
    {60, GUEST_CALL_EXIT, "exit"},
    {67, GUEST_CALL_SHMDT, "shmdt"},
    {202, GUEST_CALL_FUTEX, "futex"},
    {231, GUEST_CALL_EXIT_GROUP, "exit_group"},
    {322, GUEST_CALL_EXEC, "execveat"},
    {329, GUEST_CALL_MPROTECT, "pkey_mprotect"},
    {435, GUEST_CALL_CLONE, "clone3"},
};

#define LOCK_PREFIX 0xf0

static bool is_legacy_prefix(uint8_t byte)
{
    switch (byte) {
    case 0x26:
    case 0x2e:
    case 0x36:
    case 0x3e:
    case 0x64:
    case 0x65:
    case 0x66:
    case 0x67:
    case LOCK_PREFIX:
    case 0xf2:
    case 0xf3:
        return true;
    default:
        return false;
    }
}

/* Atomic: what has a lock prefix, and xchg with memory, which needs none. */
static unsigned classify(const uint8_t *data, size_t size)
{
    size_t i = 0;

    while (i < size && is_legacy_prefix(data[i])) {
        if (data[i] == LOCK_PREFIX) {
            return GUEST_INSN_ATOMIC;
        }
        i++;
    }
    if (i < size && (data[i] & 0xf0) == 0x40) {
        i++; /* REX */
    }
    if (i + 1 < size && (data[i] & 0xfe) == 0x86 && data[i + 1] < 0xc0) {
        return GUEST_INSN_ATOMIC;
    }
    return 0;
}

#define API_OF_9_0 2
#define IS_MEMORY(modrm) ((modrm) < 0xc0)
#define MODRM_REG(modrm) ((modrm) >> 3 & 7)

/* x87 instructions of opcode 0xd8 + row that go through a helper: /reg. */
static const uint8_t x87_by_helper[8] = {
    [1] = 1 << 4 | 1 << 6, /* fldenv, fnstenv */
    [3] = 1 << 5 | 1 << 7, /* fld m80, fstp m80 */
    [5] = 1 << 4 | 1 << 6, /* frstor, fnsave */
    [7] = 1 << 4 | 1 << 6, /* fbld, fbstp */
};

/* Up to 7.2 QEMU shows all of these, since 9.1 none. */
static unsigned unseen(const uint8_t *data, size_t size, int api)
{
    size_t i = 0;

    if (api < API_OF_9_0) {
        return CHANNEL_UNSEEN_NONE;
    }
    while (i < size && (is_legacy_prefix(data[i]) ||
                        (data[i] & 0xf0) == 0x40)) {
        i++;
    }
    if (size - i < 2) {
        return CHANNEL_UNSEEN_NONE;
    }
    if ((data[i] & 0xf8) == 0xd8 && IS_MEMORY(data[i + 1]) &&
        (x87_by_helper[data[i] & 7] >> MODRM_REG(data[i + 1]) & 1)) {
        return CHANNEL_UNSEEN_X87;
    }
    if (data[i] != 0x0f || size - i < 3 || !IS_MEMORY(data[i + 2])) {
        return CHANNEL_UNSEEN_NONE;
    }
    if (data[i + 1] == 0xae && MODRM_REG(data[i + 2]) <= 1) {
        return CHANNEL_UNSEEN_FXSAVE; /* and fxrstor */
    }
    if ((data[i + 1] == 0xae && MODRM_REG(data[i + 2]) >= 4 &&
         MODRM_REG(data[i + 2]) <= 6) ||
        (data[i + 1] == 0xc7 && MODRM_REG(data[i + 2]) >= 3 &&
         MODRM_REG(data[i + 2]) <= 5)) {
        return CHANNEL_UNSEEN_XSAVE; /* and its variants, and xrstor */
    }
    return CHANNEL_UNSEEN_NONE;
}

const struct guest_arch guest_arch_x86_64 = {
    .name = "x86_64",
    .bits = 64,
    .elf_machine = EM_X86_64,
    .calls = calls,
    .n_calls = sizeof(calls) / sizeof(calls[0]),
    .classify = classify,
    .unseen = unseen,
};
