/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * error.c - the words of libmemtrace's errors, from the list in memtrace.h.
 */
#include "memtrace.h"

const char *memtrace_strerror(int error)
{
    switch (error) {
#define WORDS(name, words)                                                     \
    case MEMTRACE_ERR_##name:                                                  \
        return words;
        MEMTRACE_ERRORS(WORDS)
#undef WORDS
    default:
        return error >= 0 ? "no error" : "unknown error";
    }
}
