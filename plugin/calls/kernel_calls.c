/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernel_calls.c - the table of what system calls read and write in the
 * caller's memory: a line an argument that points there.  How the lines are
 * acted on is in kernel_accesses.c.
 */
#include "kernel_calls.h"

#define ACCESS(store, address, kind, ...)                                      \
    {                                                                          \
        .is_store = (store), .argument = (address),                            \
        .length = KERNEL_LENGTH_##kind, __VA_ARGS__                            \
    }
#define BYTES(...) BYTES_OF(__VA_ARGS__)
#define BYTES_OF(on_64, on_32) .bytes_64 = (on_64), .bytes_32 = (on_32)

/* A: the argument that is the address; N: the one with the length. */
#define LOAD(A, bytes) ACCESS(false, A, FIXED, BYTES(bytes, bytes))
#define STORE(A, bytes) ACCESS(true, A, FIXED, BYTES(bytes, bytes))
#define LOAD_WORDS(A, n) ACCESS(false, A, FIXED, BYTES(8 * (n), 4 * (n)))
#define STORE_WORDS(A, n) ACCESS(true, A, FIXED, BYTES(8 * (n), 4 * (n)))
#define STORE_IF(when, A, on_64, on_32)                                        \
    ACCESS(true, A, FIXED, BYTES(on_64, on_32), .condition = KERNEL_IF_##when)
#define LOAD_SIZED(A, N)                                                       \
    ACCESS(false, A, ARGUMENT, BYTES(1, 1), .length_argument = (N))
#define STORE_SIZED(A, N)                                                      \
    ACCESS(true, A, ARGUMENT, BYTES(1, 1), .length_argument = (N))
#define LOAD_ITEMS(A, N, ...)                                                  \
    ACCESS(false, A, ARGUMENT, BYTES(__VA_ARGS__), .length_argument = (N))
#define STORE_RESULT(A, N) ACCESS(true, A, RESULT, .length_argument = (N))
#define LOAD_STRING(A) ACCESS(false, A, STRING)
#define LOAD_IOVECS(A, N) ACCESS(false, A, IOVECS, .length_argument = (N))
#define STORE_IOVECS(A, N) ACCESS(true, A, IOVECS, .length_argument = (N))
#define STORE_VALUE(A, N) ACCESS(true, A, VALUE, .length_argument = (N))
#define LOAD_FD_SET(A, N) ACCESS(false, A, FD_SET, .length_argument = (N))
#define STORE_FD_SET(A, N) ACCESS(true, A, FD_SET, .length_argument = (N))

#define IOVEC_BYTES 16, 8
#define POLLFD_BYTES 8, 8
#define TIMESPEC_WORDS 2
#define TIMEVAL_WORDS 2
#define TIME64_BYTES 16
#define RUSAGE_WORDS 18
#define SIGINFO_BYTES 128
#define UTSNAME_BYTES (6 * 65)
#define STATX_BYTES 256

#define FD_SETS(which)                                                         \
    which##_FD_SET(1, 0), which##_FD_SET(2, 0), which##_FD_SET(3, 0)

/* clang-format off */
static const struct kernel_access
    table[GUEST_CALL_KINDS][KERNEL_CALL_ACCESSES] = {
    [GUEST_CALL_FUTEX] = {
        ACCESS(false, 0, FUTEX, BYTES(16, 8)), ACCESS(true, 0, FUTEX)},
    [GUEST_CALL_FUTEX_TIME64] = {
        ACCESS(false, 0, FUTEX, BYTES(16, 16)), ACCESS(true, 0, FUTEX)},

    [GUEST_CALL_READ] = {STORE_RESULT(1, 2)},
    [GUEST_CALL_WRITE] = {LOAD_SIZED(1, 2)},
    [GUEST_CALL_READV] = {LOAD_ITEMS(1, 2, IOVEC_BYTES), STORE_IOVECS(1, 2)},
    [GUEST_CALL_WRITEV] = {LOAD_ITEMS(1, 2, IOVEC_BYTES), LOAD_IOVECS(1, 2)},
    [GUEST_CALL_GETRANDOM] = {STORE_RESULT(0, 1)},

    [GUEST_CALL_SENDTO] = {LOAD_SIZED(1, 2), LOAD_SIZED(4, 5)},
    [GUEST_CALL_RECVFROM] = {STORE_RESULT(1, 2), STORE_VALUE(4, 5)},
    [GUEST_CALL_SENDMSG] = {ACCESS(false, 1, MESSAGE)},
    [GUEST_CALL_RECVMSG] = {ACCESS(true, 1, MESSAGE)},
    [GUEST_CALL_CONNECT] = {LOAD_SIZED(1, 2)},
    [GUEST_CALL_ACCEPT] = {STORE_VALUE(1, 2)},
    [GUEST_CALL_SETSOCKOPT] = {LOAD_SIZED(3, 4)},
    [GUEST_CALL_GETSOCKOPT] = {STORE_VALUE(3, 4)},
    [GUEST_CALL_SOCKETPAIR] = {STORE(3, 8)},
    [GUEST_CALL_PIPE] = {STORE(0, 8)},

    [GUEST_CALL_POLL] = {
        LOAD_ITEMS(0, 1, POLLFD_BYTES),
        ACCESS(true, 0, REVENTS, .length_argument = 1)},
    [GUEST_CALL_PPOLL] = {
        LOAD_ITEMS(0, 1, POLLFD_BYTES), LOAD_WORDS(2, TIMESPEC_WORDS),
        LOAD_SIZED(3, 4), ACCESS(true, 0, REVENTS, .length_argument = 1),
        STORE_WORDS(2, TIMESPEC_WORDS)},
    [GUEST_CALL_PPOLL_TIME64] = {
        LOAD_ITEMS(0, 1, POLLFD_BYTES), LOAD(2, TIME64_BYTES), LOAD_SIZED(3, 4),
        ACCESS(true, 0, REVENTS, .length_argument = 1), STORE(2, TIME64_BYTES)},
    [GUEST_CALL_SELECT] = {
        FD_SETS(LOAD), LOAD_WORDS(4, TIMEVAL_WORDS), FD_SETS(STORE),
        STORE_WORDS(4, TIMEVAL_WORDS)},
    [GUEST_CALL_PSELECT] = {
        FD_SETS(LOAD), LOAD_WORDS(4, TIMESPEC_WORDS),
        ACCESS(false, 5, SIGSET_PAIR), FD_SETS(STORE),
        STORE_WORDS(4, TIMESPEC_WORDS)},
    [GUEST_CALL_PSELECT_TIME64] = {
        FD_SETS(LOAD), LOAD(4, TIME64_BYTES), ACCESS(false, 5, SIGSET_PAIR),
        FD_SETS(STORE), STORE(4, TIME64_BYTES)},
    [GUEST_CALL_EPOLL_CTL] = {
        ACCESS(false, 3, EVENT, .condition = KERNEL_IF_NOT_DELETING)},
    [GUEST_CALL_EPOLL_WAIT] = {ACCESS(true, 1, EVENTS)},
    [GUEST_CALL_EPOLL_PWAIT] = {LOAD_SIZED(4, 5), ACCESS(true, 1, EVENTS)},

    [GUEST_CALL_CLOCK_GETTIME] = {STORE_WORDS(1, TIMESPEC_WORDS)},
    [GUEST_CALL_CLOCK_GETTIME64] = {STORE(1, TIME64_BYTES)},
    [GUEST_CALL_CLOCK_SETTIME] = {LOAD_WORDS(1, TIMESPEC_WORDS)},
    [GUEST_CALL_CLOCK_SETTIME64] = {LOAD(1, TIME64_BYTES)},
    [GUEST_CALL_GETTIMEOFDAY] = {STORE_WORDS(0, TIMEVAL_WORDS), STORE(1, 8)},
    [GUEST_CALL_TIME] = {STORE_WORDS(0, 1)},
    [GUEST_CALL_NANOSLEEP] = {
        LOAD_WORDS(0, TIMESPEC_WORDS), STORE_IF(INTERRUPTED, 1, 16, 8)},
    [GUEST_CALL_CLOCK_NANOSLEEP] = {
        LOAD_WORDS(2, TIMESPEC_WORDS), STORE_IF(SLEEP_IS_CUT, 3, 16, 8)},
    [GUEST_CALL_CLOCK_NANOSLEEP_TIME64] = {
        LOAD(2, TIME64_BYTES), STORE_IF(SLEEP_IS_CUT, 3, 16, 16)},
    [GUEST_CALL_GETITIMER] = {STORE_WORDS(1, 2 * TIMEVAL_WORDS)},
    [GUEST_CALL_SETITIMER] = {
        LOAD_WORDS(1, 2 * TIMEVAL_WORDS), STORE_WORDS(2, 2 * TIMEVAL_WORDS)},
    [GUEST_CALL_TIMER_SETTIME] = {
        LOAD_WORDS(2, 2 * TIMESPEC_WORDS), STORE_WORDS(3, 2 * TIMESPEC_WORDS)},
    [GUEST_CALL_TIMER_SETTIME64] = {
        LOAD(2, 2 * TIME64_BYTES), STORE(3, 2 * TIME64_BYTES)},
    [GUEST_CALL_TIMES] = {STORE_WORDS(0, 4)},

    [GUEST_CALL_PATH] = {LOAD_STRING(0)},
    [GUEST_CALL_PATH_AT] = {LOAD_STRING(1)},
    [GUEST_CALL_OPENAT2] = {LOAD_STRING(1), LOAD_SIZED(2, 3)},
    [GUEST_CALL_PATHS] = {LOAD_STRING(0), LOAD_STRING(1)},
    [GUEST_CALL_PATHS_AT] = {LOAD_STRING(1), LOAD_STRING(3)},
    [GUEST_CALL_SYMLINKAT] = {LOAD_STRING(0), LOAD_STRING(2)},
    [GUEST_CALL_READLINK] = {LOAD_STRING(0), STORE_RESULT(1, 2)},
    [GUEST_CALL_READLINKAT] = {LOAD_STRING(1), STORE_RESULT(2, 3)},
    [GUEST_CALL_STAT] = {LOAD_STRING(0), ACCESS(true, 1, STAT)},
    [GUEST_CALL_FSTAT] = {ACCESS(true, 1, STAT)},
    [GUEST_CALL_FSTATAT] = {LOAD_STRING(1), ACCESS(true, 2, STAT)},
    [GUEST_CALL_STATX] = {LOAD_STRING(1), STORE(4, STATX_BYTES)},
    [GUEST_CALL_IOCTL] = {ACCESS(false, 2, IOCTL), ACCESS(true, 2, IOCTL)},
    [GUEST_CALL_LLSEEK] = {STORE(3, 8)},

    [GUEST_CALL_SIGACTION] = {
        ACCESS(false, 1, SIGACTION), ACCESS(true, 2, SIGACTION)},
    [GUEST_CALL_SIGPROCMASK] = {LOAD_SIZED(1, 3), STORE_SIZED(2, 3)},
    [GUEST_CALL_SIGPENDING] = {STORE_SIZED(0, 1)},
    [GUEST_CALL_SIGSUSPEND] = {LOAD_SIZED(0, 1)},
    [GUEST_CALL_SIGTIMEDWAIT] = {
        LOAD_SIZED(0, 3), LOAD_WORDS(2, TIMESPEC_WORDS),
        STORE(1, SIGINFO_BYTES)},
    [GUEST_CALL_SIGTIMEDWAIT_TIME64] = {
        LOAD_SIZED(0, 3), LOAD(2, TIME64_BYTES), STORE(1, SIGINFO_BYTES)},
    [GUEST_CALL_SIGALTSTACK] = {LOAD_WORDS(0, 3), STORE_WORDS(1, 3)},

    [GUEST_CALL_WAITPID] = {STORE_IF(POSITIVE, 1, 4, 4)},
    [GUEST_CALL_WAIT4] = {
        STORE_IF(POSITIVE, 1, 4, 4),
        STORE_IF(POSITIVE, 3, 8 * RUSAGE_WORDS, 4 * RUSAGE_WORDS)},
    [GUEST_CALL_GETRLIMIT] = {STORE_WORDS(1, 2)},
    [GUEST_CALL_SETRLIMIT] = {LOAD_WORDS(1, 2)},
    [GUEST_CALL_PRLIMIT] = {LOAD(2, 16), STORE(3, 16)},
    [GUEST_CALL_GETRUSAGE] = {STORE_WORDS(1, RUSAGE_WORDS)},
    [GUEST_CALL_SYSINFO] = {ACCESS(true, 0, FIXED, BYTES(112, 64))},
    [GUEST_CALL_UNAME] = {STORE(0, UTSNAME_BYTES)},
    [GUEST_CALL_SCHED_GETAFFINITY] = {STORE_RESULT(2, 1)},
    [GUEST_CALL_SCHED_SETAFFINITY] = {LOAD_SIZED(2, 1)},
    [GUEST_CALL_GETCPU] = {STORE(0, 4), STORE(1, 4)},
};
/* clang-format on */

const struct kernel_access *kernel_call_accesses(enum guest_call_kind kind)
{
    return table[kind];
}
