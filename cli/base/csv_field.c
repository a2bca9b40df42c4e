/* SPDX-License-Identifier: GPL-2.0-or-later */
/* csv_field.c - see csv_field.h. */
#include <string.h>

#include "csv_field.h"
#include "output.h"

void csv_field(struct output *output, const char *text)
{
    if (!text) {
        return;
    }
    if (!strpbrk(text, ",\"\r\n")) {
        output_text(output, text);
        return;
    }
    output_string(output, "\"");
    for (const char *at = text; *at;) {
        size_t n = strcspn(at, "\"");
        char part[256];

        if (n >= sizeof(part)) {
            n = sizeof(part) - 1;
            /* Not inside a UTF-8 character. */
            while (n > sizeof(part) - 4 &&
                   ((unsigned char)at[n] & 0xc0) == 0x80) {
                n--;
            }
        }
        memcpy(part, at, n);
        part[n] = '\0';
        output_text(output, part);
        at += n;
        if (*at == '"') {
            output_string(output, "\"\"");
            at++;
        }
    }
    output_string(output, "\"");
}
