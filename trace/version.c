/* SPDX-License-Identifier: GPL-2.0-or-later */
/* version.c - which libmemtrace a program has got, as it runs. */
#include "memtrace.h"

unsigned memtrace_version(void)
{
    return MEMTRACE_VERSION_NUMBER;
}
