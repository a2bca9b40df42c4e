/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * entries.h - messages in a channel's entries, as events and instructions.
 */
#ifndef RECORDER_ENTRIES_H
#define RECORDER_ENTRIES_H

#include "channel.h"
#include "memtrace.h"

/**
 * struct entries_message - a message, copied out of the channel
 * @type: enum channel_message
 * @n_args, @args: its arguments, the missing ones 0
 * @text_bytes, @text: NUL-terminated
 */
struct entries_message {
    unsigned type;
    unsigned n_args;
    uint64_t args[CHANNEL_MESSAGE_ARGS];
    size_t text_bytes;
    char text[CHANNEL_MESSAGE_TEXT + 8];
};

/**
 * entries_read_message() - the message that starts at an entry
 * @entries: n of them, the first is a CHANNEL_TAG_MESSAGE
 *
 * Each entry is read once: the channel's memory may change meanwhile.
 *
 * Return: how many entries it takes, or 0 where it does not fit or is none.
 */
size_t entries_read_message(const struct channel_entry *entries, size_t n,
                            struct entries_message *message);

/**
 * entries_event() - a message as an event
 * @event: type, args and text are filled; text is the message's
 *
 * Return: false where the message is no event.
 */
bool entries_event(const struct entries_message *message,
                   struct memtrace_event *event);

/** entries_insn() - a message as an instruction. Return: false: it is none. */
bool entries_insn(const struct entries_message *message,
                  struct memtrace_insn *insn);

#endif /* RECORDER_ENTRIES_H */
