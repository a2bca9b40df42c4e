/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sync_calls.c - see sync_calls.h. */
#include "sync_calls.h"

#include <sys/stat.h>

#define SOCKETS 1

bool sync_calls_concern(enum guest_call kind)
{
    switch (kind) {
    case GUEST_CALL_SYNC:
    case GUEST_CALL_SYNC_FD:
    case GUEST_CALL_DUP:
    case GUEST_CALL_SOCKETCALL:
    case GUEST_CALL_READ:
    case GUEST_CALL_WRITE:
    case GUEST_CALL_READV:
    case GUEST_CALL_WRITEV:
    case GUEST_CALL_SENDTO:
    case GUEST_CALL_RECVFROM:
    case GUEST_CALL_SENDMSG:
    case GUEST_CALL_RECVMSG:
    case GUEST_CALL_CONNECT:
    case GUEST_CALL_ACCEPT:
    case GUEST_CALL_POLL:
    case GUEST_CALL_PPOLL:
    case GUEST_CALL_PPOLL_TIME64:
    case GUEST_CALL_SELECT:
    case GUEST_CALL_PSELECT:
    case GUEST_CALL_PSELECT_TIME64:
    case GUEST_CALL_EPOLL_CTL:
    case GUEST_CALL_EPOLL_WAIT:
    case GUEST_CALL_EPOLL_PWAIT:
    case GUEST_CALL_SETITIMER:
    case GUEST_CALL_TIMER_SETTIME:
    case GUEST_CALL_TIMER_SETTIME64:
    case GUEST_CALL_SIGSUSPEND:
    case GUEST_CALL_SIGTIMEDWAIT:
    case GUEST_CALL_SIGTIMEDWAIT_TIME64:
    case GUEST_CALL_WAITPID:
    case GUEST_CALL_WAIT4:
        return true;
    default:
        return false;
    }
}

/* The argument that is a descriptor, or -1. */
static int descriptor(enum guest_call kind)
{
    switch (kind) {
    case GUEST_CALL_DUP:
        return 1;
    case GUEST_CALL_SYNC_FD:
    case GUEST_CALL_READ:
    case GUEST_CALL_WRITE:
    case GUEST_CALL_READV:
    case GUEST_CALL_WRITEV:
    case GUEST_CALL_SENDTO:
    case GUEST_CALL_RECVFROM:
    case GUEST_CALL_SENDMSG:
    case GUEST_CALL_RECVMSG:
    case GUEST_CALL_CONNECT:
    case GUEST_CALL_ACCEPT:
    case GUEST_CALL_EPOLL_CTL:
    case GUEST_CALL_TIMER_SETTIME: /* of timer_settime nobody asks for it */
    case GUEST_CALL_TIMER_SETTIME64:
        return 0;
    default:
        return -1;
    }
}

uint64_t sync_calls_object(enum guest_call kind, const uint64_t *args)
{
    int argument = descriptor(kind);
    struct stat status;

    /* The guest's descriptors are QEMU's. */
    if (argument < 0 || fstat((int)args[argument], &status) != 0) {
        return 0;
    }
    if (S_ISSOCK(status.st_mode)) {
        return SOCKETS;
    }
    return (uint64_t)status.st_dev << 40 ^ status.st_ino << 1;
}
