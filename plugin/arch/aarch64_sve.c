/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * aarch64_sve.c - which loads and stores of scalable vectors QEMU shows.
 * tests/guests/manual/sve.S has what was measured.
 */
#include "aarch64_sve.h"

#include <stddef.h>

#include "channel.h"
#include "qemu_shows.h"

enum sve_form {
    SVE_SHOWN,           /* by every QEMU, or it accesses nothing */
    SVE_CONTIGUOUS,      /* with QEMU_SHOWS_SVE */
    SVE_SCATTERED,       /* with QEMU_SHOWS_SVE_SCATTERED */
    SVE_FIRST,           /* its first element, with QEMU_SHOWS_SVE */
    SVE_FIRST_SCATTERED, /* its first element */
    SVE_NEVER,
};

/* The first that matches holds. */
static const struct encoding {
    uint32_t mask;
    uint32_t value;
    enum sve_form form;
} encodings[] = {
    /* PRFB and its like, of one address and of many */
    {0xffc08010, 0x85c00000, SVE_SHOWN},
    {0xfe60e010, 0x8400c000, SVE_SHOWN},
    {0xfe60e010, 0x8400e000, SVE_SHOWN},
    {0xffa08010, 0x84200000, SVE_SHOWN},
    {0xffa08010, 0xc4200000, SVE_SHOWN},
    {0xffe08010, 0xc4608000, SVE_SHOWN},
    {0xfe60e010, 0xc400e000, SVE_SHOWN},
    /* LDR, STR of predicates and vectors; LD1RB and its like */
    {0xffc0e010, 0x85800000, SVE_SHOWN},
    {0xffc0e000, 0x85804000, SVE_SHOWN},
    {0xffc0e010, 0xe5800000, SVE_SHOWN},
    {0xffc0e000, 0xe5804000, SVE_SHOWN},
    {0xfe408000, 0x84408000, SVE_SHOWN},
    /* LDFF1B, LDNF1B and their like; then all other contiguous loads */
    {0xfe00e000, 0xa4006000, SVE_FIRST},
    {0xfe10e000, 0xa410a000, SVE_NEVER},
    {0xfe000000, 0xa4000000, SVE_CONTIGUOUS},
    /* LDFF1B and its like of many addresses; then all other such loads */
    {0xfe00a000, 0x84002000, SVE_FIRST_SCATTERED},
    {0xfe60a000, 0x8420a000, SVE_FIRST_SCATTERED},
    {0xfe00a000, 0xc4002000, SVE_FIRST_SCATTERED},
    {0xfe60a000, 0xc420a000, SVE_FIRST_SCATTERED},
    {0xfe40a000, 0xc440a000, SVE_FIRST_SCATTERED},
    {0xfe000000, 0x84000000, SVE_SCATTERED},
    {0xfe000000, 0xc4000000, SVE_SCATTERED},
    /* stores to many addresses; then all others */
    {0xfe00e000, 0xe4002000, SVE_SCATTERED},
    {0xfe00a000, 0xe4008000, SVE_SCATTERED},
    {0xfe00e000, 0xe400a000, SVE_SCATTERED},
    {0xfe000000, 0xe4000000, SVE_CONTIGUOUS},
};

#define N_ENCODINGS (sizeof(encodings) / sizeof(encodings[0]))

static enum sve_form form_of(uint32_t insn)
{
    for (size_t i = 0; i < N_ENCODINGS; i++) {
        if ((insn & encodings[i].mask) == encodings[i].value) {
            return encodings[i].form;
        }
    }
    return SVE_SHOWN;
}

unsigned aarch64_sve_unseen(uint32_t insn, unsigned shown)
{
    switch (form_of(insn)) {
    case SVE_CONTIGUOUS:
        return shown & QEMU_SHOWS_SVE ? CHANNEL_UNSEEN_NONE
                                      : CHANNEL_UNSEEN_SVE;
    case SVE_SCATTERED:
        return shown & QEMU_SHOWS_SVE_SCATTERED ? CHANNEL_UNSEEN_NONE
                                                : CHANNEL_UNSEEN_SVE;
    case SVE_FIRST:
        return shown & QEMU_SHOWS_SVE ? CHANNEL_UNSEEN_PART_SVE
                                      : CHANNEL_UNSEEN_SVE;
    case SVE_FIRST_SCATTERED:
        return CHANNEL_UNSEEN_PART_SVE;
    case SVE_NEVER:
        return CHANNEL_UNSEEN_SVE;
    default:
        return CHANNEL_UNSEEN_NONE;
    }
}
