/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * arm.c - the guest architecture arm (EABI): its system calls, and which of
 * its instructions are atomic.
 */
#include <elf.h>

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
    {16, GUEST_CALL_PATH, "lchown"},
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
    {91, GUEST_CALL_MUNMAP, "munmap"},
    {92, GUEST_CALL_PATH, "truncate"},
    {104, GUEST_CALL_SETITIMER, "setitimer"},
    {105, GUEST_CALL_GETITIMER, "getitimer"},
    {114, GUEST_CALL_WAIT4, "wait4"},
    {116, GUEST_CALL_SYSINFO, "sysinfo"},
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
    {168, GUEST_CALL_POLL, "poll"},
    {174, GUEST_CALL_SIGACTION, "rt_sigaction"},
    {175, GUEST_CALL_SIGPROCMASK, "rt_sigprocmask"},
    {176, GUEST_CALL_SIGPENDING, "rt_sigpending"},
    {177, GUEST_CALL_SIGTIMEDWAIT, "rt_sigtimedwait"},
    {178, GUEST_CALL_SYNC, "rt_sigqueueinfo"},
    {179, GUEST_CALL_SIGSUSPEND, "rt_sigsuspend"},
    {180, GUEST_CALL_READ, "pread64"},
    {181, GUEST_CALL_WRITE, "pwrite64"},
    {182, GUEST_CALL_PATH, "chown"},
    {183, GUEST_CALL_GETRANDOM, "getcwd"},
    {186, GUEST_CALL_SIGALTSTACK, "sigaltstack"},
    {187, GUEST_CALL_SYNC, "sendfile"},
    {190, GUEST_CALL_CLONE, "vfork"},
    {191, GUEST_CALL_GETRLIMIT, "ugetrlimit"},
    {192, GUEST_CALL_MMAP2, "mmap2"},
    {193, GUEST_CALL_PATH, "truncate64"},
    {195, GUEST_CALL_STAT, "stat64"},
    {196, GUEST_CALL_STAT, "lstat64"},
    {197, GUEST_CALL_FSTAT, "fstat64"},
    {198, GUEST_CALL_PATH, "lchown32"},
    {212, GUEST_CALL_PATH, "chown32"},
    {217, GUEST_CALL_READ, "getdents64"},
    {221, GUEST_CALL_SYNC_FD, "fcntl64"},
    {238, GUEST_CALL_SYNC, "tkill"},
    {239, GUEST_CALL_SYNC, "sendfile64"},
    {240, GUEST_CALL_FUTEX, "futex"},
    {241, GUEST_CALL_SCHED_SETAFFINITY, "sched_setaffinity"},
    {242, GUEST_CALL_SCHED_GETAFFINITY, "sched_getaffinity"},
    {248, GUEST_CALL_EXIT_GROUP, "exit_group"},
    {251, GUEST_CALL_EPOLL_CTL, "epoll_ctl"},
    {252, GUEST_CALL_EPOLL_WAIT, "epoll_wait"},
    {256, GUEST_CALL_SYNC, "set_tid_address"},
    {258, GUEST_CALL_TIMER_SETTIME, "timer_settime"},
    {262, GUEST_CALL_CLOCK_SETTIME, "clock_settime"},
    {263, GUEST_CALL_CLOCK_GETTIME, "clock_gettime"},
    {264, GUEST_CALL_CLOCK_GETTIME, "clock_getres"},
    {265, GUEST_CALL_CLOCK_NANOSLEEP, "clock_nanosleep"},
    {268, GUEST_CALL_SYNC, "tgkill"},
    {276, GUEST_CALL_SYNC_FD, "mq_timedsend"},
    {277, GUEST_CALL_SYNC_FD, "mq_timedreceive"},
    {280, GUEST_CALL_SYNC, "waitid"},
    {282, GUEST_CALL_CONNECT, "bind"},
    {283, GUEST_CALL_CONNECT, "connect"},
    {285, GUEST_CALL_ACCEPT, "accept"},
    {286, GUEST_CALL_ACCEPT, "getsockname"},
    {287, GUEST_CALL_ACCEPT, "getpeername"},
    {288, GUEST_CALL_SOCKETPAIR, "socketpair"},
    {289, GUEST_CALL_WRITE, "send"},
    {290, GUEST_CALL_SENDTO, "sendto"},
    {291, GUEST_CALL_READ, "recv"},
    {292, GUEST_CALL_RECVFROM, "recvfrom"},
    {293, GUEST_CALL_SYNC_FD, "shutdown"},
    {294, GUEST_CALL_SETSOCKOPT, "setsockopt"},
    {295, GUEST_CALL_GETSOCKOPT, "getsockopt"},
    {296, GUEST_CALL_SENDMSG, "sendmsg"},
    {297, GUEST_CALL_RECVMSG, "recvmsg"},
    {298, GUEST_CALL_SYNC, "semop"},
    {301, GUEST_CALL_SYNC, "msgsnd"},
    {302, GUEST_CALL_SYNC, "msgrcv"},
    {305, GUEST_CALL_SHMAT, "shmat"},
    {306, GUEST_CALL_SHMDT, "shmdt"},
    {312, GUEST_CALL_SYNC, "semtimedop"},
    {322, GUEST_CALL_PATH_AT, "openat"},
    {323, GUEST_CALL_PATH_AT, "mkdirat"},
    {325, GUEST_CALL_PATH_AT, "fchownat"},
    {327, GUEST_CALL_FSTATAT, "fstatat64"},
    {328, GUEST_CALL_PATH_AT, "unlinkat"},
    {329, GUEST_CALL_PATHS_AT, "renameat"},
    {330, GUEST_CALL_PATHS_AT, "linkat"},
    {331, GUEST_CALL_SYMLINKAT, "symlinkat"},
    {332, GUEST_CALL_READLINKAT, "readlinkat"},
    {333, GUEST_CALL_PATH_AT, "fchmodat"},
    {334, GUEST_CALL_PATH_AT, "faccessat"},
    {335, GUEST_CALL_PSELECT, "pselect6"},
    {336, GUEST_CALL_PPOLL, "ppoll"},
    {340, GUEST_CALL_SYNC, "splice"},
    {342, GUEST_CALL_SYNC, "tee"},
    {343, GUEST_CALL_SYNC, "vmsplice"},
    {345, GUEST_CALL_GETCPU, "getcpu"},
    {346, GUEST_CALL_EPOLL_PWAIT, "epoll_pwait"},
    {353, GUEST_CALL_TIMER_SETTIME, "timerfd_settime"},
    {358, GUEST_CALL_DUP, "dup3"},
    {359, GUEST_CALL_PIPE, "pipe2"},
    {361, GUEST_CALL_READV, "preadv"},
    {362, GUEST_CALL_WRITEV, "pwritev"},
    {363, GUEST_CALL_SYNC, "rt_tgsigqueueinfo"},
    {365, GUEST_CALL_SYNC_FD, "recvmmsg"},
    {366, GUEST_CALL_ACCEPT, "accept4"},
    {369, GUEST_CALL_PRLIMIT, "prlimit64"},
    {374, GUEST_CALL_SYNC_FD, "sendmmsg"},
    {382, GUEST_CALL_PATHS_AT, "renameat2"},
    {384, GUEST_CALL_GETRANDOM, "getrandom"},
    {387, GUEST_CALL_EXEC, "execveat"},
    {391, GUEST_CALL_SYNC, "copy_file_range"},
    {392, GUEST_CALL_READV, "preadv2"},
    {393, GUEST_CALL_WRITEV, "pwritev2"},
    {394, GUEST_CALL_MPROTECT, "pkey_mprotect"},
    {397, GUEST_CALL_STATX, "statx"},
    {403, GUEST_CALL_CLOCK_GETTIME64, "clock_gettime64"},
    {404, GUEST_CALL_CLOCK_SETTIME64, "clock_settime64"},
    {406, GUEST_CALL_CLOCK_GETTIME64, "clock_getres_time64"},
    {407, GUEST_CALL_CLOCK_NANOSLEEP_TIME64, "clock_nanosleep_time64"},
    {409, GUEST_CALL_TIMER_SETTIME64, "timer_settime64"},
    {411, GUEST_CALL_TIMER_SETTIME64, "timerfd_settime64"},
    {413, GUEST_CALL_PSELECT_TIME64, "pselect6_time64"},
    {414, GUEST_CALL_PPOLL_TIME64, "ppoll_time64"},
    {417, GUEST_CALL_SYNC_FD, "recvmmsg_time64"},
    {418, GUEST_CALL_SYNC_FD, "mq_timedsend_time64"},
    {419, GUEST_CALL_SYNC_FD, "mq_timedreceive_time64"},
    {420, GUEST_CALL_SYNC, "semtimedop_time64"},
    {421, GUEST_CALL_SIGTIMEDWAIT_TIME64, "rt_sigtimedwait_time64"},
    {422, GUEST_CALL_FUTEX_TIME64, "futex_time64"},
    {435, GUEST_CALL_CLONE, "clone3"},
    {437, GUEST_CALL_OPENAT2, "openat2"},
    {439, GUEST_CALL_PATH_AT, "faccessat2"},
    {441, GUEST_CALL_SYNC, "epoll_pwait2"},
};

/*
 * A32: LDREX, STREX and their like with acquire and release, LDA, STL; these
 * have bits 9 and 8 to tell them.
 */
#define EXCLUSIVE_MASK 0x0f800cf0u
#define EXCLUSIVE 0x01800c90u
#define EXCLUSIVE_LOAD 0x00100000u
#define EXCLUSIVE_NOT_ORDERED_ONLY 0x00000200u /* clear: LDA, STL */

#define SWAP_MASK 0x0fb00ff0u
#define SWAP 0x01000090u

static unsigned classify_a32(uint32_t insn)
{
    if (insn >> 28 == 0xf) {
        return 0; /* not conditional: another set of instructions */
    }
    if ((insn & EXCLUSIVE_MASK) == EXCLUSIVE) {
        if (!(insn & EXCLUSIVE_LOAD) && (insn & EXCLUSIVE_NOT_ORDERED_ONLY)) {
            return GUEST_INSN_ATOMIC | GUEST_INSN_STORE_ONLY;
        }
        return GUEST_INSN_ATOMIC;
    }
    return (insn & SWAP_MASK) == SWAP ? GUEST_INSN_ATOMIC : 0;
}

/* @first, @second: the halves in the order they stand in memory. */
static unsigned classify_t32(uint16_t first, uint16_t second)
{
    unsigned kind = second >> 4 & 0xf;

    switch (first & 0xfff0) {
    case 0xe840: /* STREX */
        return GUEST_INSN_ATOMIC | GUEST_INSN_STORE_ONLY;
    case 0xe850: /* LDREX */
        return GUEST_INSN_ATOMIC;
    case 0xe8c0:
        if (kind >= 8 && kind < 12) { /* STL */
            return GUEST_INSN_ATOMIC;
        }
        /* STREXB, -H, -D, STLEX and its like */
        return kind >= 4 ? GUEST_INSN_ATOMIC | GUEST_INSN_STORE_ONLY : 0;
    case 0xe8d0: /* the same of loads; less than 4 is TBB and TBH */
        return kind >= 4 ? GUEST_INSN_ATOMIC : 0;
    default:
        return 0;
    }
}

/*
 * Nothing tells which of the two sets an instruction of 4 bytes is from, but no
 * block has both, and most of T32 have an instruction of 2 bytes.  In a block
 * without one there may be what looks like an exclusive access of T32: in A32
 * the same bytes are something else, a load of lr perhaps.
 */
static const char *mixed_name(const uint8_t *data, size_t size)
{
    uint16_t first;
    unsigned kind;

    if (size != 4) {
        return NULL;
    }
    first = data[0] | data[1] << 8;
    kind = data[2] >> 4;
    if (!classify_t32(first, data[2] | data[3] << 8)) {
        return NULL;
    }
    /* LDREX and STREX have an offset where the others have a kind. */
    if (first >> 4 == 0xe84 || first >> 4 == 0xe85 || kind < 8) {
        return first & 0x10 ? "ldrex" : "strex";
    }
    return first & 0x10 ? "lda" : "stl";
}

static unsigned classify(const uint8_t *data, size_t size, bool is_mixed)
{
    uint16_t first;
    uint16_t second;

    if (size != 4) {
        return 0;
    }
    first = data[0] | data[1] << 8;
    second = data[2] | data[3] << 8;
    return is_mixed ? classify_t32(first, second)
                    : classify_a32((uint32_t)second << 16 | first);
}

const struct guest_arch guest_arch_arm = {
    .name = "arm",
    .bits = 32,
    .elf_machine = EM_ARM,
    .calls = calls,
    .n_calls = sizeof(calls) / sizeof(calls[0]),
    .stat_bytes = 104,
    .sigaction_bytes = 20,
    .epoll_event_bytes = 16,
    .abi = {"r0", {"r0", "r1", "r2"}, "lr", "sp", 1},
    .classify = classify,
    .mixed_name = mixed_name,
};
