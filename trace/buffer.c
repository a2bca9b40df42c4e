/* SPDX-License-Identifier: GPL-2.0-or-later */
/* buffer.c - see buffer.h. */
#include "buffer.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "check.h"
#include "memtrace.h"

int buffer_reserve(struct buffer *buffer, size_t n)
{
    size_t room = buffer->room;
    uint8_t *data;

    check(buffer->used <= room, "a buffer holds no more than it has room for");
    if (n <= room - buffer->used) {
        return 0;
    }
    if (n > SIZE_MAX / 4 - buffer->used) {
        return MEMTRACE_ERR_NOMEM;
    }
    room = buffer->used + n;
    if (room < 2 * buffer->used) {
        room = 2 * buffer->used;
    }
    data = realloc(buffer->data, room);
    if (!data) {
        return MEMTRACE_ERR_NOMEM;
    }
    buffer->data = data;
    buffer->room = room;
    return 0;
}

int buffer_append(struct buffer *buffer, const void *data, size_t n)
{
    if (n == 0) {
        return 0;
    }
    if (buffer_reserve(buffer, n) < 0) {
        return MEMTRACE_ERR_NOMEM;
    }
    memcpy(buffer->data + buffer->used, data, n);
    buffer->used += n;
    return 0;
}

void buffer_free(struct buffer *buffer)
{
    free(buffer->data);
    *buffer = (struct buffer){0};
}

int buffer_list_take(struct buffer_list *list, struct buffer *buffer)
{
    struct buffer *kept = array_add(list->all, list->n, list->room);
    uint8_t *tight;

    if (!kept) {
        return MEMTRACE_ERR_NOMEM;
    }
    tight = realloc(buffer->data, buffer->used + 1);
    if (tight) {
        buffer->data = tight;
    }
    *kept = *buffer;
    *buffer = (struct buffer){0};
    return 0;
}

void buffer_list_free(struct buffer_list *list)
{
    for (size_t i = 0; i < list->n; i++) {
        buffer_free(&list->all[i]);
    }
    free(list->all);
}
