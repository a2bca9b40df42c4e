/* SPDX-License-Identifier: GPL-2.0-or-later */
/* message.h - lines for the user, on stderr. */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <stdarg.h>

/**
 * message() - write `memtrace: ` and one line to stderr
 * @format: as for printf, without the newline
 *
 * Control characters, which names may hold, are shown escaped.
 */
void message(const char *format, ...) __attribute__((format(printf, 1, 2)));
void message_list(const char *prefix, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

#endif /* MESSAGE_H */
