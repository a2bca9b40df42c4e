/* SPDX-License-Identifier: GPL-2.0-or-later */
/* digits.h - numbers to text where printf() would be too slow. */
#ifndef DIGITS_H
#define DIGITS_H

#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Text after what was put, so that calls can follow one another. */

static inline char *put_bytes(char *out, const char *text, size_t size)
{
    memcpy(out, text, size);
    return out + size;
}

#define PUT_LITERAL(out, literal) put_bytes(out, literal, sizeof(literal) - 1)

static inline char *put_decimal(char *out, uint64_t value)
{
    char digits[20];
    size_t n = sizeof(digits);

    if (value < 10) {
        *out = (char)('0' + value);
        return out + 1;
    }
    do {
        digits[--n] = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    return put_bytes(out, digits + n, sizeof(digits) - n);
}

/* 8 hexadecimal digits at once: each nibble into a byte, then to a letter. */
static inline char *put_hex8(char *out, uint32_t value)
{
    uint64_t x = __builtin_bswap32(value);
    uint64_t is_letter;

    x = (x | x << 16) & 0x0000ffff0000ffffull;
    x = (x | x << 8) & 0x00ff00ff00ff00ffull;
    x = (x >> 4 & 0x000f000f000f000full) | (x & 0x000f000f000f000full) << 8;
    is_letter = (x + 0x0606060606060606ull) >> 4 & 0x0101010101010101ull;
    x = htole64(x + 0x3030303030303030ull + is_letter * ('a' - '0' - 10));
    return put_bytes(out, (const char *)&x, sizeof(x));
}

/* 0x and 16 digits */
static inline char *put_address(char *out, uint64_t address)
{
    out = PUT_LITERAL(out, "0x");
    out = put_hex8(out, (uint32_t)(address >> 32));
    return put_hex8(out, (uint32_t)address);
}

#endif /* DIGITS_H */
