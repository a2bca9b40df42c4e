/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * entries.c - reading messages out of the channel.
 */
#include "entries.h"

#include <string.h>

static uint64_t value_of(const struct channel_entry *entry)
{
    return ((const volatile struct channel_entry *)entry)->value;
}

size_t entries_read_message(const struct channel_entry *entries, size_t n,
                            struct entries_message *message)
{
    uint64_t head = value_of(&entries[0]);
    size_t n_words;

    message->type = channel_message_type(head);
    message->n_args = channel_message_n_args(head);
    message->text_bytes = channel_message_text_bytes(head);
    if (message->n_args > CHANNEL_MESSAGE_ARGS ||
        message->text_bytes > CHANNEL_MESSAGE_TEXT) {
        return 0;
    }
    n_words = (message->text_bytes + 7) / 8;
    if (n - 1 < message->n_args + n_words) {
        return 0;
    }
    memset(message->args, 0, sizeof(message->args));
    entries++;
    for (size_t i = 0; i < message->n_args; i++) {
        message->args[i] = value_of(entries++);
    }
    for (size_t i = 0; i < n_words; i++) {
        uint64_t word = value_of(entries++);

        memcpy(message->text + i * 8, &word, 8);
    }
    message->text[message->text_bytes] = '\0';
    return 1 + message->n_args + n_words;
}

static const uint16_t event_types[] = {
    [CHANNEL_MESSAGE_MAP] = MEMTRACE_EVENT_MAP,
    [CHANNEL_MESSAGE_UNMAP] = MEMTRACE_EVENT_UNMAP,
    [CHANNEL_MESSAGE_PROTECT] = MEMTRACE_EVENT_PROTECT,
    [CHANNEL_MESSAGE_SYSCALL] = MEMTRACE_EVENT_SYSCALL,
    [CHANNEL_MESSAGE_SYSCALL_RETURN] = MEMTRACE_EVENT_SYSCALL_RETURN,
    [CHANNEL_MESSAGE_THREAD_END] = MEMTRACE_EVENT_THREAD_END,
    [CHANNEL_MESSAGE_LOST] = MEMTRACE_EVENT_LOST,
    [CHANNEL_MESSAGE_KERNEL_ACCESS] = MEMTRACE_EVENT_KERNEL_ACCESS,
    [CHANNEL_MESSAGE_PAUSE] = MEMTRACE_EVENT_PAUSE,
    [CHANNEL_MESSAGE_RESUME] = MEMTRACE_EVENT_RESUME,
    [CHANNEL_MESSAGE_ALLOCATE] = MEMTRACE_EVENT_ALLOCATE,
    [CHANNEL_MESSAGE_FREE] = MEMTRACE_EVENT_FREE,
    [CHANNEL_MESSAGE_THREAD_NAME] = MEMTRACE_EVENT_THREAD_NAME,
    [CHANNEL_MESSAGE_PROCESS_COMMAND] = MEMTRACE_EVENT_PROCESS_COMMAND,
    [CHANNEL_MESSAGE_FILE] = MEMTRACE_EVENT_FILE,
};

bool entries_event(const struct entries_message *message,
                   struct memtrace_event *event)
{
    size_t n_types = sizeof(event_types) / sizeof(event_types[0]);

    if (message->type >= n_types || event_types[message->type] == 0) {
        return false;
    }
    *event = (struct memtrace_event){
        .type = event_types[message->type],
        .n_args = message->n_args,
        .text = message->text,
    };
    memcpy(event->args, message->args, sizeof(event->args));
    return true;
}

bool entries_insn(const struct entries_message *message,
                  struct memtrace_insn *insn)
{
    uint64_t number = message->args[1];
    size_t size = message->args[2] & 0xff;
    uint64_t flags = message->args[2] >> 8;

    if (message->type != CHANNEL_MESSAGE_INSN || number == 0 ||
        number > MEMTRACE_INSN_MAX || size > MEMTRACE_INSN_BYTES ||
        size > message->text_bytes) {
        return false;
    }
    *insn = (struct memtrace_insn){
        .pc = message->args[0],
        .number = number,
        .size = size,
        .flags = flags & CHANNEL_INSN_ATOMIC ? MEMTRACE_ATOMIC : 0,
    };
    if (flags & CHANNEL_INSN_CONDITIONAL) {
        insn->flags |= MEMTRACE_INSN_CONDITIONAL;
    }
    memcpy(insn->bytes, message->text, size);
    return true;
}
