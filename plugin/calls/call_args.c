/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * call_args.c - one shape for system calls that architectures make in
 * different ways: mmap with its arguments in memory or its offset in pages,
 * shmat and shmdt through ipc, and the calls for sockets through socketcall.
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

/* Arguments of socketcall. */
#define SOCKETCALL_CALL 0
#define SOCKETCALL_BLOCK 1

/* What does nothing that is of interest. */
static const struct guest_call nothing = {.name = ""};

uint64_t call_args_word(uint64_t value)
{
    return plugin_recording.guest->bits == 32 ? (uint32_t)value : value;
}

static void set_shmat(struct current_call *current)
{
    uint64_t *args = current->args;
    uint64_t plain[CALL_ARGS] = {args[IPC_FIRST], args[IPC_POINTER],
                                 args[IPC_SECOND]};

    current->result_vaddr = args[IPC_THIRD];
    memcpy(args, plain, sizeof(plain));
}

/* Of those that map; the others have no use for their arguments. */
static void set_ipc(struct current_call *current)
{
    switch (current->plain->kind) {
    case GUEST_CALL_SHMAT:
        set_shmat(current);
        break;
    case GUEST_CALL_SHMDT:
        current->args[0] = current->args[IPC_POINTER];
        break;
    default:
        break;
    }
}

/* Where the arguments cannot be read the call fails. */
static void set_block(struct current_call *current, uint64_t vaddr, unsigned n)
{
    if (guest_memory_words(vaddr, current->args, n)) {
        current->block_vaddr = vaddr;
        current->block_words = n;
    }
}

static void set_socketcall(struct current_call *current)
{
    unsigned n = guest_socketcall_args(current->args[SOCKETCALL_CALL]);

    if (n > 0) {
        set_block(current, current->args[SOCKETCALL_BLOCK], n);
    }
    if (current->block_vaddr == 0) {
        current->plain = &nothing;
    }
}

void call_args_set(struct current_call *current, int64_t number,
                   const struct guest_call *call, const uint64_t *args)
{
    current->call = call;
    current->number = number;
    current->result_vaddr = 0;
    current->block_vaddr = 0;
    for (size_t i = 0; i < CALL_ARGS; i++) {
        current->args[i] = call_args_word(args[i]);
    }
    current->plain = guest_call_through(call, current->args[0]);
    if (current->plain == NULL) {
        current->plain = &nothing;
    }
    switch (call->kind) {
    case GUEST_CALL_MMAP2:
        current->args[5] *= MMAP2_UNIT;
        break;
    case GUEST_CALL_MMAP:
        if (plugin_recording.guest->has_mmap_in_memory) {
            set_block(current, current->args[0], CALL_ARGS);
        }
        break;
    case GUEST_CALL_SOCKETCALL:
        set_socketcall(current);
        break;
    case GUEST_CALL_IPC:
        set_ipc(current);
        break;
    default:
        break;
    }
    current->kind = current->plain->kind;
    if (current->kind == GUEST_CALL_MMAP2) {
        current->kind = GUEST_CALL_MMAP;
    }
}

int64_t call_args_result(const struct current_call *current, int64_t result)
{
    uint64_t word;

    if (current->result_vaddr != 0 && result == 0 &&
        guest_memory_words(current->result_vaddr, &word, 1)) {
        return word;
    }
    return result;
}
