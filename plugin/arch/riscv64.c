/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * riscv64.c - the guest architecture riscv64: which of its instructions are
 * atomic, and which QEMU does not show.
 */
#include "channel.h"
#include "guest_arch.h"

/* All of extension A is one opcode; the upper 5 bits tell what it is. */
#define OPCODE_MASK 0x7fu
#define OPCODE_AMO 0x2fu
#define FUNCTION_SHIFT 27
#define FUNCTION_SC 3u

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
    if ((insn & OPCODE_MASK) != OPCODE_AMO) {
        return 0;
    }
    return insn >> FUNCTION_SHIFT == FUNCTION_SC
               ? GUEST_INSN_ATOMIC | GUEST_INSN_STORE_ONLY
               : GUEST_INSN_ATOMIC;
}

/* CBO.ZERO of any register */
#define CBO_ZERO_MASK 0xfff07fffu
#define CBO_ZERO 0x0040200fu

static unsigned unseen(const uint8_t *data, size_t size, unsigned shown)
{
    (void)shown;
    return size == 4 && (word_of(data) & CBO_ZERO_MASK) == CBO_ZERO
               ? CHANNEL_UNSEEN_CBO_ZERO
               : CHANNEL_UNSEEN_NONE;
}

const struct guest_arch guest_arch_riscv64 = {
    .abi = {"a0", {"a0", "a1", "a2"}, "ra", "sp", 0},
    .classify = classify,
    .unseen = unseen,
};
