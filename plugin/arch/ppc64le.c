/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ppc64le.c - the guest architecture ppc64le: its system calls, and which of
 * its instructions are atomic.
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
    {7, GUEST_CALL_WAITPID, "waitpid"},
    {8, GUEST_CALL_PATH, "creat"},
    {9, GUEST_CALL_PATHS, "link"},
    {10, GUEST_CALL_PATH, "unlink"},
    {11, GUEST_CALL_EXEC, "execve"},
    {12, GUEST_CALL_PATH, "chdir"},
    {13, GUEST_CALL_TIME, "time"},
    {15, GUEST_CALL_PATH, "chmod"},
    {16, GUEST_CALL_PATH, "lchown"},
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
    {90, GUEST_CALL_MMAP, "mmap"},
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
    {140, GUEST_CALL_LLSEEK, "_llseek"},
    {141, GUEST_CALL_READ, "getdents"},
    {142, GUEST_CALL_SELECT, "_newselect"},
    {143, GUEST_CALL_SYNC_FD, "flock"},
    {145, GUEST_CALL_READV, "readv"},
    {146, GUEST_CALL_WRITEV, "writev"},
    {158, GUEST_CALL_SYNC, "sched_yield"},
    {162, GUEST_CALL_NANOSLEEP, "nanosleep"},
    {163, GUEST_CALL_MREMAP, "mremap"},
    {167, GUEST_CALL_POLL, "poll"},
    {173, GUEST_CALL_SIGACTION, "rt_sigaction"},
    {174, GUEST_CALL_SIGPROCMASK, "rt_sigprocmask"},
    {175, GUEST_CALL_SIGPENDING, "rt_sigpending"},
    {176, GUEST_CALL_SIGTIMEDWAIT, "rt_sigtimedwait"},
    {177, GUEST_CALL_SYNC, "rt_sigqueueinfo"},
    {178, GUEST_CALL_SIGSUSPEND, "rt_sigsuspend"},
    {179, GUEST_CALL_READ, "pread64"},
    {180, GUEST_CALL_WRITE, "pwrite64"},
    {181, GUEST_CALL_PATH, "chown"},
    {182, GUEST_CALL_GETRANDOM, "getcwd"},
    {185, GUEST_CALL_SIGALTSTACK, "sigaltstack"},
    {186, GUEST_CALL_SYNC, "sendfile"},
    {189, GUEST_CALL_CLONE, "vfork"},
    {190, GUEST_CALL_GETRLIMIT, "ugetrlimit"},
    {202, GUEST_CALL_READ, "getdents64"},
    {208, GUEST_CALL_SYNC, "tkill"},
    {221, GUEST_CALL_FUTEX, "futex"},
    {222, GUEST_CALL_SCHED_SETAFFINITY, "sched_setaffinity"},
    {223, GUEST_CALL_SCHED_GETAFFINITY, "sched_getaffinity"},
    {232, GUEST_CALL_SYNC, "set_tid_address"},
    {234, GUEST_CALL_EXIT_GROUP, "exit_group"},
    {237, GUEST_CALL_EPOLL_CTL, "epoll_ctl"},
    {238, GUEST_CALL_EPOLL_WAIT, "epoll_wait"},
    {241, GUEST_CALL_TIMER_SETTIME, "timer_settime"},
    {245, GUEST_CALL_CLOCK_SETTIME, "clock_settime"},
    {246, GUEST_CALL_CLOCK_GETTIME, "clock_gettime"},
    {247, GUEST_CALL_CLOCK_GETTIME, "clock_getres"},
    {248, GUEST_CALL_CLOCK_NANOSLEEP, "clock_nanosleep"},
    {250, GUEST_CALL_SYNC, "tgkill"},
    {264, GUEST_CALL_SYNC_FD, "mq_timedsend"},
    {265, GUEST_CALL_SYNC_FD, "mq_timedreceive"},
    {272, GUEST_CALL_SYNC, "waitid"},
    {280, GUEST_CALL_PSELECT, "pselect6"},
    {281, GUEST_CALL_PPOLL, "ppoll"},
    {283, GUEST_CALL_SYNC, "splice"},
    {284, GUEST_CALL_SYNC, "tee"},
    {285, GUEST_CALL_SYNC, "vmsplice"},
    {286, GUEST_CALL_PATH_AT, "openat"},
    {287, GUEST_CALL_PATH_AT, "mkdirat"},
    {289, GUEST_CALL_PATH_AT, "fchownat"},
    {291, GUEST_CALL_FSTATAT, "newfstatat"},
    {292, GUEST_CALL_PATH_AT, "unlinkat"},
    {293, GUEST_CALL_PATHS_AT, "renameat"},
    {294, GUEST_CALL_PATHS_AT, "linkat"},
    {295, GUEST_CALL_SYMLINKAT, "symlinkat"},
    {296, GUEST_CALL_READLINKAT, "readlinkat"},
    {297, GUEST_CALL_PATH_AT, "fchmodat"},
    {298, GUEST_CALL_PATH_AT, "faccessat"},
    {302, GUEST_CALL_GETCPU, "getcpu"},
    {303, GUEST_CALL_EPOLL_PWAIT, "epoll_pwait"},
    {311, GUEST_CALL_TIMER_SETTIME, "timerfd_settime"},
    {316, GUEST_CALL_DUP, "dup3"},
    {317, GUEST_CALL_PIPE, "pipe2"},
    {320, GUEST_CALL_READV, "preadv"},
    {321, GUEST_CALL_WRITEV, "pwritev"},
    {322, GUEST_CALL_SYNC, "rt_tgsigqueueinfo"},
    {325, GUEST_CALL_PRLIMIT, "prlimit64"},
    {327, GUEST_CALL_CONNECT, "bind"},
    {328, GUEST_CALL_CONNECT, "connect"},
    {330, GUEST_CALL_ACCEPT, "accept"},
    {331, GUEST_CALL_ACCEPT, "getsockname"},
    {332, GUEST_CALL_ACCEPT, "getpeername"},
    {333, GUEST_CALL_SOCKETPAIR, "socketpair"},
    {334, GUEST_CALL_WRITE, "send"},
    {335, GUEST_CALL_SENDTO, "sendto"},
    {336, GUEST_CALL_READ, "recv"},
    {337, GUEST_CALL_RECVFROM, "recvfrom"},
    {338, GUEST_CALL_SYNC_FD, "shutdown"},
    {339, GUEST_CALL_SETSOCKOPT, "setsockopt"},
    {340, GUEST_CALL_GETSOCKOPT, "getsockopt"},
    {341, GUEST_CALL_SENDMSG, "sendmsg"},
    {342, GUEST_CALL_RECVMSG, "recvmsg"},
    {343, GUEST_CALL_SYNC_FD, "recvmmsg"},
    {344, GUEST_CALL_ACCEPT, "accept4"},
    {349, GUEST_CALL_SYNC_FD, "sendmmsg"},
    {357, GUEST_CALL_PATHS_AT, "renameat2"},
    {359, GUEST_CALL_GETRANDOM, "getrandom"},
    {362, GUEST_CALL_EXEC, "execveat"},
    {379, GUEST_CALL_SYNC, "copy_file_range"},
    {380, GUEST_CALL_READV, "preadv2"},
    {381, GUEST_CALL_WRITEV, "pwritev2"},
    {383, GUEST_CALL_STATX, "statx"},
    {386, GUEST_CALL_MPROTECT, "pkey_mprotect"},
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

#define OPCODE_SHIFT 26
#define OPCODE_X 31u
#define EXTENDED_SHIFT 1
#define EXTENDED_MASK 0x3ffu
#define EXTENDED_DCBZ 1014u

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
    if (insn >> OPCODE_SHIFT != OPCODE_X) {
        return 0;
    }
    switch (insn >> EXTENDED_SHIFT & EXTENDED_MASK) {
    case 20:  /* lwarx */
    case 52:  /* lbarx */
    case 84:  /* ldarx */
    case 116: /* lharx */
    case 276: /* lqarx */
    case 582: /* lwat */
    case 614: /* ldat */
    case 710: /* stwat */
    case 742: /* stdat */
        return GUEST_INSN_ATOMIC;
    case 150: /* stwcx. */
    case 182: /* stqcx. */
    case 214: /* stdcx. */
    case 694: /* stbcx. */
    case 726: /* sthcx. */
        return GUEST_INSN_ATOMIC | GUEST_INSN_STORE_ONLY;
    default:
        return 0;
    }
}

static unsigned unseen(const uint8_t *data, size_t size, unsigned shown)
{
    uint32_t insn;

    (void)shown;
    if (size != 4) {
        return CHANNEL_UNSEEN_NONE;
    }
    insn = word_of(data);
    return insn >> OPCODE_SHIFT == OPCODE_X &&
                   (insn >> EXTENDED_SHIFT & EXTENDED_MASK) == EXTENDED_DCBZ
               ? CHANNEL_UNSEEN_DCBZ
               : CHANNEL_UNSEEN_NONE;
}

/*
 * The global entry makes r2, by addis from r12 or by lis, and addi; who has r2
 * already calls the local one, behind it.
 */
static unsigned jumped_over(const uint8_t data[8])
{
    uint32_t high = word_of(data) >> 16;

    return (high == 0x3c4c || high == 0x3c40) &&
                   word_of(data + 4) >> 16 == 0x3842
               ? 8
               : 0;
}

const struct guest_arch guest_arch_ppc64le = {
    .name = "ppc64le",
    .bits = 64,
    .elf_machine = EM_PPC64,
    .calls = calls,
    .n_calls = sizeof(calls) / sizeof(calls[0]),
    .stat_bytes = 144,
    .sigaction_bytes = 32,
    .epoll_event_bytes = 16,
    .has_wide_ioctl_direction = true,
    .abi = {"r3", {"r3", "r4", "r5"}, "lr", "r1", 0},
    .classify = classify,
    .unseen = unseen,
    .jumped_over = jumped_over,
};
