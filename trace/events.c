/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * events.c - see events.h.
 *
 * An event is type, number of args, position after the block's first access,
 * time after the block's start (zigzag: an event may stand before the first
 * access), the args, the text and a NUL.
 */
#include "events.h"

#include <string.h>

int event_put(struct buffer *out, const struct access_head *head,
              const struct memtrace_event *event)
{
    size_t text_size = event->text ? strlen(event->text) : 0;
    uint8_t *p;

    if (event->n_args > MEMTRACE_EVENT_ARGS || text_size > LIMIT_EVENT_TEXT ||
        out->used > LIMIT_KEPT_BYTES - 2 * LIMIT_EVENT_TEXT) {
        return MEMTRACE_ERR_LIMIT;
    }
    if (buffer_reserve(out, (4 + MEMTRACE_EVENT_ARGS) * VARINT_MAX + text_size +
                                1) < 0) {
        return MEMTRACE_ERR_NOMEM;
    }
    p = out->data + out->used;
    p = put_varint(p, event->type);
    p = put_varint(p, event->n_args);
    p = put_varint(p, event->position - head->first);
    p = put_varint(p, zigzag(event->time - head->start_time));
    for (unsigned i = 0; i < event->n_args; i++) {
        p = put_varint(p, event->args[i]);
    }
    if (text_size) {
        memcpy(p, event->text, text_size);
    }
    p[text_size] = '\0';
    out->used = (size_t)(p - out->data) + text_size + 1;
    return 0;
}

int event_get(struct bytes_in *in, const struct access_head *head,
              struct memtrace_event *event)
{
    uint64_t type = get_varint(in), n_args = get_varint(in), position;
    const uint8_t *nul;

    if (type > UINT16_MAX || n_args > MEMTRACE_EVENT_ARGS) {
        return MEMTRACE_ERR_CORRUPT;
    }
    memset(event, 0, sizeof(*event));
    event->type = (uint16_t)type;
    event->n_args = (uint16_t)n_args;
    event->thread = head->thread;
    position = get_varint(in);
    if (position > head->n_accesses) {
        return MEMTRACE_ERR_CORRUPT;
    }
    event->position = head->first + position;
    event->time = head->start_time + unzigzag(get_varint(in));
    for (unsigned i = 0; i < n_args; i++) {
        event->args[i] = get_varint(in);
    }
    nul = in->is_bad ? NULL : memchr(in->next, '\0', bytes_left(in));
    if (!nul) {
        return MEMTRACE_ERR_CORRUPT;
    }
    event->text = (const char *)in->next;
    in->next = nul + 1;
    return 0;
}
