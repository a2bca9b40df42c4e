/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest_arch.h - what the plugin must know of a guest architecture.
 *
 * One table an architecture, each in a file of its own in arch/, all listed
 * in guest_arch.c.
 */
#ifndef PLUGIN_GUEST_ARCH_H
#define PLUGIN_GUEST_ARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * System calls that change mappings, threads or processes, or synchronise;
 * and those of which no more is of interest than what they access.
 */
enum guest_call {
    GUEST_CALL_OTHER = 0,
    GUEST_CALL_MMAP,
    GUEST_CALL_MUNMAP,
    GUEST_CALL_MPROTECT, /* and pkey_mprotect */
    GUEST_CALL_BRK,
    GUEST_CALL_MREMAP,
    GUEST_CALL_SHMAT,
    GUEST_CALL_SHMDT,
    GUEST_CALL_CLONE, /* and clone3, fork, vfork */
    GUEST_CALL_EXEC,
    GUEST_CALL_EXIT,       /* of the thread */
    GUEST_CALL_EXIT_GROUP, /* of the process */
    GUEST_CALL_FUTEX,
    GUEST_CALL_FUTEX_TIME64, /* the same of a 32-bit guest's longer time */
    /* Other ways to make those above; call_args.c makes them one. */
    GUEST_CALL_MMAP2,       /* mmap: the offset is in pages of 4096 bytes */
    GUEST_CALL_MMAP_STRUCT, /* mmap: arguments are words in memory */
    GUEST_CALL_IPC,         /* shmat, shmdt and what does not matter */
    /* They order threads by something else than memory: sync_calls.h. */
    GUEST_CALL_SYNC,
    GUEST_CALL_SYNC_FD, /* by what their first argument is open on */
    GUEST_CALL_DUP,     /* by what their second one is, which they close */
    /*
     * From here on they access memory: kernel_accesses.c says what.  Calls
     * that access the same are one.
     */
    GUEST_CALL_SOCKETCALL, /* call_args.c makes it one of these */
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

#define GUEST_CALL_FIRST_ACCESSING GUEST_CALL_SOCKETCALL

struct guest_call_number {
    uint16_t number;
    uint16_t call; /* enum guest_call */
    const char *name;
};

/* What an instruction's bytes tell. */
#define GUEST_INSN_ATOMIC 0x01       /* atomic, acquire or release */
#define GUEST_INSN_STORE_ONLY 0x02   /* store-exclusive: its load is QEMU's */
#define GUEST_INSN_LOADS_TWICE 0x04  /* a load of QEMU's before the real one */
#define GUEST_INSN_LOADS_RESULT 0x08 /* so QEMU may say of what it loads */

/* Of what QEMU hides, what can be worked out from registers. */
enum guest_hidden_kind {
    GUEST_HIDDEN_NOTHING = 0,
    GUEST_HIDDEN_ZEROED_BLOCK, /* zeroes the block that the register is in */
    GUEST_HIDDEN_BLOCK_SIZE,   /* sets the register to how large blocks are */
};

/* @name: of the register in QEMU, "" for none */
struct guest_hidden {
    enum guest_hidden_kind kind;
    char name[8];
};

/**
 * struct guest_abi - how functions are called; names as QEMU has them
 * @result: register of a function's result
 * @args: of its first arguments; NULL: on the stack, behind the address that
 *        it returns to
 * @link: of that address; NULL: it is at the top of the stack
 * @stack: the stack pointer; NULL: QEMU names no registers
 * @link_flags: bits of the address that are none of it
 */
struct guest_abi {
    const char *result;
    const char *args[3];
    const char *link;
    const char *stack;
    uint64_t link_flags;
};

/**
 * struct guest_arch - a guest architecture
 * @name: QEMU's name of the target
 * @bits: size of an address
 * @is_big_endian: of its data
 * @elf_machine: EM_ of its ELF files
 * @calls: its system calls by their numbers, n_calls of them
 * @stat_bytes: size of what its stat fills in, stat64 where it has 32 bits
 * @sigaction_bytes, @epoll_event_bytes: of these of its kernel
 * @has_wide_ioctl_direction: 3 bits of an ioctl's number tell the direction
 * @map_anonymous: its MAP_ANONYMOUS; 0 where that is the host's
 * @abi: for reading what a function was called with
 * @classify: GUEST_INSN_ flags of an instruction; @data holds @size bytes;
 *            @is_mixed: instructions of 2 bytes stand in the same block
 * @mixed_name: how the name starts, as QEMU disassembles it, of an instruction
 *              that is atomic if it is of the set with instructions of 2 bytes;
 *              NULL, function or result: it is not, or nothing else has its
 *              bytes
 * @unseen: enum channel_unseen of an instruction whose accesses QEMU does not
 *          show, with bits of enum qemu_shows for what it does; NULL: all
 * @jumped_over: how many bytes at a function's start, of which @data holds 8,
 *               calls within its file jump over; NULL: none do
 * @hidden: what of that can be worked out; NULL: nothing
 * @hidden_block_bytes: how large blocks are, by GUEST_HIDDEN_BLOCK_SIZE's
 *                      register; 0 where it does not say
 */
struct guest_arch {
    const char *name;
    unsigned bits;
    bool is_big_endian;
    unsigned elf_machine;
    const struct guest_call_number *calls;
    size_t n_calls;
    uint16_t stat_bytes;
    uint16_t sigaction_bytes;
    uint16_t epoll_event_bytes;
    bool has_wide_ioctl_direction;
    int map_anonymous;
    struct guest_abi abi;
    unsigned (*classify)(const uint8_t *data, size_t size, bool is_mixed);
    const char *(*mixed_name)(const uint8_t *data, size_t size);
    unsigned (*unseen)(const uint8_t *data, size_t size, unsigned shown);
    unsigned (*jumped_over)(const uint8_t data[8]);
    struct guest_hidden (*hidden)(const uint8_t *data, size_t size);
    uint64_t (*hidden_block_bytes)(uint64_t value);
};

extern const struct guest_arch guest_arch_aarch64;
extern const struct guest_arch guest_arch_arm;
extern const struct guest_arch guest_arch_i386;
extern const struct guest_arch guest_arch_mips64el;
extern const struct guest_arch guest_arch_ppc64le;
extern const struct guest_arch guest_arch_riscv64;
extern const struct guest_arch guest_arch_s390x;
extern const struct guest_arch guest_arch_x86_64;

/** guest_arch_find() - Return: the architecture of that name, or NULL. */
const struct guest_arch *guest_arch_find(const char *name);

/** guest_arch_list() - Return: the i-th architecture, or NULL at the end. */
const struct guest_arch *guest_arch_list(size_t i);

/** guest_arch_call() - Return: the call of that number, or NULL. */
const struct guest_call_number *guest_arch_call(const struct guest_arch *arch,
                                                int64_t number);

#endif /* PLUGIN_GUEST_ARCH_H */
