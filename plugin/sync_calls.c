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
    case GUEST_CALL_EPOLL_WAIT:
    case GUEST_CALL_EPOLL_PWAIT:
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

static bool has_descriptor(enum guest_call kind)
{
    switch (kind) {
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
        return true;
    default:
        return false;
    }
}

uint64_t sync_calls_object(enum guest_call kind, uint64_t fd)
{
    struct stat status;

    /* The guest's descriptors are QEMU's. */
    if (!has_descriptor(kind) || fstat((int)fd, &status) != 0) {
        return 0;
    }
    if (S_ISSOCK(status.st_mode)) {
        return SOCKETS;
    }
    return (uint64_t)status.st_dev << 40 ^ status.st_ino << 1;
}
