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

#define IPC_CALL_MASK 0xffff /* above is a version */
#define IPC_SHMAT 21
#define IPC_SHMDT 22

/* Arguments of socketcall. */
#define SOCKETCALL_CALL 0
#define SOCKETCALL_BLOCK 1

/* The calls by their numbers in socketcall, with how many arguments. */
static const struct {
    uint8_t kind; /* enum guest_call */
    uint8_t n_args;
} socket_calls[] = {
    [1] = {GUEST_CALL_OTHER, 3},   /* socket */
    [2] = {GUEST_CALL_CONNECT, 3}, /* bind */
    [3] = {GUEST_CALL_CONNECT, 3},
    [4] = {GUEST_CALL_OTHER, 2}, /* listen */
    [5] = {GUEST_CALL_ACCEPT, 3},
    [6] = {GUEST_CALL_ACCEPT, 3}, /* getsockname */
    [7] = {GUEST_CALL_ACCEPT, 3}, /* getpeername */
    [8] = {GUEST_CALL_SOCKETPAIR, 4},
    [9] = {GUEST_CALL_WRITE, 4}, /* send */
    [10] = {GUEST_CALL_READ, 4}, /* recv */
    [11] = {GUEST_CALL_SENDTO, 6},
    [12] = {GUEST_CALL_RECVFROM, 6},
    [13] = {GUEST_CALL_SYNC_FD, 2}, /* shutdown */
    [14] = {GUEST_CALL_SETSOCKOPT, 5},
    [15] = {GUEST_CALL_GETSOCKOPT, 5},
    [16] = {GUEST_CALL_SENDMSG, 3},
    [17] = {GUEST_CALL_RECVMSG, 3},
    [18] = {GUEST_CALL_ACCEPT, 4},  /* accept4 */
    [19] = {GUEST_CALL_SYNC_FD, 5}, /* recvmmsg */
    [20] = {GUEST_CALL_SYNC_FD, 4}, /* sendmmsg */
};

_Static_assert(GUEST_CALL_KINDS <= 256, "a kind fits into a byte");

#define N_SOCKET_CALLS (sizeof(socket_calls) / sizeof(socket_calls[0]))

uint64_t call_args_word(uint64_t value)
{
    return plugin_recording.arch->bits == 32 ? (uint32_t)value : value;
}

static void set_shmat(struct current_call *current)
{
    uint64_t *args = current->args;
    uint64_t plain[CALL_ARGS] = {args[IPC_FIRST], args[IPC_POINTER],
                                 args[IPC_SECOND]};

    current->result_vaddr = args[IPC_THIRD];
    current->kind = GUEST_CALL_SHMAT;
    memcpy(args, plain, sizeof(plain));
}

static void set_ipc(struct current_call *current)
{
    switch (current->args[IPC_CALL] & IPC_CALL_MASK) {
    case IPC_SHMAT:
        set_shmat(current);
        break;
    case IPC_SHMDT:
        current->kind = GUEST_CALL_SHMDT;
        current->args[0] = current->args[IPC_POINTER];
        break;
    default:
        current->kind = GUEST_CALL_OTHER;
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
    uint64_t number = current->args[SOCKETCALL_CALL];

    current->kind = GUEST_CALL_OTHER;
    if (number < N_SOCKET_CALLS) {
        set_block(current, current->args[SOCKETCALL_BLOCK],
                  socket_calls[number].n_args);
    }
    if (current->block_vaddr != 0) {
        current->kind = socket_calls[number].kind;
    }
}

void call_args_set(struct current_call *current,
                   const struct guest_call_number *call, const uint64_t *args)
{
    current->call = call;
    current->kind = call->call;
    current->result_vaddr = 0;
    current->block_vaddr = 0;
    for (size_t i = 0; i < CALL_ARGS; i++) {
        current->args[i] = call_args_word(args[i]);
    }
    switch (current->kind) {
    case GUEST_CALL_MMAP2:
        current->kind = GUEST_CALL_MMAP;
        current->args[5] *= MMAP2_UNIT;
        break;
    case GUEST_CALL_MMAP_STRUCT:
        current->kind = GUEST_CALL_MMAP;
        set_block(current, current->args[0], CALL_ARGS);
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
