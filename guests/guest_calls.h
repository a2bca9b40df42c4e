/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest_calls.h - the system calls that matter, from call_rows.h: which are
 * events of every trace, what they order, and by which shape of call the plugin
 * tells what they map or access.
 *
 * A call is known by its name, which all architectures share; traces have it.
 */
#ifndef GUEST_CALLS_H
#define GUEST_CALLS_H

#include <stdbool.h>
#include <stdint.h>

#include "guest.h"

/*
 * What a call does, or-ed.  Each call that does any of these is told: it is an
 * event of every trace, with its return.
 */
enum guest_call_effect {
    CALL_MAPS = 0x0001,       /* changes mappings */
    CALL_CLONES = 0x0002,     /* starts a thread or a process */
    CALL_ENDS = 0x0004,       /* the thread, the process, or its program */
    CALL_THROUGH = 0x0008,    /* is another one, by its first argument */
    CALL_FUTEX = 0x0010,      /* acquires or releases words, by its operation */
    CALL_RELEASES = 0x0020,   /* to who acquires from the same object */
    CALL_ACQUIRES = 0x0040,   /* from who released to the same object */
    CALL_POLLS = 0x0080,      /* acquires from all objects */
    CALL_CLOSES = 0x0100,     /* its object, and releases as close() does */
    CALL_SIGNALS = 0x0200,    /* releases to whom its subject names */
    CALL_HANDLES = 0x0400,    /* says how a signal is handled */
    CALL_WAITS = 0x0800,      /* returns the process whose end it acquires */
    CALL_AWAITS_END = 0x1000, /* acquires from whatever process ended */
    CALL_SLEEPS = 0x2000,     /* lets time pass, or others run */
    CALL_CLEARS = 0x4000,     /* names the word that the thread's end clears */
    CALL_NAMES = 0x8000,      /* may change the caller's name */
};

/*
 * Which calls are told: a trace says the number of the build that recorded it,
 * as record.sync_calls.  It counts up where more calls are.  The first build
 * said "on"; it left out nanosleep, sigaction and some more.
 */
#define GUEST_CALLS_TOLD 2

/* What one argument of a call names. */
enum guest_call_subject {
    CALL_SUBJECT_NONE = 0, /* who signals: its own process */
    CALL_SUBJECT_DESCRIPTOR,
    CALL_SUBJECT_THREAD,
    CALL_SUBJECT_PROCESS,
};

/*
 * Shapes of calls: what they map, start or access by which arguments.  Of the
 * latter kernel_calls.c says what it is; calls that access the same have one.
 */
enum guest_call_kind {
    GUEST_CALL_OTHER = 0,
    GUEST_CALL_MMAP,
    GUEST_CALL_MUNMAP,
    GUEST_CALL_MPROTECT, /* and pkey_mprotect */
    GUEST_CALL_BRK,
    GUEST_CALL_MREMAP,
    GUEST_CALL_SHMAT,
    GUEST_CALL_SHMDT,
    GUEST_CALL_CLONE, /* its arguments say what it shares */
    GUEST_CALL_FORK,  /* and vfork; clone3, whose arguments are in memory */
    GUEST_CALL_EXEC,
    GUEST_CALL_EXIT,       /* of the thread */
    GUEST_CALL_EXIT_GROUP, /* of the process */
    GUEST_CALL_FUTEX,
    GUEST_CALL_FUTEX_TIME64, /* the same of a 32-bit guest's longer time */
    /* Other ways to make those above and below. */
    GUEST_CALL_MMAP2, /* mmap: the offset is in pages of 4096 bytes */
    GUEST_CALL_IPC,
    GUEST_CALL_SOCKETCALL, /* arguments are words in memory */
    GUEST_CALL_READ,
    GUEST_CALL_WRITE,
    GUEST_CALL_READV,
    GUEST_CALL_WRITEV,
    GUEST_CALL_SENDTO,
    GUEST_CALL_RECVFROM,
    GUEST_CALL_SENDMSG,
    GUEST_CALL_RECVMSG,
    GUEST_CALL_CONNECT,
    GUEST_CALL_ACCEPT,
    GUEST_CALL_SETSOCKOPT,
    GUEST_CALL_GETSOCKOPT,
    GUEST_CALL_SOCKETPAIR,
    GUEST_CALL_PIPE,
    GUEST_CALL_POLL,
    GUEST_CALL_PPOLL,
    GUEST_CALL_PPOLL_TIME64,
    GUEST_CALL_SELECT,
    GUEST_CALL_PSELECT,
    GUEST_CALL_PSELECT_TIME64,
    GUEST_CALL_EPOLL_CTL,
    GUEST_CALL_EPOLL_WAIT,
    GUEST_CALL_EPOLL_PWAIT,
    GUEST_CALL_CLOCK_GETTIME,
    GUEST_CALL_CLOCK_GETTIME64,
    GUEST_CALL_CLOCK_SETTIME,
    GUEST_CALL_CLOCK_SETTIME64,
    GUEST_CALL_GETTIMEOFDAY,
    GUEST_CALL_TIME,
    GUEST_CALL_NANOSLEEP,
    GUEST_CALL_CLOCK_NANOSLEEP,
    GUEST_CALL_CLOCK_NANOSLEEP_TIME64,
    GUEST_CALL_GETITIMER,
    GUEST_CALL_SETITIMER,
    GUEST_CALL_TIMER_SETTIME, /* and timerfd_settime */
    GUEST_CALL_TIMER_SETTIME64,
    GUEST_CALL_TIMES,
    GUEST_CALL_PATH,
    GUEST_CALL_PATH_AT,
    GUEST_CALL_OPENAT2,
    GUEST_CALL_PATHS,
    GUEST_CALL_PATHS_AT,
    GUEST_CALL_SYMLINKAT,
    GUEST_CALL_READLINK,
    GUEST_CALL_READLINKAT,
    GUEST_CALL_STAT,
    GUEST_CALL_FSTAT,
    GUEST_CALL_FSTATAT,
    GUEST_CALL_STATX,
    GUEST_CALL_GETRANDOM,
    GUEST_CALL_IOCTL,
    GUEST_CALL_SIGACTION,
    GUEST_CALL_SIGPROCMASK,
    GUEST_CALL_SIGPENDING,
    GUEST_CALL_SIGSUSPEND,
    GUEST_CALL_SIGTIMEDWAIT,
    GUEST_CALL_SIGTIMEDWAIT_TIME64,
    GUEST_CALL_SIGALTSTACK,
    GUEST_CALL_WAITPID,
    GUEST_CALL_WAIT4,
    GUEST_CALL_GETRLIMIT,
    GUEST_CALL_SETRLIMIT,
    GUEST_CALL_PRLIMIT,
    GUEST_CALL_GETRUSAGE,
    GUEST_CALL_SYSINFO,
    GUEST_CALL_UNAME,
    GUEST_CALL_SCHED_GETAFFINITY,
    GUEST_CALL_SCHED_SETAFFINITY,
    GUEST_CALL_LLSEEK,
    GUEST_CALL_GETCPU,
    GUEST_CALL_KINDS,
};

/**
 * struct guest_call - a system call
 * @name: by which it is told and found
 * @kind: enum guest_call_kind
 * @subject: enum guest_call_subject, of what its argument @argument names
 * @does: enum guest_call_effect, or-ed; 0: it is of interest for what it
 *        accesses alone
 */
struct guest_call {
    const char *name;
    uint8_t kind;
    uint8_t subject;
    uint8_t argument;
    uint16_t does;
};

/* The calls, in the order of their names; 0 is none. */
enum guest_call_id {
    CALL_ID_NONE = 0,
#define CALL(name, ...) CALL_ID_##name,
#include "call_rows.h"
#undef CALL
};

/** guest_call_named() - Return: the call, or NULL where it is none of ours. */
const struct guest_call *guest_call_named(const char *name);

/**
 * guest_call_numbered() - a call by the architecture's number
 *
 * Return: the call, or NULL where it is none of ours.
 */
const struct guest_call *guest_call_numbered(const struct guest *guest,
                                             int64_t number);

/** guest_call_is_told() - is it an event of every trace? */
static inline bool guest_call_is_told(const struct guest_call *call)
{
    return call->does != 0;
}

/**
 * guest_call_through() - which call ipc or socketcall is
 * @call: any call; one that is not made through another is returned
 * @first: its first argument
 *
 * Return: the call, or NULL where it is none of ours.
 */
const struct guest_call *guest_call_through(const struct guest_call *call,
                                            uint64_t first);

/** guest_socketcall_args() - Return: how many arguments that one has. */
unsigned guest_socketcall_args(uint64_t first);

#endif /* GUEST_CALLS_H */
