/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * aarch64_numbers.c - written by tools/call-numbers.
 */
#include "guest_numbers.h"

#define FIRST 17
/* clang-format off */
static const uint16_t ids[] = {
#include "asm_generic_numbers.h"
    NR(38, renameat)
};
/* clang-format on */

GUEST_NUMBERS(aarch64);
