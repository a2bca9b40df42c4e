/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guest_calls.c - see guest_calls.h. */
#include "guest_calls.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "guest_numbers.h"

#define FD(i) .subject = CALL_SUBJECT_DESCRIPTOR, .argument = (i)
#define THREAD(i) .subject = CALL_SUBJECT_THREAD, .argument = (i)
#define PROCESS(i) .subject = CALL_SUBJECT_PROCESS, .argument = (i)
#define CALL(id, shape, flags, ...)                                            \
    [CALL_ID_##id] = {.name = #id,                                             \
                      .kind = GUEST_CALL_##shape,                              \
                      .does = (flags),                                         \
                      __VA_ARGS__},

static const struct guest_call calls[] = {
#include "call_rows.h"
};

#define N_CALLS (sizeof(calls) / sizeof(calls[0]))

static int compare(const void *name, const void *call)
{
    return strcmp(name, ((const struct guest_call *)call)->name);
}

const struct guest_call *guest_call_named(const char *name)
{
    return bsearch(name, calls + 1, N_CALLS - 1, sizeof(calls[0]), compare);
}

static const struct guest_call *call_of(enum guest_call_id id)
{
    return id == CALL_ID_NONE ? NULL : &calls[id];
}

const struct guest_call *guest_call_numbered(const struct guest *guest,
                                             int64_t number)
{
    uint64_t i = (uint64_t)number - guest->calls->first;

    return i < guest->calls->n ? call_of(guest->calls->ids[i]) : NULL;
}

/* By the first argument of ipc, whose upper bits are a version. */
#define IPC_CALL_MASK 0xffff

static const uint16_t ipc_calls[] = {
    [1] = CALL_ID_semop,   [3] = CALL_ID_semctl,  [4] = CALL_ID_semtimedop,
    [11] = CALL_ID_msgsnd, [12] = CALL_ID_msgrcv, [14] = CALL_ID_msgctl,
    [21] = CALL_ID_shmat,  [22] = CALL_ID_shmdt,
};

/* By that of socketcall. */
static const struct {
    uint16_t id;
    uint8_t n_args;
} socket_calls[] = {
    [1] = {CALL_ID_NONE, 3}, /* socket */
    [2] = {CALL_ID_bind, 3},        [3] = {CALL_ID_connect, 3},
    [4] = {CALL_ID_listen, 2},      [5] = {CALL_ID_accept, 3},
    [6] = {CALL_ID_getsockname, 3}, [7] = {CALL_ID_getpeername, 3},
    [8] = {CALL_ID_socketpair, 4},  [9] = {CALL_ID_send, 4},
    [10] = {CALL_ID_recv, 4},       [11] = {CALL_ID_sendto, 6},
    [12] = {CALL_ID_recvfrom, 6},   [13] = {CALL_ID_shutdown, 2},
    [14] = {CALL_ID_setsockopt, 5}, [15] = {CALL_ID_getsockopt, 5},
    [16] = {CALL_ID_sendmsg, 3},    [17] = {CALL_ID_recvmsg, 3},
    [18] = {CALL_ID_accept4, 4},    [19] = {CALL_ID_recvmmsg, 5},
    [20] = {CALL_ID_sendmmsg, 4},
};

#define N_IPC_CALLS (sizeof(ipc_calls) / sizeof(ipc_calls[0]))
#define N_SOCKET_CALLS (sizeof(socket_calls) / sizeof(socket_calls[0]))

const struct guest_call *guest_call_through(const struct guest_call *call,
                                            uint64_t first)
{
    switch (call->kind) {
    case GUEST_CALL_IPC:
        first &= IPC_CALL_MASK;
        return first < N_IPC_CALLS ? call_of(ipc_calls[first]) : NULL;
    case GUEST_CALL_SOCKETCALL:
        return first < N_SOCKET_CALLS ? call_of(socket_calls[first].id) : NULL;
    default:
        return call;
    }
}

unsigned guest_socketcall_args(uint64_t first)
{
    return first < N_SOCKET_CALLS ? socket_calls[first].n_args : 0;
}
