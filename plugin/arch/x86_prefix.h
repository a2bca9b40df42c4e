/* SPDX-License-Identifier: GPL-2.0-or-later */
/* x86_prefix.h - the bytes that may stand before an instruction of x86. */
#ifndef PLUGIN_ARCH_X86_PREFIX_H
#define PLUGIN_ARCH_X86_PREFIX_H

#include <stdbool.h>
#include <stdint.h>

#define X86_PREFIX_LOCK 0xf0
#define X86_PREFIX_OPERAND 0x66 /* and this or a repetition make another */
#define X86_PREFIX_REPEAT 0xf2
#define X86_PREFIX_REPEAT_EQUAL 0xf3

/** x86_is_prefix() - any but REX and VEX */
static inline bool x86_is_prefix(uint8_t byte)
{
    switch (byte) {
    case 0x26: /* segments */
    case 0x2e:
    case 0x36:
    case 0x3e:
    case 0x64:
    case 0x65:
    case 0x67: /* size of addresses */
    case X86_PREFIX_OPERAND:
    case X86_PREFIX_LOCK:
    case X86_PREFIX_REPEAT:
    case X86_PREFIX_REPEAT_EQUAL:
        return true;
    default:
        return false;
    }
}

#endif /* PLUGIN_ARCH_X86_PREFIX_H */
