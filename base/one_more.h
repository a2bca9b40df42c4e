/* SPDX-License-Identifier: GPL-2.0-or-later */
/* one_more.h - arrays that grow by an element at a time. */
#ifndef ONE_MORE_H
#define ONE_MORE_H

#include <stddef.h>
#include <stdlib.h>

/**
 * one_more() - room for one more element
 * @array: the caller's, from malloc(), or NULL
 * @room: elements that it has room for, changed with it
 * @used: those that are in use
 * @bytes: of an element
 *
 * Return: the array, elsewhere perhaps; NULL out of memory, when the old one is
 * as it was.
 */
static inline void *one_more(void *array, size_t *room, size_t used,
                             size_t bytes)
{
    size_t more = *room ? 2 * *room : 256;

    if (used < *room) {
        return array;
    }
    array = realloc(array, more * bytes);
    if (array) {
        *room = more;
    }
    return array;
}

#endif /* ONE_MORE_H */
