/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * aarch64.c - the guest architecture aarch64: which of its instructions are
 * atomic, and which QEMU does not show.
 */
#include <stdio.h>

#include "aarch64_sve.h"
#include "channel.h"
#include "guest_arch.h"

/* Fields of the loads and stores that are exclusive, ordered or compare. */
#define EXCLUSIVE_MASK 0x3f000000u
#define EXCLUSIVE 0x08000000u
#define EXCLUSIVE_ORDERED 0x00800000u /* o2: LDAR, STLR, CAS */
#define EXCLUSIVE_LOAD 0x00400000u    /* L */
#define EXCLUSIVE_PAIR 0x00200000u    /* o1: LDXP, STXP, CASP */
#define EXCLUSIVE_WIDE 0x80000000u    /* size 1x */

/* LDADD and its like, SWP, LDAPR */
#define ATOMIC_MASK 0x3b200c00u
#define ATOMIC 0x38200000u

/* LDCLRP, LDSETP, SWPP: of 16 bytes (LSE128) */
#define ATOMIC_PAIR_MASK 0xff20fc00u
#define ATOMIC_PAIR_CLEAR 0x19201000u
#define ATOMIC_PAIR_SET 0x19203000u
#define ATOMIC_PAIR_SWAP 0x19208000u

/* LDAPUR, STLUR */
#define ORDERED_UNSCALED_MASK 0x3f200c00u
#define ORDERED_UNSCALED 0x19000000u

static uint32_t word_of(const uint8_t *data)
{
    return data[0] | data[1] << 8 | data[2] << 16 | (uint32_t)data[3] << 24;
}

static bool is_atomic_pair(uint32_t insn)
{
    insn &= ATOMIC_PAIR_MASK;
    return insn == ATOMIC_PAIR_CLEAR || insn == ATOMIC_PAIR_SET ||
           insn == ATOMIC_PAIR_SWAP;
}

/* LD1B, ST1B and their like of tile slices; LD1Q, ST1Q (SME) */
#define TILE_SLICE_MASK 0xff000010u
#define TILE_SLICE 0xe0000000u
#define TILE_SLICE_WIDE_MASK 0xffc00010u
#define TILE_SLICE_WIDE 0xe1c00000u

/* QEMU 10.0 to 11.1 fail an assertion where a plugin wants to see them. */
static bool is_tile_slice(uint32_t insn)
{
    return (insn & TILE_SLICE_MASK) == TILE_SLICE ||
           (insn & TILE_SLICE_WIDE_MASK) == TILE_SLICE_WIDE;
}

static unsigned classify(const uint8_t *data, size_t size, bool is_mixed)
{
    uint32_t insn;

    (void)is_mixed;
    if (size != 4) {
        return 0;
    }
    insn = word_of(data);
    if (is_tile_slice(insn)) {
        return GUEST_INSN_NOT_ASKED;
    }
    if ((insn & EXCLUSIVE_MASK) == EXCLUSIVE) {
        bool is_casp =
            (insn & EXCLUSIVE_PAIR) != 0 && (insn & EXCLUSIVE_WIDE) == 0;

        if ((insn & (EXCLUSIVE_ORDERED | EXCLUSIVE_LOAD)) == 0 && !is_casp) {
            return GUEST_INSN_ATOMIC | GUEST_INSN_STORE_ONLY;
        }
        return GUEST_INSN_ATOMIC;
    }
    if ((insn & ATOMIC_MASK) == ATOMIC ||
        (insn & ORDERED_UNSCALED_MASK) == ORDERED_UNSCALED ||
        is_atomic_pair(insn)) {
        return GUEST_INSN_ATOMIC;
    }
    return 0;
}

/* DC ZVA, DC GVA, DC GZVA */
#define DC_ZERO_MASK 0xffffff00u
#define DC_ZERO 0xd50b7400u
#define DC_ZERO_OP2(insn) ((insn) >> 5 & 7)

/* CPYF.., CPY.., SET.. */
#define MOPS_MASK 0x3b200c00u
#define MOPS 0x19000400u

/* No QEMU shows these, but for SVE. */
static unsigned unseen(const uint8_t *data, size_t size, unsigned shown)
{
    uint32_t insn;

    if (size != 4) {
        return CHANNEL_UNSEEN_NONE;
    }
    insn = word_of(data);
    if ((insn & DC_ZERO_MASK) == DC_ZERO &&
        (DC_ZERO_OP2(insn) == 1 || DC_ZERO_OP2(insn) == 3 ||
         DC_ZERO_OP2(insn) == 4)) {
        return CHANNEL_UNSEEN_DC_ZVA;
    }
    if ((insn & MOPS_MASK) == MOPS) {
        return CHANNEL_UNSEEN_MOPS;
    }
    if (is_tile_slice(insn)) {
        return CHANNEL_UNSEEN_SME;
    }
    return aarch64_sve_unseen(insn, shown);
}

/* MRS of DCZID_EL0 */
#define BLOCK_SIZE_MASK 0xffffffe0u
#define BLOCK_SIZE 0xd53b00e0u
#define RT(insn) ((insn)&31)

static struct guest_hidden hidden(const uint8_t *data, size_t size)
{
    struct guest_hidden hidden = {GUEST_HIDDEN_NOTHING, ""};
    uint32_t insn;

    if (size != 4 || RT(word_of(data)) == 31) {
        return hidden;
    }
    insn = word_of(data);
    if ((insn & BLOCK_SIZE_MASK) == BLOCK_SIZE) {
        hidden.kind = GUEST_HIDDEN_BLOCK_SIZE;
    } else if ((insn & DC_ZERO_MASK) == DC_ZERO &&
               (DC_ZERO_OP2(insn) == 1 || DC_ZERO_OP2(insn) == 4)) {
        hidden.kind = GUEST_HIDDEN_ZEROED_BLOCK;
    }
    snprintf(hidden.name, sizeof(hidden.name), "x%u", RT(insn));
    return hidden;
}

/* DCZID_EL0: log2 of the words in a block, and whether it is forbidden. */
static uint64_t hidden_block_bytes(uint64_t value)
{
    return value & 0x10 || (value & 0xf) > 9 ? 0 : (uint64_t)4 << (value & 0xf);
}

const struct guest_arch guest_arch_aarch64 = {
    .abi = {"x0", {"x0", "x1", "x2"}, "x30", "sp", 0},
    .classify = classify,
    .unseen = unseen,
    .hidden = hidden,
    .hidden_block_bytes = hidden_block_bytes,
};
