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
    uint64_t number = thread->args[SOCKETCALL_CALL];

    thread->kind = GUEST_CALL_OTHER;
    if (number < N_SOCKET_CALLS) {
        set_block(thread, thread->args[SOCKETCALL_BLOCK],
                  socket_calls[number].n_args);
    }
    if (thread->block_vaddr != 0) {
        thread->kind = socket_calls[number].kind;
    }
}

void call_args_set(struct plugin_thread *thread,
                   const struct guest_call_number *call, const uint64_t *args)
{
    thread->call = call;
    thread->kind = call->call;
    thread->result_vaddr = 0;
    thread->block_vaddr = 0;
    for (size_t i = 0; i < CALL_ARGS; i++) {
        thread->args[i] = call_args_word(args[i]);
    }
    switch (thread->kind) {
    case GUEST_CALL_MMAP2:
        thread->kind = GUEST_CALL_MMAP;
        thread->args[5] *= MMAP2_UNIT;
        break;
    case GUEST_CALL_MMAP_STRUCT:
        thread->kind = GUEST_CALL_MMAP;
        set_block(thread, thread->args[0], CALL_ARGS);
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
