/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scans.c - see scans.h. */
#include "scans.h"

#define X86_IS_PREFIX(byte)                                                    \
    ((byte) == 0x66 || (byte) == 0xf2 || (byte) == 0xf3 ||                     \
     ((byte)&0xf0) == 0x40)

bool scans_x86(const uint8_t *bytes, size_t size)
{
    size_t i = 0;

    while (i < size && X86_IS_PREFIX(bytes[i])) {
        i++;
    }
    if (size - i < 4) {
        return false;
    }
    /* 0f, or VEX of 2 or 3 bytes, then the opcode. */
    i += bytes[i] == 0x0f ? 1 : bytes[i] == 0xc5 ? 2 : bytes[i] == 0xc4 ? 3 : 4;
    return i < size &&
           (bytes[i] == 0x74 || bytes[i] == 0x75 || bytes[i] == 0x76 ||
            bytes[i] == 0xda); /* pcmpeqb, -w, -d, pminub */
}

/*
 * Comparing is the next instruction's; but what loads vectors one by one, by
 * LD1 or LDR with write-back, does not copy, which takes pairs.
 */
bool scans_aarch64(const uint8_t *bytes, size_t size)
{
    uint32_t word;

    if (size != 4) {
        return false;
    }
    word = bytes[0] | bytes[1] << 8 | bytes[2] << 16 | (uint32_t)bytes[3] << 24;
    return (word & 0xfffff000) == 0x4c407000 || /* ld1 {v}, [x] */
           (word & 0xfffff000) == 0x4c40a000 || /* ld1 {v, v}, [x] */
           (word & 0xffe0f000) == 0x4cc07000 || /* the same, [x], n */
           (word & 0xffe0f000) == 0x4cc0a000 ||
           (word & 0xffe00400) == 0x3cc00400; /* ldr q, [x], n; [x, n]! */
}
