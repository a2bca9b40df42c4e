/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * x86_insns.c - which instructions of x86 are atomic, and which QEMU
 * does not show.
 */
#include "x86_insns.h"

#include "channel.h"
#include "guest_arch.h"
#include "qemu_shows.h"
#include "x86_clipped.h"
#include "x86_prefix.h"

#define IS_MEMORY(modrm) ((modrm) < 0xc0)
#define MODRM_REG(modrm) ((modrm) >> 3 & 7)

/*
 * Atomic: what has a lock prefix, and xchg with memory, which needs none.  All
 * one-byte opcodes with lock but xchg are arithmetic, of which QEMU's helpers
 * have the result alone.
 */
unsigned x86_classify(const uint8_t *data, size_t size, bool has_rex)
{
    bool is_locked = false;
    size_t i = 0;

    while (i < size && x86_is_prefix(data[i])) {
        is_locked |= data[i] == X86_PREFIX_LOCK;
        i++;
    }
    if (has_rex && i < size && (data[i] & 0xf0) == 0x40) {
        i++;
    }
    if (i + 1 < size && (data[i] & 0xfe) == 0x86 && IS_MEMORY(data[i + 1])) {
        return GUEST_INSN_ATOMIC;
    }
    if (!is_locked) {
        return x86_clipped(data, size, has_rex);
    }
    /* neg: QEMU loads, then compares and swaps. */
    if (i + 1 < size && (data[i] & 0xfe) == 0xf6 &&
        MODRM_REG(data[i + 1]) == 3) {
        return GUEST_INSN_ATOMIC | GUEST_INSN_LOADS_TWICE;
    }
    return i < size && data[i] != 0x0f
               ? GUEST_INSN_ATOMIC | GUEST_INSN_LOADS_RESULT
               : GUEST_INSN_ATOMIC;
}

/* x87 instructions of opcode 0xd8 + row that go through a helper: /reg. */
static const uint8_t x87_by_helper[8] = {
    [1] = 1 << 4 | 1 << 6, /* fldenv, fnstenv */
    [3] = 1 << 5 | 1 << 7, /* fld m80, fstp m80 */
    [5] = 1 << 4 | 1 << 6, /* frstor, fnsave */
    [7] = 1 << 4 | 1 << 6, /* fbld, fbstp */
};

/* Those of them of which QEMU_SHOWS_X87 leaves out a part. */
static const uint8_t x87_in_part[8] = {
    [1] = 1 << 4,
    [5] = 1 << 4,
};

static unsigned unseen_x87(uint8_t opcode, uint8_t modrm, bool is_in_part)
{
    const uint8_t *list = is_in_part ? x87_in_part : x87_by_helper;

    if (!IS_MEMORY(modrm) || !(list[opcode & 7] >> MODRM_REG(modrm) & 1)) {
        return CHANNEL_UNSEEN_NONE;
    }
    return is_in_part ? CHANNEL_UNSEEN_PART_X87 : CHANNEL_UNSEEN_X87;
}

/* The opcode is 0x0f and this. */
static unsigned unseen_save(uint8_t opcode, uint8_t modrm, bool is_in_part)
{
    unsigned reg = MODRM_REG(modrm);

    if (!IS_MEMORY(modrm)) {
        return CHANNEL_UNSEEN_NONE;
    }
    if (opcode == 0xae && reg <= 1) { /* fxsave, fxrstor */
        return is_in_part ? CHANNEL_UNSEEN_PART_FXSAVE : CHANNEL_UNSEEN_FXSAVE;
    }
    /* xsave, xrstor, xsaveopt; xrstors, xsavec, xsaves */
    if ((opcode == 0xae && reg >= 4 && reg <= 6) ||
        (opcode == 0xc7 && reg >= 3 && reg <= 5)) {
        return is_in_part ? CHANNEL_UNSEEN_PART_XSAVE : CHANNEL_UNSEEN_XSAVE;
    }
    return CHANNEL_UNSEEN_NONE;
}

unsigned x86_unseen(const uint8_t *data, size_t size, unsigned shown,
                    bool has_rex)
{
    bool is_in_part = (shown & QEMU_SHOWS_X87) != 0;
    bool is_other = false;
    size_t i = 0;

    while (i < size &&
           (x86_is_prefix(data[i]) || (has_rex && (data[i] & 0xf0) == 0x40))) {
        is_other |= data[i] == X86_PREFIX_OPERAND ||
                    data[i] == X86_PREFIX_REPEAT ||
                    data[i] == X86_PREFIX_REPEAT_EQUAL;
        i++;
    }
    if (size - i >= 2 && (data[i] & 0xf8) == 0xd8) {
        return unseen_x87(data[i], data[i + 1], is_in_part);
    }
    if (size - i >= 3 && data[i] == 0x0f && !is_other) {
        return unseen_save(data[i + 1], data[i + 2], is_in_part);
    }
    return CHANNEL_UNSEEN_NONE;
}
