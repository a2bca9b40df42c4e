/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * s390x.c - the guest architecture s390x: its system calls, and which of its
 * instructions are atomic.
 */
#include <elf.h>

#include "channel.h"
#include "guest_arch.h"

static const struct guest_call_number calls[] = {
    {1, GUEST_CALL_EXIT, "exit"},
    {2, GUEST_CALL_CLONE, "fork"},
    {3, GUEST_CALL_READ, "read"},
    {4, GUEST_CALL_WRITE, "write"},
    {5, GUEST_CALL_PATH, "open"},
    {6, GUEST_CALL_SYNC_FD, "close"},
    {8, GUEST_CALL_PATH, "creat"},
    {9, GUEST_CALL_PATHS, "link"},
    {10, GUEST_CALL_PATH, "unlink"},
    {11, GUEST_CALL_EXEC, "execve"},
    {12, GUEST_CALL_PATH, "chdir"},
    {15, GUEST_CALL_PATH, "chmod"},
    {27, GUEST_CALL_SYNC, "alarm"},
    {33, GUEST_CALL_PATH, "access"},
    {37, GUEST_CALL_SYNC, "kill"},
    {38, GUEST_CALL_PATHS, "rename"},
    {39, GUEST_CALL_PATH, "mkdir"},
    {40, GUEST_CALL_PATH, "rmdir"},
    {42, GUEST_CALL_PIPE, "pipe"},
    {43, GUEST_CALL_TIMES, "times"},
    {45, GUEST_CALL_BRK, "brk"},
    {54, GUEST_CALL_IOCTL, "ioctl"},
    {55, GUEST_CALL_SYNC_FD, "fcntl"},
    {63, GUEST_CALL_DUP, "dup2"},
    {75, GUEST_CALL_SETRLIMIT, "setrlimit"},
    {77, GUEST_CALL_GETRUSAGE, "getrusage"},
    {78, GUEST_CALL_GETTIMEOFDAY, "gettimeofday"},
    {83, GUEST_CALL_PATHS, "symlink"},
    {85, GUEST_CALL_READLINK, "readlink"},
    {90, GUEST_CALL_MMAP_STRUCT, "mmap"},
    {91, GUEST_CALL_MUNMAP, "munmap"},
    {92, GUEST_CALL_PATH, "truncate"},
    {102, GUEST_CALL_SOCKETCALL, "socketcall"},
    {104, GUEST_CALL_SETITIMER, "setitimer"},
    {105, GUEST_CALL_GETITIMER, "getitimer"},
    {106, GUEST_CALL_STAT, "stat"},
    {107, GUEST_CALL_STAT, "lstat"},
    {108, GUEST_CALL_FSTAT, "fstat"},
    {114, GUEST_CALL_WAIT4, "wait4"},
    {116, GUEST_CALL_SYSINFO, "sysinfo"},
    {117, GUEST_CALL_IPC, "ipc"},
    {120, GUEST_CALL_CLONE, "clone"},
    {122, GUEST_CALL_UNAME, "uname"},
    {125, GUEST_CALL_MPROTECT, "mprotect"},
    {141, GUEST_CALL_READ, "getdents"},
    {142, GUEST_CALL_SELECT, "select"},
    {143, GUEST_CALL_SYNC_FD, "flock"},
    {145, GUEST_CALL_READV, "readv"},
    {146, GUEST_CALL_WRITEV, "writev"},
    {158, GUEST_CALL_SYNC, "sched_yield"},
    {162, GUEST_CALL_NANOSLEEP, "nanosleep"},
    {163, GUEST_CALL_MREMAP, "mremap"},
    {168, GUEST_CALL_POLL, "poll"},
    {174, GUEST_CALL_SIGACTION, "rt_sigaction"},
    {175, GUEST_CALL_SIGPROCMASK, "rt_sigprocmask"},
    {176, GUEST_CALL_SIGPENDING, "rt_sigpending"},
    {177, GUEST_CALL_SIGTIMEDWAIT, "rt_sigtimedwait"},
    {178, GUEST_CALL_SYNC, "rt_sigqueueinfo"},
    {179, GUEST_CALL_SIGSUSPEND, "rt_sigsuspend"},
    {180, GUEST_CALL_READ, "pread64"},
    {181, GUEST_CALL_WRITE, "pwrite64"},
    {183, GUEST_CALL_GETRANDOM, "getcwd"},
    {186, GUEST_CALL_SIGALTSTACK, "sigaltstack"},
    {187, GUEST_CALL_SYNC, "sendfile"},
    {190, GUEST_CALL_CLONE, "vfork"},
    {191, GUEST_CALL_GETRLIMIT, "getrlimit"},
    {198, GUEST_CALL_PATH, "lchown"},
    {212, GUEST_CALL_PATH, "chown"},
    {220, GUEST_CALL_READ, "getdents64"},
    {237, GUEST_CALL_SYNC, "tkill"},
    {238, GUEST_CALL_FUTEX, "futex"},
    {239, GUEST_CALL_SCHED_SETAFFINITY, "sched_setaffinity"},
    {240, GUEST_CALL_SCHED_GETAFFINITY, "sched_getaffinity"},
    {241, GUEST_CALL_SYNC, "tgkill"},
    {248, GUEST_CALL_EXIT_GROUP, "exit_group"},
    {250, GUEST_CALL_EPOLL_CTL, "epoll_ctl"},
    {251, GUEST_CALL_EPOLL_WAIT, "epoll_wait"},
    {252, GUEST_CALL_SYNC, "set_tid_address"},
    {255, GUEST_CALL_TIMER_SETTIME, "timer_settime"},
    {259, GUEST_CALL_CLOCK_SETTIME, "clock_settime"},
    {260, GUEST_CALL_CLOCK_GETTIME, "clock_gettime"},
    {261, GUEST_CALL_CLOCK_GETTIME, "clock_getres"},
    {262, GUEST_CALL_CLOCK_NANOSLEEP, "clock_nanosleep"},
    {273, GUEST_CALL_SYNC_FD, "mq_timedsend"},
    {274, GUEST_CALL_SYNC_FD, "mq_timedreceive"},
    {281, GUEST_CALL_SYNC, "waitid"},
    {288, GUEST_CALL_PATH_AT, "openat"},
    {289, GUEST_CALL_PATH_AT, "mkdirat"},
    {291, GUEST_CALL_PATH_AT, "fchownat"},
    {293, GUEST_CALL_FSTATAT, "newfstatat"},
    {294, GUEST_CALL_PATH_AT, "unlinkat"},
    {295, GUEST_CALL_PATHS_AT, "renameat"},
    {296, GUEST_CALL_PATHS_AT, "linkat"},
    {297, GUEST_CALL_SYMLINKAT, "symlinkat"},
    {298, GUEST_CALL_READLINKAT, "readlinkat"},
    {299, GUEST_CALL_PATH_AT, "fchmodat"},
    {300, GUEST_CALL_PATH_AT, "faccessat"},
    {301, GUEST_CALL_PSELECT, "pselect6"},
    {302, GUEST_CALL_PPOLL, "ppoll"},
    {306, GUEST_CALL_SYNC, "splice"},
    {308, GUEST_CALL_SYNC, "tee"},
    {309, GUEST_CALL_SYNC, "vmsplice"},
    {311, GUEST_CALL_GETCPU, "getcpu"},
    {312, GUEST_CALL_EPOLL_PWAIT, "epoll_pwait"},
    {320, GUEST_CALL_TIMER_SETTIME, "timerfd_settime"},
    {325, GUEST_CALL_PIPE, "pipe2"},
    {326, GUEST_CALL_DUP, "dup3"},
    {328, GUEST_CALL_READV, "preadv"},
    {329, GUEST_CALL_WRITEV, "pwritev"},
    {330, GUEST_CALL_SYNC, "rt_tgsigqueueinfo"},
    {334, GUEST_CALL_PRLIMIT, "prlimit64"},
    {347, GUEST_CALL_PATHS_AT, "renameat2"},
    {349, GUEST_CALL_GETRANDOM, "getrandom"},
    {354, GUEST_CALL_EXEC, "execveat"},
    {357, GUEST_CALL_SYNC_FD, "recvmmsg"},
    {358, GUEST_CALL_SYNC_FD, "sendmmsg"},
    {360, GUEST_CALL_SOCKETPAIR, "socketpair"},
    {361, GUEST_CALL_CONNECT, "bind"},
    {362, GUEST_CALL_CONNECT, "connect"},
    {364, GUEST_CALL_ACCEPT, "accept4"},
    {365, GUEST_CALL_GETSOCKOPT, "getsockopt"},
    {366, GUEST_CALL_SETSOCKOPT, "setsockopt"},
    {367, GUEST_CALL_ACCEPT, "getsockname"},
    {368, GUEST_CALL_ACCEPT, "getpeername"},
    {369, GUEST_CALL_SENDTO, "sendto"},
    {370, GUEST_CALL_SENDMSG, "sendmsg"},
    {371, GUEST_CALL_RECVFROM, "recvfrom"},
    {372, GUEST_CALL_RECVMSG, "recvmsg"},
    {373, GUEST_CALL_SYNC_FD, "shutdown"},
    {375, GUEST_CALL_SYNC, "copy_file_range"},
    {376, GUEST_CALL_READV, "preadv2"},
    {377, GUEST_CALL_WRITEV, "pwritev2"},
    {379, GUEST_CALL_STATX, "statx"},
    {384, GUEST_CALL_MPROTECT, "pkey_mprotect"},
    {392, GUEST_CALL_SYNC, "semtimedop"},
    {397, GUEST_CALL_SHMAT, "shmat"},
    {398, GUEST_CALL_SHMDT, "shmdt"},
    {400, GUEST_CALL_SYNC, "msgsnd"},
    {401, GUEST_CALL_SYNC, "msgrcv"},
    {435, GUEST_CALL_CLONE, "clone3"},
    {437, GUEST_CALL_OPENAT2, "openat2"},
    {439, GUEST_CALL_PATH_AT, "faccessat2"},
    {441, GUEST_CALL_SYNC, "epoll_pwait2"},
};

#define OPCODE_RSY 0xeb /* and SIY: the last byte tells more */

/*
 * Updates of storage by an immediate are atomic since the interlocked-access
 * facilities, and QEMU makes them so.
 */
static bool is_atomic_rsy(uint8_t opcode)
{
    switch (opcode) {
    case 0x14: /* CSY */
    case 0x30: /* CSG */
    case 0x31: /* CDSY */
    case 0x3e: /* CDSG */
    case 0x54: /* NIY */
    case 0x56: /* OIY */
    case 0x57: /* XIY */
    case 0x6a: /* ASI */
    case 0x6e: /* ALSI */
    case 0x7a: /* AGSI */
    case 0x7e: /* ALGSI */
    case 0xe4: /* LANG */
    case 0xe6: /* LAOG */
    case 0xe7: /* LAXG */
    case 0xe8: /* LAAG */
    case 0xea: /* LAALG */
    case 0xf4: /* LAN */
    case 0xf6: /* LAO */
    case 0xf7: /* LAX */
    case 0xf8: /* LAA */
    case 0xfa: /* LAAL */
        return true;
    default:
        return false;
    }
}

static unsigned classify(const uint8_t *data, size_t size, bool is_mixed)
{
    (void)is_mixed;
    if (size == 6) {
        return data[0] == OPCODE_RSY && is_atomic_rsy(data[5])
                   ? GUEST_INSN_ATOMIC
                   : 0;
    }
    if (size != 4) {
        return 0;
    }
    switch (data[0]) {
    case 0x93: /* TS */
    case 0x94: /* NI */
    case 0x96: /* OI */
    case 0x97: /* XI */
    case 0xba: /* CS */
    case 0xbb: /* CDS */
        return GUEST_INSN_ATOMIC;
    default:
        return 0;
    }
}

/* QEMU makes these on the host.  EX and EXRL run one of them, mostly. */
static unsigned unseen(const uint8_t *data, size_t size, unsigned shown)
{
    (void)shown;
    if (size < 2) {
        return CHANNEL_UNSEEN_NONE;
    }
    switch (data[0]) {
    case 0x0e: /* MVCL */
    case 0x44: /* EX */
    case 0xa8: /* MVCLE */
    case 0xd1: /* MVN */
    case 0xd2: /* MVC */
    case 0xd3: /* MVZ */
    case 0xd4: /* NC */
    case 0xd6: /* OC */
    case 0xd7: /* XC */
    case 0xe8: /* MVCIN */
    case 0xf1: /* MVO */
        return CHANNEL_UNSEEN_STORAGE;
    case 0xb2:
        return data[1] == 0x55 /* MVST */ ? CHANNEL_UNSEEN_STORAGE
                                          : CHANNEL_UNSEEN_NONE;
    case 0xc6:
        return (data[1] & 0xf) == 0 /* EXRL */ ? CHANNEL_UNSEEN_STORAGE
                                               : CHANNEL_UNSEEN_NONE;
    default:
        return CHANNEL_UNSEEN_NONE;
    }
}

const struct guest_arch guest_arch_s390x = {
    .name = "s390x",
    .bits = 64,
    .is_big_endian = true,
    .elf_machine = EM_S390,
    .calls = calls,
    .n_calls = sizeof(calls) / sizeof(calls[0]),
    .stat_bytes = 144,
    .sigaction_bytes = 32,
    .epoll_event_bytes = 16,
    .abi = {"r2", {"r2", "r3", "r4"}, "r14", "r15", 0},
    .classify = classify,
    .unseen = unseen,
};
