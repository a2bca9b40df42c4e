/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * x86_stores.c - see x86_stores.h.
 */
#include "x86_stores.h"

#include "x86_prefix.h"

#define ALL_REGS 0xff /* of the bits of struct row */

/*
 * Opcodes with an operand in memory: those that are equal to opcode under mask,
 * where bit N of regs is set for the field reg N of the byte behind them.
 */
struct row {
    uint8_t mask;
    uint8_t opcode;
    uint8_t regs;
};

static const struct row one_byte[] = {
    {0xfc, 0x80, 0x7f},     /* add, or, ... but cmp, of an immediate */
    {0xfe, 0xc0, ALL_REGS}, /* shifts */
    {0xfc, 0xd0, ALL_REGS}, /* shifts */
    {0xfe, 0xf6, 0x0c},     /* not, neg */
    {0xff, 0xfe, 0x03},     /* inc, dec */
    {0xff, 0xff, 0x43},     /* inc, dec, push */
    {0xfe, 0x86, ALL_REGS}, /* xchg */
    {0xff, 0x8f, 0x01},     /* pop */
};

static const struct row two_bytes[] = {
    {0xf6, 0xa4, ALL_REGS}, /* shld, shrd */
    {0xe7, 0xa3, ALL_REGS}, /* bts, btr, btc; bt, see below */
    {0xff, 0xba, 0xe0},     /* bts, btr, btc of an immediate */
    {0xfe, 0xb0, ALL_REGS}, /* cmpxchg */
    {0xfe, 0xc0, ALL_REGS}, /* xadd */
    {0xff, 0xc7, 0x02},     /* cmpxchg8b, cmpxchg16b */
};

static bool has_row(const struct row *rows, size_t n, uint8_t opcode,
                    uint8_t modrm)
{
    for (size_t i = 0; i < n; i++) {
        if ((opcode & rows[i].mask) == rows[i].opcode &&
            (rows[i].regs >> (modrm >> 3 & 7) & 1)) {
            return true;
        }
    }
    return false;
}

static bool is_prefix(uint8_t byte, bool has_rex)
{
    return x86_is_prefix(byte) || (has_rex && (byte & 0xf0) == 0x40);
}

#define N_ROWS(rows) (sizeof(rows) / sizeof((rows)[0]))
#define IS_CALL(modrm) (((modrm)&0x30) == 0x10) /* near, far */

enum guest_then_stores x86_loads_then_stores(const uint8_t *data, size_t size,
                                             bool has_rex)
{
    bool is_it;
    uint8_t opcode;

    while (size > 0 && is_prefix(data[0], has_rex)) {
        data++;
        size--;
    }
    if (size > 0 && (data[0] & 0xfe) == 0xa4) {
        return GUEST_THEN_STORES; /* movs, whose address moves if repeated */
    }
    if (size < 3 && (size < 2 || data[0] == 0x0f)) {
        return GUEST_THEN_STORES_NOT;
    }
    opcode = data[0];
    if (opcode == 0x0f) {
        is_it = data[2] < 0xc0 && data[1] != 0xa3 &&
                has_row(two_bytes, N_ROWS(two_bytes), data[1], data[2]);
        return is_it ? GUEST_THEN_STORES : GUEST_THEN_STORES_NOT;
    }
    if (data[1] >= 0xc0) {
        return GUEST_THEN_STORES_NOT;
    }
    if (opcode == 0xff && IS_CALL(data[1])) {
        return GUEST_THEN_STORES_AND_JUMPS;
    }
    /* add, or, adc, sbb, and, sub, xor, but not cmp, to memory */
    is_it = (opcode < 0x38 && (opcode & 7) <= 1) ||
            has_row(one_byte, N_ROWS(one_byte), opcode, data[1]);
    return is_it ? GUEST_THEN_STORES : GUEST_THEN_STORES_NOT;
}
