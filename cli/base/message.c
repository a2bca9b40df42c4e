/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * message.c - lines on stderr, each in one write so that those of several
 * processes do not mix.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "escape.h"
#include "message.h"

#define MESSAGE_MAX 2048 /* what is longer is cut */

void message_list(const char *prefix, const char *format, va_list args)
{
    static const char start[] = "memtrace: ";
    char text[MESSAGE_MAX];
    char line[sizeof(start) + (size_t)MESSAGE_MAX * ESCAPE_MAX + 1];
    size_t used = sizeof(start) - 1;
    size_t n_prefix = strlen(prefix);
    int saved_errno = errno;
    ssize_t written;

    memcpy(line, start, used);
    if (n_prefix >= sizeof(text)) {
        n_prefix = 0;
    }
    memcpy(text, prefix, n_prefix);
    vsnprintf(text + n_prefix, sizeof(text) - n_prefix, format, args);
    used += escape_text(text, strlen(text), line + used);
    line[used++] = '\n';
    written = write(STDERR_FILENO, line, used);
    (void)written; /* there is nobody left to tell */
    errno = saved_errno;
}

void message(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    message_list("", format, args);
    va_end(args);
}
