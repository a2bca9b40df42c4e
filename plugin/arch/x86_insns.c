/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * x86_insns.c - which instructions of x86 are atomic, and which QEMU
 * does not show.
 */
#include "x86_insns.h"

#include "channel.h"
#include "guest_arch.h"

#define LOCK_PREFIX 0xf0
#define IS_MEMORY(modrm) ((modrm) < 0xc0)
#define MODRM_REG(modrm) ((modrm) >> 3 & 7)

static bool is_legacy_prefix(uint8_t byte)
{
    switch (byte) {
    case 0x26:
    case 0x2e:
    case 0x36:
    case 0x3e:
    case 0x64:
    case 0x65:
    case 0x66:
    case 0x67:
    case LOCK_PREFIX:
    case 0xf2:
    case 0xf3:
        return true;
    default:
        return false;
    }
}

/* Atomic: what has a lock prefix, and xchg with memory, which needs none. */
unsigned x86_classify(const uint8_t *data, size_t size, bool has_rex)
{
    bool is_locked = false;
    size_t i = 0;

    while (i < size && is_legacy_prefix(data[i])) {
        is_locked |= data[i] == LOCK_PREFIX;
        i++;
    }
    if (has_rex && i < size && (data[i] & 0xf0) == 0x40) {
        i++;
    }
    if (is_locked) {
        /* neg: QEMU loads, then compares and swaps. */
        return i + 1 < size && (data[i] & 0xfe) == 0xf6 &&
                       MODRM_REG(data[i + 1]) == 3
                   ? GUEST_INSN_ATOMIC | GUEST_INSN_LOADS_TWICE
                   : GUEST_INSN_ATOMIC;
    }
    if (i + 1 < size && (data[i] & 0xfe) == 0x86 && IS_MEMORY(data[i + 1])) {
        return GUEST_INSN_ATOMIC;
    }
    return 0;
}

#define API_OF_9_0 2

/* x87 instructions of opcode 0xd8 + row that go through a helper: /reg. */
static const uint8_t x87_by_helper[8] = {
    [1] = 1 << 4 | 1 << 6, /* fldenv, fnstenv */
    [3] = 1 << 5 | 1 << 7, /* fld m80, fstp m80 */
    [5] = 1 << 4 | 1 << 6, /* frstor, fnsave */
    [7] = 1 << 4 | 1 << 6, /* fbld, fbstp */
};

/* Up to 7.2 QEMU shows all of these, since 9.1 none. */
unsigned x86_unseen(const uint8_t *data, size_t size, int api, bool has_rex)
{
    size_t i = 0;

    if (api < API_OF_9_0) {
        return CHANNEL_UNSEEN_NONE;
    }
    while (i < size && (is_legacy_prefix(data[i]) ||
                        (has_rex && (data[i] & 0xf0) == 0x40))) {
        i++;
    }
    if (size - i < 2) {
        return CHANNEL_UNSEEN_NONE;
    }
    if ((data[i] & 0xf8) == 0xd8 && IS_MEMORY(data[i + 1]) &&
        (x87_by_helper[data[i] & 7] >> MODRM_REG(data[i + 1]) & 1)) {
        return CHANNEL_UNSEEN_X87;
    }
    if (data[i] != 0x0f || size - i < 3 || !IS_MEMORY(data[i + 2])) {
        return CHANNEL_UNSEEN_NONE;
    }
    if (data[i + 1] == 0xae && MODRM_REG(data[i + 2]) <= 1) {
        return CHANNEL_UNSEEN_FXSAVE; /* and fxrstor */
    }
    if ((data[i + 1] == 0xae && MODRM_REG(data[i + 2]) >= 4 &&
         MODRM_REG(data[i + 2]) <= 6) ||
        (data[i + 1] == 0xc7 && MODRM_REG(data[i + 2]) >= 3 &&
         MODRM_REG(data[i + 2]) <= 5)) {
        return CHANNEL_UNSEEN_XSAVE; /* and its variants, and xrstor */
    }
    return CHANNEL_UNSEEN_NONE;
}
