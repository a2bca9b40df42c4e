/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * riscv64_numbers.c - written by tools/call-numbers.
 */
#include "guest_numbers.h"

#define FIRST 17
/* clang-format off */
static const uint16_t ids[] = {
#include "asm_generic_numbers.h"
};
/* clang-format on */

GUEST_NUMBERS(riscv64);
