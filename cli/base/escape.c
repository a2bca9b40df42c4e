/* SPDX-License-Identifier: GPL-2.0-or-later */
/* escape.c - see escape.h. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "escape.h"

/*
 * Decode one UTF-8 character of the @size > 0 bytes at @text.
 *
 * Return: its length, or 0 where there is none.
 */
static size_t utf8_decode(const unsigned char *text, size_t size,
                          uint32_t *character)
{
    static const uint32_t lowest[] = {0, 0, 0x80, 0x800, 0x10000};
    uint32_t value;
    size_t length;

    if (text[0] < 0x80) {
        *character = text[0];
        return 1;
    }
    if (text[0] >= 0xc2 && text[0] <= 0xdf) {
        length = 2;
    } else if ((text[0] & 0xf0) == 0xe0) {
        length = 3;
    } else if (text[0] >= 0xf0 && text[0] <= 0xf4) {
        length = 4;
    } else {
        return 0;
    }
    if (size < length) {
        return 0;
    }
    value = text[0] & (0x7fu >> length);
    for (size_t i = 1; i < length; i++) {
        if ((text[i] & 0xc0) != 0x80) {
            return 0;
        }
        value = value << 6 | (text[i] & 0x3f);
    }
    if (value < lowest[length] || value > 0x10ffff ||
        (value >= 0xd800 && value <= 0xdfff)) {
        return 0;
    }
    *character = value;
    return length;
}

/* Control characters, and what reorders or breaks the line it stands in. */
static int is_printing(uint32_t character)
{
    return character >= 0x20 && !(character >= 0x7f && character <= 0x9f) &&
           !(character >= 0x200b && character <= 0x200f) &&
           !(character >= 0x2028 && character <= 0x202e) &&
           !(character >= 0x2066 && character <= 0x2069) && character != 0xfeff;
}

static size_t escape_byte(unsigned char byte, char *out)
{
    static const char hex[] = "0123456789abcdef";
    char letter = 0;

    switch (byte) {
    case '\n':
        letter = 'n';
        break;
    case '\t':
        letter = 't';
        break;
    case '\r':
        letter = 'r';
        break;
    case '\\':
        letter = '\\';
        break;
    default:
        break;
    }
    out[0] = '\\';
    if (letter) {
        out[1] = letter;
        return 2;
    }
    out[1] = 'x';
    out[2] = hex[byte >> 4];
    out[3] = hex[byte & 15];
    return 4;
}

size_t escape_text(const char *text, size_t size, char *out)
{
    const unsigned char *in = (const unsigned char *)text;
    size_t used = 0;

    for (size_t i = 0; i < size;) {
        uint32_t character;
        size_t length = utf8_decode(in + i, size - i, &character);

        if (length && is_printing(character) && character != '\\') {
            memcpy(out + used, in + i, length);
            used += length;
            i += length;
            continue;
        }
        for (size_t end = i + (length ? length : 1); i < end; i++) {
            used += escape_byte(in[i], out + used);
        }
    }
    return used;
}

size_t escape_json(const char *text, size_t size, char *out)
{
    const unsigned char *in = (const unsigned char *)text;
    size_t used = 0;

    for (size_t i = 0; i < size;) {
        uint32_t character;
        size_t length = utf8_decode(in + i, size - i, &character);

        if (!length) {
            memcpy(out + used, "\xef\xbf\xbd", 3);
            used += 3;
            i++;
        } else if (character == '"' || character == '\\') {
            out[used++] = '\\';
            out[used++] = (char)character;
            i++;
        } else if (is_printing(character) || character >= 0x100) {
            memcpy(out + used, in + i, length);
            used += length;
            i += length;
        } else {
            char code[8]; /* controls, C1 ones too: they are \u00XX */

            snprintf(code, sizeof(code), "\\u%04x", (unsigned)character);
            memcpy(out + used, code, 6);
            used += 6;
            i += length;
        }
    }
    return used;
}

size_t escape_characters(const char *text, size_t most, size_t *bytes)
{
    size_t size = strlen(text);
    size_t n = 0, at = 0;

    for (; at < size && n < most; n++) {
        uint32_t character;
        size_t length = utf8_decode((const unsigned char *)text + at, size - at,
                                    &character);

        at += length ? length : 1;
    }
    *bytes = at;
    return n;
}
