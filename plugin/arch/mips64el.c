/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mips64el.c - the guest architecture mips64el (n64): its system calls, and
 * which of its instructions are atomic.
 */
#include <elf.h>

#include "guest_arch.h"

static const struct guest_call_number calls[] = {
    {5000, GUEST_CALL_READ, "read"},
    {5001, GUEST_CALL_WRITE, "write"},
    {5002, GUEST_CALL_PATH, "open"},
    {5003, GUEST_CALL_SYNC_FD, "close"},
    {5004, GUEST_CALL_STAT, "stat"},
    {5005, GUEST_CALL_FSTAT, "fstat"},
    {5006, GUEST_CALL_STAT, "lstat"},
    {5007, GUEST_CALL_POLL, "poll"},
    {5009, GUEST_CALL_MMAP, "mmap"},
    {5010, GUEST_CALL_MPROTECT, "mprotect"},
    {5011, GUEST_CALL_MUNMAP, "munmap"},
    {5012, GUEST_CALL_BRK, "brk"},
    {5013, GUEST_CALL_SIGACTION, "rt_sigaction"},
    {5014, GUEST_CALL_SIGPROCMASK, "rt_sigprocmask"},
    {5015, GUEST_CALL_IOCTL, "ioctl"},
    {5016, GUEST_CALL_READ, "pread64"},
    {5017, GUEST_CALL_WRITE, "pwrite64"},
    {5018, GUEST_CALL_READV, "readv"},
    {5019, GUEST_CALL_WRITEV, "writev"},
    {5020, GUEST_CALL_PATH, "access"},
    {5022, GUEST_CALL_SELECT, "_newselect"},
    {5023, GUEST_CALL_SYNC, "sched_yield"},
    {5024, GUEST_CALL_MREMAP, "mremap"},
    {5029, GUEST_CALL_SHMAT, "shmat"},
    {5032, GUEST_CALL_DUP, "dup2"},
    {5034, GUEST_CALL_NANOSLEEP, "nanosleep"},
    {5035, GUEST_CALL_GETITIMER, "getitimer"},
    {5036, GUEST_CALL_SETITIMER, "setitimer"},
    {5037, GUEST_CALL_SYNC, "alarm"},
    {5039, GUEST_CALL_SYNC, "sendfile"},
    {5041, GUEST_CALL_CONNECT, "connect"},
    {5042, GUEST_CALL_ACCEPT, "accept"},
    {5043, GUEST_CALL_SENDTO, "sendto"},
    {5044, GUEST_CALL_RECVFROM, "recvfrom"},
    {5045, GUEST_CALL_SENDMSG, "sendmsg"},
    {5046, GUEST_CALL_RECVMSG, "recvmsg"},
    {5047, GUEST_CALL_SYNC_FD, "shutdown"},
    {5048, GUEST_CALL_CONNECT, "bind"},
    {5050, GUEST_CALL_ACCEPT, "getsockname"},
    {5051, GUEST_CALL_ACCEPT, "getpeername"},
    {5052, GUEST_CALL_SOCKETPAIR, "socketpair"},
    {5053, GUEST_CALL_SETSOCKOPT, "setsockopt"},
    {5054, GUEST_CALL_GETSOCKOPT, "getsockopt"},
    {5055, GUEST_CALL_CLONE, "clone"},
    {5056, GUEST_CALL_CLONE, "fork"},
    {5057, GUEST_CALL_EXEC, "execve"},
    {5058, GUEST_CALL_EXIT, "exit"},
    {5059, GUEST_CALL_WAIT4, "wait4"},
    {5060, GUEST_CALL_SYNC, "kill"},
    {5061, GUEST_CALL_UNAME, "uname"},
    {5063, GUEST_CALL_SYNC, "semop"},
    {5065, GUEST_CALL_SHMDT, "shmdt"},
    {5067, GUEST_CALL_SYNC, "msgsnd"},
    {5068, GUEST_CALL_SYNC, "msgrcv"},
    {5070, GUEST_CALL_SYNC_FD, "fcntl"},
    {5071, GUEST_CALL_SYNC_FD, "flock"},
    {5074, GUEST_CALL_PATH, "truncate"},
    {5076, GUEST_CALL_READ, "getdents"},
    {5077, GUEST_CALL_GETRANDOM, "getcwd"},
    {5078, GUEST_CALL_PATH, "chdir"},
    {5080, GUEST_CALL_PATHS, "rename"},
    {5081, GUEST_CALL_PATH, "mkdir"},
    {5082, GUEST_CALL_PATH, "rmdir"},
    {5083, GUEST_CALL_PATH, "creat"},
    {5084, GUEST_CALL_PATHS, "link"},
    {5085, GUEST_CALL_PATH, "unlink"},
    {5086, GUEST_CALL_PATHS, "symlink"},
    {5087, GUEST_CALL_READLINK, "readlink"},
    {5088, GUEST_CALL_PATH, "chmod"},
    {5090, GUEST_CALL_PATH, "chown"},
    {5092, GUEST_CALL_PATH, "lchown"},
    {5094, GUEST_CALL_GETTIMEOFDAY, "gettimeofday"},
    {5095, GUEST_CALL_GETRLIMIT, "getrlimit"},
    {5096, GUEST_CALL_GETRUSAGE, "getrusage"},
    {5097, GUEST_CALL_SYSINFO, "sysinfo"},
    {5098, GUEST_CALL_TIMES, "times"},
    {5125, GUEST_CALL_SIGPENDING, "rt_sigpending"},
    {5126, GUEST_CALL_SIGTIMEDWAIT, "rt_sigtimedwait"},
    {5127, GUEST_CALL_SYNC, "rt_sigqueueinfo"},
    {5128, GUEST_CALL_SIGSUSPEND, "rt_sigsuspend"},
    {5129, GUEST_CALL_SIGALTSTACK, "sigaltstack"},
    {5155, GUEST_CALL_SETRLIMIT, "setrlimit"},
    {5192, GUEST_CALL_SYNC, "tkill"},
    {5194, GUEST_CALL_FUTEX, "futex"},
    {5195, GUEST_CALL_SCHED_SETAFFINITY, "sched_setaffinity"},
    {5196, GUEST_CALL_SCHED_GETAFFINITY, "sched_getaffinity"},
    {5205, GUEST_CALL_EXIT_GROUP, "exit_group"},
    {5208, GUEST_CALL_EPOLL_CTL, "epoll_ctl"},
    {5209, GUEST_CALL_EPOLL_WAIT, "epoll_wait"},
    {5212, GUEST_CALL_SYNC, "set_tid_address"},
    {5214, GUEST_CALL_SYNC, "semtimedop"},
    {5217, GUEST_CALL_TIMER_SETTIME, "timer_settime"},
    {5221, GUEST_CALL_CLOCK_SETTIME, "clock_settime"},
    {5222, GUEST_CALL_CLOCK_GETTIME, "clock_gettime"},
    {5223, GUEST_CALL_CLOCK_GETTIME, "clock_getres"},
    {5224, GUEST_CALL_CLOCK_NANOSLEEP, "clock_nanosleep"},
    {5225, GUEST_CALL_SYNC, "tgkill"},
    {5232, GUEST_CALL_SYNC_FD, "mq_timedsend"},
    {5233, GUEST_CALL_SYNC_FD, "mq_timedreceive"},
    {5237, GUEST_CALL_SYNC, "waitid"},
    {5247, GUEST_CALL_PATH_AT, "openat"},
    {5248, GUEST_CALL_PATH_AT, "mkdirat"},
    {5250, GUEST_CALL_PATH_AT, "fchownat"},
    {5252, GUEST_CALL_FSTATAT, "newfstatat"},
    {5253, GUEST_CALL_PATH_AT, "unlinkat"},
    {5254, GUEST_CALL_PATHS_AT, "renameat"},
    {5255, GUEST_CALL_PATHS_AT, "linkat"},
    {5256, GUEST_CALL_SYMLINKAT, "symlinkat"},
    {5257, GUEST_CALL_READLINKAT, "readlinkat"},
    {5258, GUEST_CALL_PATH_AT, "fchmodat"},
    {5259, GUEST_CALL_PATH_AT, "faccessat"},
    {5260, GUEST_CALL_PSELECT, "pselect6"},
    {5261, GUEST_CALL_PPOLL, "ppoll"},
    {5263, GUEST_CALL_SYNC, "splice"},
    {5265, GUEST_CALL_SYNC, "tee"},
    {5266, GUEST_CALL_SYNC, "vmsplice"},
    {5271, GUEST_CALL_GETCPU, "getcpu"},
    {5272, GUEST_CALL_EPOLL_PWAIT, "epoll_pwait"},
    {5282, GUEST_CALL_TIMER_SETTIME, "timerfd_settime"},
    {5286, GUEST_CALL_DUP, "dup3"},
    {5287, GUEST_CALL_PIPE, "pipe2"},
    {5289, GUEST_CALL_READV, "preadv"},
    {5290, GUEST_CALL_WRITEV, "pwritev"},
    {5291, GUEST_CALL_SYNC, "rt_tgsigqueueinfo"},
    {5293, GUEST_CALL_ACCEPT, "accept4"},
    {5294, GUEST_CALL_SYNC_FD, "recvmmsg"},
    {5297, GUEST_CALL_PRLIMIT, "prlimit64"},
    {5302, GUEST_CALL_SYNC_FD, "sendmmsg"},
    {5308, GUEST_CALL_READ, "getdents64"},
    {5311, GUEST_CALL_PATHS_AT, "renameat2"},
    {5313, GUEST_CALL_GETRANDOM, "getrandom"},
    {5316, GUEST_CALL_EXEC, "execveat"},
    {5320, GUEST_CALL_SYNC, "copy_file_range"},
    {5321, GUEST_CALL_READV, "preadv2"},
    {5322, GUEST_CALL_WRITEV, "pwritev2"},
    {5323, GUEST_CALL_MPROTECT, "pkey_mprotect"},
    {5326, GUEST_CALL_STATX, "statx"},
    {5435, GUEST_CALL_CLONE, "clone3"},
    {5437, GUEST_CALL_OPENAT2, "openat2"},
    {5439, GUEST_CALL_PATH_AT, "faccessat2"},
    {5441, GUEST_CALL_SYNC, "epoll_pwait2"},
};

#define OPCODE_SHIFT 26
#define FUNCTION_MASK 0x3fu

static unsigned classify_special3(unsigned function)
{
    switch (function) {
    case 0x36: /* LL of release 6 */
    case 0x37: /* LLD */
        return GUEST_INSN_ATOMIC;
    case 0x26: /* SC of release 6 */
    case 0x27: /* SCD */
        return GUEST_INSN_ATOMIC | GUEST_INSN_STORE_ONLY;
    default:
        return 0;
    }
}

static unsigned classify(const uint8_t *data, size_t size, bool is_mixed)
{
    uint32_t insn;

    (void)is_mixed;
    if (size != 4) {
        return 0;
    }
    insn = data[0] | data[1] << 8 | data[2] << 16 | (uint32_t)data[3] << 24;
    switch (insn >> OPCODE_SHIFT) {
    case 0x1f:
        return classify_special3(insn & FUNCTION_MASK);
    case 0x30: /* LL */
    case 0x34: /* LLD */
        return GUEST_INSN_ATOMIC;
    case 0x38: /* SC */
    case 0x3c: /* SCD */
        return GUEST_INSN_ATOMIC | GUEST_INSN_STORE_ONLY;
    default:
        return 0;
    }
}

const struct guest_arch guest_arch_mips64el = {
    .name = "mips64el",
    .bits = 64,
    .elf_machine = EM_MIPS,
    .map_anonymous = 0x800,
    .calls = calls,
    .n_calls = sizeof(calls) / sizeof(calls[0]),
    .stat_bytes = 104,
    .sigaction_bytes = 32,
    .epoll_event_bytes = 16,
    .has_wide_ioctl_direction = true,
    .classify = classify,
};
