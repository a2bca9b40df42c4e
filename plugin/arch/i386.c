/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * i386.c - the guest architecture i386: its system calls, and which of its
 * instructions are atomic.
 */
#include <elf.h>

#include "guest_arch.h"
#include "x86_insns.h"

static const struct guest_call_number calls[] = {
    {1, GUEST_CALL_EXIT, "exit"},
    {2, GUEST_CALL_CLONE, "fork"},
    {11, GUEST_CALL_EXEC, "execve"},
    {45, GUEST_CALL_BRK, "brk"},
    {90, GUEST_CALL_MMAP_STRUCT, "mmap"},
    {91, GUEST_CALL_MUNMAP, "munmap"},
    {117, GUEST_CALL_IPC, "ipc"},
    {120, GUEST_CALL_CLONE, "clone"},
    {125, GUEST_CALL_MPROTECT, "mprotect"},
    {163, GUEST_CALL_MREMAP, "mremap"},
    {190, GUEST_CALL_CLONE, "vfork"},
    {192, GUEST_CALL_MMAP2, "mmap2"},
    {240, GUEST_CALL_FUTEX, "futex"},
    {252, GUEST_CALL_EXIT_GROUP, "exit_group"},
    {358, GUEST_CALL_EXEC, "execveat"},
    {380, GUEST_CALL_MPROTECT, "pkey_mprotect"},
    {397, GUEST_CALL_SHMAT, "shmat"},
    {398, GUEST_CALL_SHMDT, "shmdt"},
    {422, GUEST_CALL_FUTEX, "futex_time64"},
    {435, GUEST_CALL_CLONE, "clone3"},
};

static unsigned classify(const uint8_t *data, size_t size, bool is_mixed)
{
    (void)is_mixed;
    return x86_classify(data, size, false);
}

static unsigned unseen(const uint8_t *data, size_t size, int api)
{
    return x86_unseen(data, size, api, false);
}

const struct guest_arch guest_arch_i386 = {
    .name = "i386",
    .bits = 32,
    .elf_machine = EM_386,
    .calls = calls,
    .n_calls = sizeof(calls) / sizeof(calls[0]),
    .classify = classify,
    .unseen = unseen,
};
