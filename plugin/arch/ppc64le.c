/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ppc64le.c - the guest architecture ppc64le: which of its instructions are
 * atomic, and which QEMU does not show.
 */
#include "channel.h"
#include "guest_arch.h"

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
    /* No access by the manual, a load of a byte by QEMU. */
    case 54:  /* dcbst */
    case 86:  /* dcbf */
    case 982: /* icbi */
        return GUEST_INSN_NOT_ASKED;
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
    .abi = {"r3", {"r3", "r4", "r5"}, "lr", "r1", 0},
    .classify = classify,
    .unseen = unseen,
    .jumped_over = jumped_over,
};
