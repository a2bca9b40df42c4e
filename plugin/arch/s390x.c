/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * s390x.c - the guest architecture s390x: its system calls, and which of its
 * instructions are atomic.
 */
#include "channel.h"
#include "guest_arch.h"

#define OPCODE_RSY 0xeb /* and SIY: the last byte tells more */

/*
 * Updates of storage by an immediate are atomic since the interlocked-access
 * facilities, and QEMU makes them so.
 */
static bool is_atomic_rsy(uint8_t opcode)
{
    switch (opcode) {
    case 0x14: /* CSY */
    case 0x30: /* CSG */
    case 0x31: /* CDSY */
    case 0x3e: /* CDSG */
    case 0x54: /* NIY */
    case 0x56: /* OIY */
    case 0x57: /* XIY */
    case 0x6a: /* ASI */
    case 0x6e: /* ALSI */
    case 0x7a: /* AGSI */
    case 0x7e: /* ALGSI */
    case 0xe4: /* LANG */
    case 0xe6: /* LAOG */
    case 0xe7: /* LAXG */
    case 0xe8: /* LAAG */
    case 0xea: /* LAALG */
    case 0xf4: /* LAN */
    case 0xf6: /* LAO */
    case 0xf7: /* LAX */
    case 0xf8: /* LAA */
    case 0xfa: /* LAAL */
        return true;
    default:
        return false;
    }
}

static unsigned classify(const uint8_t *data, size_t size, bool is_mixed)
{
    (void)is_mixed;
    if (size == 6) {
        return data[0] == OPCODE_RSY && is_atomic_rsy(data[5])
                   ? GUEST_INSN_ATOMIC
                   : 0;
    }
    if (size != 4) {
        return 0;
    }
    switch (data[0]) {
    case 0x93: /* TS */
    case 0x94: /* NI */
    case 0x96: /* OI */
    case 0x97: /* XI */
    case 0xba: /* CS */
    case 0xbb: /* CDS */
        return GUEST_INSN_ATOMIC;
    default:
        return 0;
    }
}

/* QEMU makes these on the host.  EX and EXRL run one of them, mostly. */
static unsigned unseen(const uint8_t *data, size_t size, unsigned shown)
{
    (void)shown;
    if (size < 2) {
        return CHANNEL_UNSEEN_NONE;
    }
    switch (data[0]) {
    case 0x0e: /* MVCL */
    case 0x44: /* EX */
    case 0xa8: /* MVCLE */
    case 0xd1: /* MVN */
    case 0xd2: /* MVC */
    case 0xd3: /* MVZ */
    case 0xd4: /* NC */
    case 0xd6: /* OC */
    case 0xd7: /* XC */
    case 0xe8: /* MVCIN */
    case 0xf1: /* MVO */
        return CHANNEL_UNSEEN_STORAGE;
    case 0xb2:
        return data[1] == 0x54 /* MVPG */ || data[1] == 0x55 /* MVST */
                   ? CHANNEL_UNSEEN_STORAGE
                   : CHANNEL_UNSEEN_NONE;
    case 0xe5:
        return data[1] == 0x0a /* MVCRL */ ? CHANNEL_UNSEEN_STORAGE
                                           : CHANNEL_UNSEEN_NONE;
    case OPCODE_RSY:
        return size == 6 && data[5] == 0x8e /* MVCLU */
                   ? CHANNEL_UNSEEN_STORAGE
                   : CHANNEL_UNSEEN_NONE;
    case 0xc6:
        return (data[1] & 0xf) == 0 /* EXRL */ ? CHANNEL_UNSEEN_STORAGE
                                               : CHANNEL_UNSEEN_NONE;
    default:
        return CHANNEL_UNSEEN_NONE;
    }
}

const struct guest_arch guest_arch_s390x = {
    .abi = {"r2", {"r2", "r3", "r4"}, "r14", "r15", 0},
    .classify = classify,
    .unseen = unseen,
};
