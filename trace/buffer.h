/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * buffer.h - bytes that grow in number.
 */
#ifndef MEMTRACE_BUFFER_H
#define MEMTRACE_BUFFER_H

#include <stddef.h>
#include <stdint.h>

struct buffer {
    uint8_t *data;
    size_t used;
    size_t room;
};

/* Make room for n more bytes. Return: 0, or NOMEM and nothing changed. */
int buffer_reserve(struct buffer *buffer, size_t n);
int buffer_append(struct buffer *buffer, const void *data, size_t n);
void buffer_free(struct buffer *buffer);

/* Buffers whose contents are pointed into, and so do not move. */
struct buffer_list {
    struct buffer *all;
    size_t n, room;
};

/*
 * The list takes over what a buffer holds, and lets go of room that it does not
 * need; the buffer is empty then.  Return: 0, or NOMEM and nothing changed.
 */
int buffer_list_take(struct buffer_list *list, struct buffer *buffer);
void buffer_list_free(struct buffer_list *list);

#endif /* MEMTRACE_BUFFER_H */
