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

        output_part(output, at, n);
        at += n;
        if (*at == '"') {
            output_string(output, "\"\"");
            at++;
        }
    }
    output_string(output, "\"");
}
