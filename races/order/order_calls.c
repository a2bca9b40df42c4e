/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * order_calls.c - see order_calls.h.  Calls are told by their names, which are
 * the same for all architectures where their numbers are not.
 */
#include "order_calls.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* args of a SYSCALL event: the number, then the call's own. */
#define CALL_ARG(i) (1 + (i))
#define CALL_OBJECT 7

/* What several calls are made through; these do not leave this file. */
#define RACE_CALL_IPC 0x4000u
#define RACE_CALL_SOCKETCALL 0x8000u

static const struct call_name {
    const char *name;
    unsigned kind;
} calls[] = {
    /* Sorted by name. */
    {"_newselect", RACE_CALL_POLLS | RACE_CALL_SLEEPS},
    {"accept", RACE_CALL_ACQUIRES},
    {"accept4", RACE_CALL_ACQUIRES},
    {"alarm", RACE_CALL_SIGNAL},
    {"clock_nanosleep", RACE_CALL_SLEEPS},
    {"clock_nanosleep_time64", RACE_CALL_SLEEPS},
    {"clone", RACE_CALL_CLONE},
    {"clone3", RACE_CALL_CLONE},
    {"close", RACE_CALL_RELEASES},
    {"connect", RACE_CALL_RELEASES | RACE_CALL_ACQUIRES},
    {"copy_file_range", RACE_CALL_RELEASES | RACE_CALL_ACQUIRES},
    {"dup2", RACE_CALL_DUP},
    {"dup3", RACE_CALL_DUP},
    {"epoll_ctl", RACE_CALL_RELEASES},
    {"epoll_pwait", RACE_CALL_POLLS},
    {"epoll_pwait2", RACE_CALL_POLLS},
    {"epoll_wait", RACE_CALL_POLLS},
    {"fcntl", RACE_CALL_RELEASES | RACE_CALL_ACQUIRES},
    {"fcntl64", RACE_CALL_RELEASES | RACE_CALL_ACQUIRES},
    {"flock", RACE_CALL_RELEASES | RACE_CALL_ACQUIRES},
    {"fork", RACE_CALL_CLONE},
    {"futex", RACE_CALL_FUTEX},
    {"futex_time64", RACE_CALL_FUTEX},
    {"ipc", RACE_CALL_IPC},
    {"kill", RACE_CALL_SIGNAL},
    {"mq_timedreceive", RACE_CALL_ACQUIRES},
    {"mq_timedreceive_time64", RACE_CALL_ACQUIRES},
    {"mq_timedsend", RACE_CALL_RELEASES},
    {"mq_timedsend_time64", RACE_CALL_RELEASES},
    {"msgrcv", RACE_CALL_ACQUIRES},
    {"msgsnd", RACE_CALL_RELEASES},
    {"nanosleep", RACE_CALL_SLEEPS},
    {"poll", RACE_CALL_POLLS | RACE_CALL_SLEEPS},
    {"ppoll", RACE_CALL_POLLS | RACE_CALL_SLEEPS},
    {"ppoll_time64", RACE_CALL_POLLS | RACE_CALL_SLEEPS},
    {"pread64", RACE_CALL_ACQUIRES},
    {"preadv", RACE_CALL_ACQUIRES},
    {"preadv2", RACE_CALL_ACQUIRES},
    {"pselect6", RACE_CALL_POLLS | RACE_CALL_SLEEPS},
    {"pselect6_time64", RACE_CALL_POLLS | RACE_CALL_SLEEPS},
    {"pwrite64", RACE_CALL_RELEASES},
    {"pwritev", RACE_CALL_RELEASES},
    {"pwritev2", RACE_CALL_RELEASES},
    {"read", RACE_CALL_ACQUIRES},
    {"readv", RACE_CALL_ACQUIRES},
    {"recv", RACE_CALL_ACQUIRES},
    {"recvfrom", RACE_CALL_ACQUIRES},
    {"recvmmsg", RACE_CALL_ACQUIRES},
    {"recvmmsg_time64", RACE_CALL_ACQUIRES},
    {"recvmsg", RACE_CALL_ACQUIRES},
    {"rt_sigqueueinfo", RACE_CALL_SIGNAL},
    {"rt_sigtimedwait", RACE_CALL_AWAITS_SIGNAL},
    {"rt_sigtimedwait_time64", RACE_CALL_AWAITS_SIGNAL},
    {"rt_tgsigqueueinfo", RACE_CALL_SIGNAL},
    {"sched_yield", RACE_CALL_SLEEPS},
    {"select", RACE_CALL_POLLS | RACE_CALL_SLEEPS},
    {"semop", RACE_CALL_RELEASES | RACE_CALL_ACQUIRES},
    {"semtimedop", RACE_CALL_RELEASES | RACE_CALL_ACQUIRES},
    {"semtimedop_time64", RACE_CALL_RELEASES | RACE_CALL_ACQUIRES},
    {"send", RACE_CALL_RELEASES},
    {"sendfile", RACE_CALL_RELEASES | RACE_CALL_ACQUIRES},
    {"sendfile64", RACE_CALL_RELEASES | RACE_CALL_ACQUIRES},
    {"sendmmsg", RACE_CALL_RELEASES},
    {"sendmsg", RACE_CALL_RELEASES},
    {"sendto", RACE_CALL_RELEASES},
    {"set_tid_address", RACE_CALL_CLEARS},
    {"setitimer", RACE_CALL_SIGNAL},
    {"shutdown", RACE_CALL_RELEASES},
    {"socketcall", RACE_CALL_SOCKETCALL},
    {"splice", RACE_CALL_RELEASES | RACE_CALL_ACQUIRES},
    {"tee", RACE_CALL_RELEASES | RACE_CALL_ACQUIRES},
    {"tgkill", RACE_CALL_SIGNAL},
    {"timer_settime", RACE_CALL_SIGNAL},
    {"timer_settime64", RACE_CALL_SIGNAL},
    {"timerfd_settime", RACE_CALL_RELEASES},
    {"timerfd_settime64", RACE_CALL_RELEASES},
    {"tkill", RACE_CALL_SIGNAL},
    {"vfork", RACE_CALL_CLONE},
    {"vmsplice", RACE_CALL_RELEASES | RACE_CALL_ACQUIRES},
    {"wait4", RACE_CALL_WAIT},
    {"waitid", RACE_CALL_WAIT},
    {"waitpid", RACE_CALL_WAIT},
    {"write", RACE_CALL_RELEASES},
    {"writev", RACE_CALL_RELEASES},
};

static int compare(const void *key, const void *element)
{
    return strcmp(key, ((const struct call_name *)element)->name);
}

/* Several calls in one, by its first argument: what each of them does. */
static const uint8_t ipc_calls[] = {
    [1] = RACE_CALL_RELEASES | RACE_CALL_ACQUIRES, /* semop */
    [4] = RACE_CALL_RELEASES | RACE_CALL_ACQUIRES, /* semtimedop */
    [11] = RACE_CALL_RELEASES,                     /* msgsnd */
    [12] = RACE_CALL_ACQUIRES,                     /* msgrcv */
};

static const uint8_t socket_calls[] = {
    [3] = RACE_CALL_RELEASES | RACE_CALL_ACQUIRES, /* connect */
    [5] = RACE_CALL_ACQUIRES,                      /* accept */
    [9] = RACE_CALL_RELEASES,                      /* send */
    [10] = RACE_CALL_ACQUIRES,                     /* recv */
    [11] = RACE_CALL_RELEASES,                     /* sendto */
    [12] = RACE_CALL_ACQUIRES,                     /* recvfrom */
    [13] = RACE_CALL_RELEASES,                     /* shutdown */
    [16] = RACE_CALL_RELEASES,                     /* sendmsg */
    [17] = RACE_CALL_ACQUIRES,                     /* recvmsg */
    [18] = RACE_CALL_ACQUIRES,                     /* accept4 */
    [19] = RACE_CALL_ACQUIRES,                     /* recvmmsg */
    [20] = RACE_CALL_RELEASES,                     /* sendmmsg */
};

#define IPC_CALL_MASK 0xffff /* above is a version */

unsigned race_call_kind(const struct memtrace_event *event)
{
    const struct call_name *call =
        bsearch(event->text, calls, sizeof(calls) / sizeof(calls[0]),
                sizeof(calls[0]), compare);
    uint64_t number = event->args[CALL_ARG(0)];

    if (!call) {
        return 0;
    }
    switch (call->kind) {
    case RACE_CALL_IPC:
        number &= IPC_CALL_MASK;
        return number < sizeof(ipc_calls) ? ipc_calls[number] : 0;
    case RACE_CALL_SOCKETCALL:
        return number < sizeof(socket_calls) ? socket_calls[number] : 0;
    default:
        return call->kind;
    }
}

/* Operations, without the flags for private words and the clock. */
enum futex_operation {
    FUTEX_MASK = 127,
    FUTEX_WAIT = 0,
    FUTEX_REQUEUE = 3,
    FUTEX_CMP_REQUEUE = 4,
    FUTEX_WAKE_OP = 5,
    FUTEX_LOCK_PI = 6,
    FUTEX_TRYLOCK_PI = 8,
    FUTEX_WAIT_BITSET = 9,
    FUTEX_WAIT_REQUEUE_PI = 11,
    FUTEX_CMP_REQUEUE_PI = 12,
    FUTEX_LOCK_PI2 = 13,
};

void race_call_futex(const struct memtrace_event *event,
                     struct race_futex *futex)
{
    *futex = (struct race_futex){
        .words = {event->args[CALL_ARG(0)], event->args[CALL_ARG(4)]},
        .n_words = 1,
    };
    switch (event->args[CALL_ARG(1)] & FUTEX_MASK) {
    case FUTEX_WAIT_REQUEUE_PI:
        futex->n_words = 2;
        futex->waits = true;
        break;
    case FUTEX_WAIT:
    case FUTEX_WAIT_BITSET:
    case FUTEX_LOCK_PI:
    case FUTEX_LOCK_PI2:
    case FUTEX_TRYLOCK_PI:
        futex->waits = true;
        break;
    case FUTEX_REQUEUE:
    case FUTEX_CMP_REQUEUE:
    case FUTEX_CMP_REQUEUE_PI:
    case FUTEX_WAKE_OP:
        futex->n_words = 2;
        break;
    default:
        break;
    }
}

#define CLONE_CHILD_CLEARTID 0x00200000u

/* Where flags and the child's word are differs; see clone(2). */
static const struct clone_order {
    const char *arch;
    unsigned flags, word;
} clone_orders[] = {
    {"x86_64", 0, 3}, {"s390x", 1, 3}, {NULL, 0, 4}, /* all others */
};

uint64_t race_call_cleared_word(const char *arch,
                                const struct memtrace_event *event)
{
    const struct clone_order *order = clone_orders;

    if (!strcmp(event->text, "set_tid_address")) {
        return event->args[CALL_ARG(0)];
    }
    if (strcmp(event->text, "clone") != 0) {
        return 0; /* the others have it in memory, or none */
    }
    while (order->arch && (!arch || strcmp(order->arch, arch) != 0)) {
        order++;
    }
    return event->args[CALL_ARG(order->flags)] & CLONE_CHILD_CLEARTID
               ? event->args[CALL_ARG(order->word)]
               : 0;
}

/* Names of signals' targets: threads, processes, and groups of these. */
#define TARGET_PROCESS ((uint64_t)1 << 40)
#define TARGET_ANY ((uint64_t)2 << 40)

uint64_t race_process_target(uint32_t pid)
{
    return (int32_t)pid > 0 ? TARGET_PROCESS | pid : TARGET_ANY;
}

/* SIGCHLD, which is 18 on MIPS; elsewhere that is one of its like. */
bool race_call_handles_ends(const struct memtrace_event *event)
{
    const uint64_t *args = event->args + CALL_ARG(0);

    return !strcmp(event->text, "rt_sigaction") &&
           (args[0] == 17 || args[0] == 18) && args[1];
}

static bool sets_timer(const char *call)
{
    return !strcmp(call, "alarm") || !strcmp(call, "setitimer") ||
           !strncmp(call, "timer_settime", strlen("timer_settime"));
}

uint64_t race_call_target(const struct memtrace_event *event,
                          const struct memtrace_thread *sender)
{
    const uint64_t *args = event->args + CALL_ARG(0);

    if (sets_timer(event->text)) {
        return race_process_target(sender ? sender->pid : 0);
    }
    if (!strcmp(event->text, "tkill")) {
        return (uint32_t)args[0];
    }
    if (!strcmp(event->text, "tgkill") ||
        !strcmp(event->text, "rt_tgsigqueueinfo")) {
        return (uint32_t)args[1];
    }
    return race_process_target((uint32_t)args[0]);
}

void race_call_targets(const struct memtrace_thread *thread,
                       uint64_t targets[RACE_TARGETS])
{
    targets[0] = thread->tid;
    targets[1] = race_process_target(thread->pid);
    targets[2] = TARGET_ANY;
}

uint64_t race_call_object(const struct memtrace_event *event)
{
    return event->n_args > CALL_OBJECT ? event->args[CALL_OBJECT] : 0;
}
