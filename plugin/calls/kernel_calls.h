/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernel_calls.h - the table of what system calls read and write in the
 * caller's memory.
 */
#ifndef PLUGIN_KERNEL_CALLS_H
#define PLUGIN_KERNEL_CALLS_H

#include <stdbool.h>
#include <stdint.h>

#include "guest_calls.h"

/* Where the length of what is accessed comes from. */
enum kernel_length {
    KERNEL_LENGTH_NONE = 0,    /* the end of a call's list */
    KERNEL_LENGTH_FIXED,       /* bytes_64 or bytes_32 */
    KERNEL_LENGTH_ARGUMENT,    /* that argument times these bytes */
    KERNEL_LENGTH_RESULT,      /* the result, at most that argument */
    KERNEL_LENGTH_EVENTS,      /* the result in struct epoll_event */
    KERNEL_LENGTH_EVENT,       /* one of these */
    KERNEL_LENGTH_STAT,        /* the architecture's struct stat */
    KERNEL_LENGTH_SIGACTION,   /* its kernel's struct sigaction */
    KERNEL_LENGTH_STRING,      /* to the NUL */
    KERNEL_LENGTH_FD_SET,      /* that argument in bits, in whole words */
    KERNEL_LENGTH_REVENTS,     /* the last field of each struct pollfd */
    KERNEL_LENGTH_IOVECS,      /* what that many struct iovec point to */
    KERNEL_LENGTH_VALUE,       /* the int that that argument points to */
    KERNEL_LENGTH_SIGSET_PAIR, /* pselect6: address and size of a set */
    KERNEL_LENGTH_MESSAGE,     /* struct msghdr, and where it points to */
    KERNEL_LENGTH_FUTEX,       /* by the operation */
    KERNEL_LENGTH_IOCTL,       /* by the request */
};

/* What a store, or a load that some calls make, depends on. */
enum kernel_condition {
    KERNEL_IF_FINE = 0,     /* the result is no error */
    KERNEL_IF_POSITIVE,     /* it is more than 0 */
    KERNEL_IF_INTERRUPTED,  /* it says that a signal came */
    KERNEL_IF_SLEEP_IS_CUT, /* the same of a time that is not absolute */
    KERNEL_IF_NOT_DELETING, /* epoll_ctl is to add or to change */
};

/**
 * struct kernel_access - what a call accesses by one of its arguments
 * @length: enum kernel_length
 * @is_store: the kernel writes
 * @condition: enum kernel_condition
 * @argument: the one that is the address, from 0; an address of 0 is none
 * @length_argument: see enum kernel_length
 * @bytes_64, @bytes_32: for guests with so many bits
 */
struct kernel_access {
    uint8_t length;
    bool is_store;
    uint8_t condition;
    uint8_t argument;
    uint8_t length_argument;
    uint16_t bytes_64;
    uint16_t bytes_32;
};

/* At most so many in a call's list, the end of it included. */
#define KERNEL_CALL_ACCESSES 10

/** kernel_call_accesses() - Return: what calls of that kind access, in order */
const struct kernel_access *kernel_call_accesses(enum guest_call_kind kind);

#endif /* PLUGIN_KERNEL_CALLS_H */
