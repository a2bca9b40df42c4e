/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * x86_64.c - the guest architecture x86_64: its system calls, and which of
 * its instructions are atomic.
 */
#include <elf.h>

#include "guest_arch.h"
#include "x86_insns.h"

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

static unsigned classify(const uint8_t *data, size_t size, bool is_mixed)
{
    (void)is_mixed;
    return x86_classify(data, size, true);
}

static unsigned unseen(const uint8_t *data, size_t size, int api)
{
    return x86_unseen(data, size, api, true);
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
