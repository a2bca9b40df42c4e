/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * room.h - arrays that grow by one.
 */
#ifndef ROOM_H
#define ROOM_H

#include <stddef.h>
#include <stdlib.h>

/**
 * room_for_one() - make room for one more element
 * @array, @n: what there is
 * @room: elements that it has room for; updated
 * @size_bytes: of an element
 *
 * Return: the array, which may have moved; NULL where there is no memory, and
 * then it is as it was.
 */
static inline void *room_for_one(void *array, size_t n, size_t *room,
                                 size_t size_bytes)
{
    void *bigger = array;

    if (n == *room) {
        bigger = reallocarray(array, n * 2 + 16, size_bytes);
        if (bigger) {
            *room = n * 2 + 16;
        }
    }
    return bigger;
}

#endif /* ROOM_H */
