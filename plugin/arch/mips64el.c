/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mips64el.c - the guest architecture mips64el (n64): which of its
 * instructions are atomic.
 */
#include "guest_arch.h"

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
    .classify = classify,
};
