/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest_arch.h - what the plugin must know of the instructions and registers of
 * a guest architecture: a struct guest_arch each, in the file of its name.  All
 * else that is known of it is in guest.h.
 */
#ifndef PLUGIN_GUEST_ARCH_H
#define PLUGIN_GUEST_ARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "guest.h"

/* What an instruction's bytes tell. */
#define GUEST_INSN_ATOMIC 0x01       /* atomic, acquire or release */
#define GUEST_INSN_STORE_ONLY 0x02   /* store-exclusive: its load is QEMU's */
#define GUEST_INSN_LOADS_TWICE 0x04  /* a load of QEMU's before the real one */
#define GUEST_INSN_LOADS_RESULT 0x08 /* so QEMU may say of what it loads */
/* No callback for its accesses: QEMU would invent some, or end. */
#define GUEST_INSN_NOT_ASKED 0x10
/* It loads so many bytes, of which QEMU loads more: log2, 1 to 4. */
#define GUEST_INSN_CLIP_SHIFT 8
#define GUEST_INSN_CLIP(size_log2) ((unsigned)(size_log2) << 8)

/* Does an instruction load and then store? */
enum guest_then_stores {
    GUEST_THEN_STORES_NOT = 0,
    GUEST_THEN_STORES,
    GUEST_THEN_STORES_AND_JUMPS, /* so a block may end with it */
};

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
 * struct guest_arch - the instructions of a guest architecture
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
 * @loads_then_stores: of an instruction, where QEMU runs one again whose store
 *                     hits the block that it is in; NULL: it does not
 * @hidden: what of that can be worked out; NULL: nothing
 * @hidden_block_bytes: how large blocks are, by GUEST_HIDDEN_BLOCK_SIZE's
 *                      register; 0 where it does not say
 */
struct guest_arch {
    struct guest_abi abi;
    unsigned (*classify)(const uint8_t *data, size_t size, bool is_mixed);
    const char *(*mixed_name)(const uint8_t *data, size_t size);
    unsigned (*unseen)(const uint8_t *data, size_t size, unsigned shown);
    unsigned (*jumped_over)(const uint8_t data[8]);
    enum guest_then_stores (*loads_then_stores)(const uint8_t *data,
                                                size_t size);
    struct guest_hidden (*hidden)(const uint8_t *data, size_t size);
    uint64_t (*hidden_block_bytes)(uint64_t value);
};

/* One of each guest: guest_arch_x86_64 and so on. */
#define GUEST(name, ...) extern const struct guest_arch guest_arch_##name;
#include "guest_rows.h"
#undef GUEST

/** guest_arch_of() - Return: that guest's, never NULL. */
const struct guest_arch *guest_arch_of(const struct guest *guest);

#endif /* PLUGIN_GUEST_ARCH_H */
