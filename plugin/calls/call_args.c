/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * call_args.c - one shape for system calls that architectures make in
 * different ways: mmap with its arguments in memory or its offset in pages,
 * shmat and shmdt through ipc, and the calls for sockets through socketcall.
 */
#include "call_args.h"

#include <string.h>

#include "guest_calls.h"
#include "guest_memory.h"
#include "plugin_recording.h"

#define MMAP2_UNIT 4096

/* Arguments of ipc. */
#define IPC_CALL 0
#define IPC_FIRST 1
#define IPC_SECOND 2
#define IPC_THIRD 3
#define IPC_POINTER 4

/* Arguments of socketcall. */
#define SOCKETCALL_CALL 0
#define SOCKETCALL_BLOCK 1

/* What does nothing that is of interest. */
static const struct guest_call nothing = {.name = ""};

uint64_t call_args_word(uint64_t value)
{
    return plugin_recording.guest->bits == 32 ? (uint32_t)value : value;
}

static void set_shmat(struct plugin_thread *thread)
{
    uint64_t *args = thread->args;
    uint64_t plain[CALL_ARGS] = {args[IPC_FIRST], args[IPC_POINTER],
                                 args[IPC_SECOND]};

    thread->result_vaddr = args[IPC_THIRD];
    memcpy(args, plain, sizeof(plain));
}

/* Of those that map; what is left has no use for its arguments. */
static void set_ipc(struct plugin_thread *thread)
{
    switch (thread->plain->kind) {
    case GUEST_CALL_SHMAT:
        set_shmat(thread);
        break;
    case GUEST_CALL_SHMDT:
        thread->args[0] = thread->args[IPC_POINTER];
        break;
    default:
        break;
    }
}

/* Where the arguments cannot be read the call fails. */
static void set_block(struct plugin_thread *thread, uint64_t vaddr, unsigned n)
{
    if (guest_memory_words(vaddr, thread->args, n)) {
        thread->block_vaddr = vaddr;
        thread->block_words = n;
    }
}

static void set_socketcall(struct plugin_thread *thread)
{
    unsigned n = guest_socketcall_args(thread->args[SOCKETCALL_CALL]);

    if (n > 0) {
        set_block(thread, thread->args[SOCKETCALL_BLOCK], n);
    }
    if (thread->block_vaddr == 0) {
        thread->plain = &nothing;
    }
}

void call_args_set(struct plugin_thread *thread, int64_t number,
                   const struct guest_call *call, const uint64_t *args)
{
    thread->call = call;
    thread->number = number;
    thread->result_vaddr = 0;
    thread->block_vaddr = 0;
    for (size_t i = 0; i < CALL_ARGS; i++) {
        thread->args[i] = call_args_word(args[i]);
    }
    thread->plain = guest_call_through(call, thread->args[0]);
    if (thread->plain == NULL) {
        thread->plain = &nothing;
    }
    switch (call->kind) {
    case GUEST_CALL_MMAP2:
        thread->args[5] *= MMAP2_UNIT;
        break;
    case GUEST_CALL_MMAP:
        if (plugin_recording.guest->has_mmap_in_memory) {
            set_block(thread, thread->args[0], CALL_ARGS);
        }
        break;
    case GUEST_CALL_SOCKETCALL:
        set_socketcall(thread);
        break;
    case GUEST_CALL_IPC:
        set_ipc(thread);
        break;
    default:
        break;
    }
    thread->kind = thread->plain->kind;
    if (thread->kind == GUEST_CALL_MMAP2) {
        thread->kind = GUEST_CALL_MMAP;
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
