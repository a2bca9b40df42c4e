/* SPDX-License-Identifier: GPL-2.0-or-later */
/* page_rows.h - is a table of a document what the program has? */
#ifndef PAGE_ROWS_H
#define PAGE_ROWS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE_ROOM (1u << 20)

/* A whole document, to be freed; the test is skipped where it runs alone. */
static inline char *page_read(const char *name)
{
    const char *root = getenv("TEST_ROOT");
    char path[4096], *text;
    FILE *file;

    if (!root) {
        skip();
    }
    snprintf(path, sizeof(path), "%s/%s", root, name);
    file = fopen(path, "r");
    assert_non_null(file);
    text = calloc(1, PAGE_ROOM);
    assert_non_null(text);
    assert_in_range(fread(text, 1, PAGE_ROOM - 1, file), 1, PAGE_ROOM - 2);
    fclose(file);
    return text;
}

static inline void page_has(const char *page, const char *row)
{
    if (!strstr(page, row)) {
        fail_msg("the document lacks: %s", row);
    }
}

#endif /* PAGE_ROWS_H */
