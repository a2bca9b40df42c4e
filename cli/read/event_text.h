/* SPDX-License-Identifier: GPL-2.0-or-later */
/* event_text.h - an event of a trace in words. */
#ifndef EVENT_TEXT_H
#define EVENT_TEXT_H

#include <stdbool.h>

#include "memtrace.h"

struct output;

/**
 * event_text() - `# T0 map address=0x... size=4096 ...` and a newline
 * @has_stamps: with the time in it
 */
void event_text(struct output *output, const struct memtrace_reader *reader,
                const struct memtrace_event *event, bool has_stamps);

/** event_json() - the same as a JSON object, without a newline. */
void event_json(struct output *output, const struct memtrace_reader *reader,
                const struct memtrace_event *event);

/** event_prot() - `rwx`, with `-` for what is not allowed. Return: @text. */
char *event_prot(uint64_t prot, char text[4]);

#endif /* EVENT_TEXT_H */
