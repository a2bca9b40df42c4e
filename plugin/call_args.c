/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * call_args.c - one shape for system calls that architectures make in
 * different ways: mmap with its arguments in memory or its offset in pages,
 * and shmat and shmdt through ipc.
 */
#include "call_args.h"

#include <string.h>

#include "guest_memory.h"
#include "plugin_recording.h"

#define MMAP2_UNIT 4096

/* Arguments of ipc. */
#define IPC_CALL 0
#define IPC_FIRST 1
#define IPC_SECOND 2
#define IPC_THIRD 3
#define IPC_POINTER 4

#define IPC_CALL_MASK 0xffff /* above is a version */
#define IPC_SHMAT 21
#define IPC_SHMDT 22

uint64_t call_args_word(uint64_t value)
{
    return plugin_recording.arch->bits == 32 ? (uint32_t)value : value;
}

static void set_shmat(struct plugin_thread *thread)
{
    uint64_t *args = thread->args;
    uint64_t plain[CALL_ARGS] = {args[IPC_FIRST], args[IPC_POINTER],
                                 args[IPC_SECOND]};

    thread->result_vaddr = args[IPC_THIRD];
    thread->kind = GUEST_CALL_SHMAT;
    memcpy(args, plain, sizeof(plain));
}

static void set_ipc(struct plugin_thread *thread)
{
    switch (thread->args[IPC_CALL] & IPC_CALL_MASK) {
    case IPC_SHMAT:
        set_shmat(thread);
        break;
    case IPC_SHMDT:
        thread->kind = GUEST_CALL_SHMDT;
        thread->args[0] = thread->args[IPC_POINTER];
        break;
    default:
        thread->kind = GUEST_CALL_OTHER;
        break;
    }
}

void call_args_set(struct plugin_thread *thread,
                   const struct guest_call_number *call, const uint64_t *args)
{
    thread->call = call;
    thread->kind = call->call;
    thread->result_vaddr = 0;
    for (size_t i = 0; i < CALL_ARGS; i++) {
        thread->args[i] = call_args_word(args[i]);
    }
    switch (thread->kind) {
    case GUEST_CALL_MMAP2:
        thread->kind = GUEST_CALL_MMAP;
        thread->args[5] *= MMAP2_UNIT;
        break;
    case GUEST_CALL_MMAP_STRUCT:
        /* Where it cannot be read the call fails. */
        thread->kind = GUEST_CALL_MMAP;
        guest_memory_words(thread->args[0], thread->args, CALL_ARGS);
        break;
    case GUEST_CALL_IPC:
        set_ipc(thread);
        break;
    default:
        break;
    }
}

int64_t call_args_result(const struct plugin_thread *thread, int64_t result)
{
    uint64_t word;

    if (thread->result_vaddr != 0 && result == 0 &&
        guest_memory_words(thread->result_vaddr, &word, 1)) {
        return word;
    }
    return result;
}
