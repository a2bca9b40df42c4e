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

/* System calls that change mappings, threads or processes, or synchronise. */
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
    /* Other ways to make those above; call_args.c makes them one. */
    GUEST_CALL_MMAP2,       /* mmap: the offset is in pages of 4096 bytes */
    GUEST_CALL_MMAP_STRUCT, /* mmap: arguments are words in memory */
    GUEST_CALL_IPC,         /* shmat, shmdt and what does not matter */
};

struct guest_call_number {
    uint16_t number;
    uint16_t call; /* enum guest_call */
    const char *name;
};

/* What an instruction's bytes tell. */
#define GUEST_INSN_ATOMIC 0x01      /* atomic, acquire or release */
#define GUEST_INSN_STORE_ONLY 0x02  /* store-exclusive: its load is QEMU's */
#define GUEST_INSN_LOADS_TWICE 0x04 /* a load of QEMU's before the real one */

/**
 * struct guest_arch - a guest architecture
 * @name: QEMU's name of the target
 * @bits: size of an address
 * @is_big_endian: of its data
 * @elf_machine: EM_ of its ELF files
 * @calls: its system calls, n_calls of them
 * @map_anonymous: its MAP_ANONYMOUS; 0 where that is the host's
 * @classify: GUEST_INSN_ flags of an instruction; @data holds @size bytes;
 *            @is_mixed: instructions of 2 bytes stand in the same block
 * @unseen: enum channel_unseen of an instruction whose accesses a QEMU of
 *          plugin API @api does not show; NULL: it shows all
 */
struct guest_arch {
    const char *name;
    unsigned bits;
    bool is_big_endian;
    unsigned elf_machine;
    const struct guest_call_number *calls;
    size_t n_calls;
    int map_anonymous;
    unsigned (*classify)(const uint8_t *data, size_t size, bool is_mixed);
    unsigned (*unseen)(const uint8_t *data, size_t size, int api);
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
