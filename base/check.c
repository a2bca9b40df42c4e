/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check.c - see check.h: the end of a program whose state is not sound. */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>

void check_failed(const char *file, int line, const char *condition,
                  const char *words)
{
    fprintf(stderr,
            "memtrace: %s:%d: defect in this program: not so: %s (%s)\n", file,
            line, words, condition);
    abort();
}
