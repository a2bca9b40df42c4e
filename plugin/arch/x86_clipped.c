/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * x86_clipped.c - instructions of x86 of which QEMU loads more than the manual
 * says: docs/unseen.md has what was measured.
 */
#include "x86_clipped.h"

#include "guest_arch.h"
#include "x86_prefix.h"

/* The last prefix of these that an instruction has; VEX numbers them so. */
enum { PREFIX_NONE, PREFIX_66, PREFIX_F3, PREFIX_F2 };

/* Where opcodes are: 0x0f, 0x0f 0x38, 0x0f 0x3a as VEX numbers them. */
enum { MAP_ONE_BYTE, MAP_0F, MAP_0F38, MAP_0F3A };

#define VEX_2 0xc5
#define VEX_3 0xc4
#define REGISTER_FORM 0xc0

/* An instruction, taken apart as far as needed here. */
struct parts {
    uint8_t map, prefix, opcode, modrm;
    bool is_vex, is_wide, is_256;
};

/* Return: false where there is no VEX prefix, or less than an instruction. */
static bool take_vex(const uint8_t *data, size_t size, bool has_rex,
                     struct parts *parts)
{
    size_t n = size > 0 && data[0] == VEX_3   ? 3
               : size > 0 && data[0] == VEX_2 ? 2
                                              : 0;

    /* Of 32 bits these are lds and les, but for what would be registers. */
    if (n == 0 || size < n + 2 ||
        (!has_rex && (data[1] & REGISTER_FORM) != REGISTER_FORM)) {
        return false;
    }
    parts->is_vex = true;
    parts->map = n == 3 ? data[1] & 0x1f : MAP_0F;
    parts->is_wide = n == 3 && (data[2] & 0x80) != 0;
    parts->is_256 = (data[n - 1] & 4) != 0;
    parts->prefix = data[n - 1] & 3;
    parts->opcode = data[n];
    parts->modrm = data[n + 1];
    return true;
}

static void note_prefix(uint8_t byte, struct parts *parts)
{
    parts->prefix = byte == X86_PREFIX_OPERAND        ? PREFIX_66
                    : byte == X86_PREFIX_REPEAT_EQUAL ? PREFIX_F3
                    : byte == X86_PREFIX_REPEAT       ? PREFIX_F2
                                                      : parts->prefix;
}

static bool take(const uint8_t *data, size_t size, bool has_rex,
                 struct parts *parts)
{
    size_t i = 0;

    while (i < size && x86_is_prefix(data[i])) {
        note_prefix(data[i++], parts);
    }
    if (take_vex(data + i, size - i, has_rex, parts)) {
        return true;
    }
    if (has_rex && i < size && (data[i] & 0xf0) == 0x40) {
        i++;
    }
    if (i < size && data[i] == 0x0f) {
        parts->map = MAP_0F;
        i++;
    }
    if (size - i < 2) {
        return false;
    }
    parts->opcode = data[i];
    parts->modrm = data[i + 1];
    return true;
}

static unsigned clip_vex(const struct parts *parts)
{
    uint8_t low = parts->opcode & 0xf;

    if (parts->map == MAP_0F38 && parts->prefix == PREFIX_66 &&
        parts->opcode >= 0x90 && parts->opcode < 0xc0 && low >= 9 && low & 1) {
        return GUEST_INSN_CLIP(parts->is_wide ? 3 : 2); /* vfmadd132sd, ... */
    }
    if (parts->map == MAP_0F && parts->prefix == PREFIX_F3 &&
        parts->opcode == 0xe6) {
        return GUEST_INSN_CLIP(parts->is_256 ? 4 : 3); /* vcvtdq2pd */
    }
    if (!parts->is_256 || parts->prefix != PREFIX_66) {
        return 0;
    }
    if (parts->map == MAP_0F3A &&
        (parts->opcode == 0x18 || parts->opcode == 0x38)) {
        return GUEST_INSN_CLIP(4); /* vinsertf128, vinserti128 */
    }
    if (parts->map != MAP_0F) {
        return 0;
    }
    switch (parts->opcode) {
    case 0xd1: /* vpsrlw, -d, -q by a count in memory */
    case 0xd2:
    case 0xd3:
    case 0xe1: /* vpsraw, -d */
    case 0xe2:
    case 0xf1: /* vpsllw, -d, -q */
    case 0xf2:
    case 0xf3:
        return GUEST_INSN_CLIP(4);
    default:
        return 0;
    }
}

unsigned x86_clipped(const uint8_t *data, size_t size, bool has_rex)
{
    struct parts parts = {.map = MAP_ONE_BYTE};

    if (!take(data, size, has_rex, &parts) || parts.modrm >= REGISTER_FORM) {
        return 0;
    }
    if (parts.is_vex) {
        return clip_vex(&parts);
    }
    if (parts.map == MAP_0F && parts.prefix == PREFIX_F3 &&
        parts.opcode == 0xe6) {
        return GUEST_INSN_CLIP(3); /* cvtdq2pd */
    }
    if (parts.map == MAP_0F && parts.prefix == PREFIX_NONE &&
        parts.opcode >= 0x60 && parts.opcode <= 0x62) {
        return GUEST_INSN_CLIP(2); /* punpcklbw, -wd, -dq of MMX */
    }
    if (parts.map == MAP_ONE_BYTE && parts.prefix == PREFIX_66 &&
        parts.opcode == 0xff && (parts.modrm >> 3 & 7) == 6) {
        return GUEST_INSN_CLIP(1); /* pushw */
    }
    return 0;
}
