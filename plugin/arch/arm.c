/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * arm.c - the guest architecture arm (EABI): which of its instructions are
 * atomic.
 */
#include "guest_arch.h"

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
    .abi = {"r0", {"r0", "r1", "r2"}, "lr", "sp", 1},
    .classify = classify,
    .mixed_name = mixed_name,
};
