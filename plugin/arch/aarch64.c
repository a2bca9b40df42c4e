/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * aarch64.c - the guest architecture aarch64: its system calls, and which of
 * its instructions are atomic.
 */
#include <elf.h>

#include "aarch64_sve.h"
#include "channel.h"
#include "guest_arch.h"

static const struct guest_call_number calls[] = {
    {17, GUEST_CALL_GETRANDOM, "getcwd"},
    {21, GUEST_CALL_EPOLL_CTL, "epoll_ctl"},
    {22, GUEST_CALL_EPOLL_PWAIT, "epoll_pwait"},
    {29, GUEST_CALL_IOCTL, "ioctl"},
    {34, GUEST_CALL_PATH_AT, "mkdirat"},
    {35, GUEST_CALL_PATH_AT, "unlinkat"},
    {36, GUEST_CALL_SYMLINKAT, "symlinkat"},
    {37, GUEST_CALL_PATHS_AT, "linkat"},
    {38, GUEST_CALL_PATHS_AT, "renameat"},
    {45, GUEST_CALL_PATH, "truncate"},
    {48, GUEST_CALL_PATH_AT, "faccessat"},
    {49, GUEST_CALL_PATH, "chdir"},
    {53, GUEST_CALL_PATH_AT, "fchmodat"},
    {54, GUEST_CALL_PATH_AT, "fchownat"},
    {56, GUEST_CALL_PATH_AT, "openat"},
    {59, GUEST_CALL_PIPE, "pipe2"},
    {61, GUEST_CALL_READ, "getdents64"},
    {63, GUEST_CALL_READ, "read"},
    {64, GUEST_CALL_WRITE, "write"},
    {65, GUEST_CALL_READV, "readv"},
    {66, GUEST_CALL_WRITEV, "writev"},
    {67, GUEST_CALL_READ, "pread64"},
    {68, GUEST_CALL_WRITE, "pwrite64"},
    {69, GUEST_CALL_READV, "preadv"},
    {70, GUEST_CALL_WRITEV, "pwritev"},
    {72, GUEST_CALL_PSELECT, "pselect6"},
    {73, GUEST_CALL_PPOLL, "ppoll"},
    {78, GUEST_CALL_READLINKAT, "readlinkat"},
    {79, GUEST_CALL_FSTATAT, "newfstatat"},
    {80, GUEST_CALL_FSTAT, "fstat"},
    {93, GUEST_CALL_EXIT, "exit"},
    {94, GUEST_CALL_EXIT_GROUP, "exit_group"},
    {98, GUEST_CALL_FUTEX, "futex"},
    {101, GUEST_CALL_NANOSLEEP, "nanosleep"},
    {102, GUEST_CALL_GETITIMER, "getitimer"},
    {103, GUEST_CALL_SETITIMER, "setitimer"},
    {112, GUEST_CALL_CLOCK_SETTIME, "clock_settime"},
    {113, GUEST_CALL_CLOCK_GETTIME, "clock_gettime"},
    {114, GUEST_CALL_CLOCK_GETTIME, "clock_getres"},
    {115, GUEST_CALL_CLOCK_NANOSLEEP, "clock_nanosleep"},
    {122, GUEST_CALL_SCHED_SETAFFINITY, "sched_setaffinity"},
    {123, GUEST_CALL_SCHED_GETAFFINITY, "sched_getaffinity"},
    {132, GUEST_CALL_SIGALTSTACK, "sigaltstack"},
    {133, GUEST_CALL_SIGSUSPEND, "rt_sigsuspend"},
    {134, GUEST_CALL_SIGACTION, "rt_sigaction"},
    {135, GUEST_CALL_SIGPROCMASK, "rt_sigprocmask"},
    {136, GUEST_CALL_SIGPENDING, "rt_sigpending"},
    {137, GUEST_CALL_SIGTIMEDWAIT, "rt_sigtimedwait"},
    {153, GUEST_CALL_TIMES, "times"},
    {160, GUEST_CALL_UNAME, "uname"},
    {163, GUEST_CALL_GETRLIMIT, "getrlimit"},
    {164, GUEST_CALL_SETRLIMIT, "setrlimit"},
    {165, GUEST_CALL_GETRUSAGE, "getrusage"},
    {168, GUEST_CALL_GETCPU, "getcpu"},
    {169, GUEST_CALL_GETTIMEOFDAY, "gettimeofday"},
    {179, GUEST_CALL_SYSINFO, "sysinfo"},
    {196, GUEST_CALL_SHMAT, "shmat"},
    {197, GUEST_CALL_SHMDT, "shmdt"},
    {199, GUEST_CALL_SOCKETPAIR, "socketpair"},
    {200, GUEST_CALL_CONNECT, "bind"},
    {202, GUEST_CALL_ACCEPT, "accept"},
    {203, GUEST_CALL_CONNECT, "connect"},
    {204, GUEST_CALL_ACCEPT, "getsockname"},
    {205, GUEST_CALL_ACCEPT, "getpeername"},
    {206, GUEST_CALL_SENDTO, "sendto"},
    {207, GUEST_CALL_RECVFROM, "recvfrom"},
    {208, GUEST_CALL_SETSOCKOPT, "setsockopt"},
    {209, GUEST_CALL_GETSOCKOPT, "getsockopt"},
    {211, GUEST_CALL_SENDMSG, "sendmsg"},
    {212, GUEST_CALL_RECVMSG, "recvmsg"},
    {214, GUEST_CALL_BRK, "brk"},
    {215, GUEST_CALL_MUNMAP, "munmap"},
    {216, GUEST_CALL_MREMAP, "mremap"},
    {220, GUEST_CALL_CLONE, "clone"},
    {221, GUEST_CALL_EXEC, "execve"},
    {222, GUEST_CALL_MMAP, "mmap"},
    {226, GUEST_CALL_MPROTECT, "mprotect"},
    {242, GUEST_CALL_ACCEPT, "accept4"},
    {260, GUEST_CALL_WAIT4, "wait4"},
    {261, GUEST_CALL_PRLIMIT, "prlimit64"},
    {276, GUEST_CALL_PATHS_AT, "renameat2"},
    {278, GUEST_CALL_GETRANDOM, "getrandom"},
    {281, GUEST_CALL_EXEC, "execveat"},
    {286, GUEST_CALL_READV, "preadv2"},
    {287, GUEST_CALL_WRITEV, "pwritev2"},
    {288, GUEST_CALL_MPROTECT, "pkey_mprotect"},
    {291, GUEST_CALL_STATX, "statx"},
    {435, GUEST_CALL_CLONE, "clone3"},
    {437, GUEST_CALL_OPENAT2, "openat2"},
    {439, GUEST_CALL_PATH_AT, "faccessat2"},
};

/* Fields of the loads and stores that are exclusive, ordered or compare. */
#define EXCLUSIVE_MASK 0x3f000000u
#define EXCLUSIVE 0x08000000u
#define EXCLUSIVE_ORDERED 0x00800000u /* o2: LDAR, STLR, CAS */
#define EXCLUSIVE_LOAD 0x00400000u    /* L */
#define EXCLUSIVE_PAIR 0x00200000u    /* o1: LDXP, STXP, CASP */
#define EXCLUSIVE_WIDE 0x80000000u    /* size 1x */

/* LDADD and its like, SWP, LDAPR */
#define ATOMIC_MASK 0x3b200c00u
#define ATOMIC 0x38200000u

/* LDAPUR, STLUR */
#define ORDERED_UNSCALED_MASK 0x3f200c00u
#define ORDERED_UNSCALED 0x19000000u

static uint32_t word_of(const uint8_t *data)
{
    return data[0] | data[1] << 8 | data[2] << 16 | (uint32_t)data[3] << 24;
}

static unsigned classify(const uint8_t *data, size_t size, bool is_mixed)
{
    uint32_t insn;

    (void)is_mixed;
    if (size != 4) {
        return 0;
    }
    insn = word_of(data);
    if ((insn & EXCLUSIVE_MASK) == EXCLUSIVE) {
        bool is_casp =
            (insn & EXCLUSIVE_PAIR) != 0 && (insn & EXCLUSIVE_WIDE) == 0;

        if ((insn & (EXCLUSIVE_ORDERED | EXCLUSIVE_LOAD)) == 0 && !is_casp) {
            return GUEST_INSN_ATOMIC | GUEST_INSN_STORE_ONLY;
        }
        return GUEST_INSN_ATOMIC;
    }
    if ((insn & ATOMIC_MASK) == ATOMIC ||
        (insn & ORDERED_UNSCALED_MASK) == ORDERED_UNSCALED) {
        return GUEST_INSN_ATOMIC;
    }
    return 0;
}

/* DC ZVA, DC GVA, DC GZVA */
#define DC_ZERO_MASK 0xffffff00u
#define DC_ZERO 0xd50b7400u
#define DC_ZERO_OP2(insn) ((insn) >> 5 & 7)

/* CPYF.., CPY.., SET.. */
#define MOPS_MASK 0x3b200c00u
#define MOPS 0x19000400u

/* No QEMU shows these, but for SVE. */
static unsigned unseen(const uint8_t *data, size_t size, int api)
{
    uint32_t insn;

    if (size != 4) {
        return CHANNEL_UNSEEN_NONE;
    }
    insn = word_of(data);
    if ((insn & DC_ZERO_MASK) == DC_ZERO &&
        (DC_ZERO_OP2(insn) == 1 || DC_ZERO_OP2(insn) == 3 ||
         DC_ZERO_OP2(insn) == 4)) {
        return CHANNEL_UNSEEN_DC_ZVA;
    }
    if ((insn & MOPS_MASK) == MOPS) {
        return CHANNEL_UNSEEN_MOPS;
    }
    return aarch64_sve_unseen(insn, api);
}

const struct guest_arch guest_arch_aarch64 = {
    .name = "aarch64",
    .bits = 64,
    .elf_machine = EM_AARCH64,
    .calls = calls,
    .n_calls = sizeof(calls) / sizeof(calls[0]),
    .stat_bytes = 128,
    .sigaction_bytes = 32,
    .epoll_event_bytes = 16,
    .classify = classify,
    .unseen = unseen,
};
