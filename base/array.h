/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * array.h - arrays that grow: a pointer from malloc(), how many elements are
 * in use, and how many there is room for, in fields of whoever has the array.
 *
 *     struct list {
 *         struct thing *all;
 *         size_t n, room;
 *     };
 *     struct thing *thing = array_add(list->all, list->n, list->room);
 *
 * All zero is an empty array; free() ends it.  Room doubles, so that adding an
 * element takes constant time over all.  Where there is no memory, or the
 * number of bytes is not one of size_t, nothing changes.
 *
 * These are macros, so that they know the type of the elements and test for
 * room without a call.  The arguments array, n and room are evaluated more
 * than once and have to be without side effects.
 */
#ifndef MEMTRACE_ARRAY_H
#define MEMTRACE_ARRAY_H

#include <stddef.h>
#include <string.h>

/*
 * What array_reserve() calls when there is not enough room.  Return: the array,
 * perhaps at another place, with room set anew; or NULL, and nothing changed.
 */
void *array_larger(void *array, size_t *room, size_t wanted,
                   size_t element_bytes);

/**
 * array_reserve() - have room for at least so many elements
 * @array: changed where it moves
 * @room: a size_t; changed with it
 *
 * Return: 0, or -1 out of memory.
 */
#define array_reserve(array, room, wanted)                                     \
    ({                                                                         \
        size_t wanted_ = (wanted);                                             \
        int error_ = 0;                                                        \
                                                                               \
        if (__builtin_expect(wanted_ > (room), 0)) {                           \
            __typeof__(array) larger_ =                                        \
                array_larger((array), &(room), wanted_, sizeof(*(array)));     \
                                                                               \
            if (larger_) {                                                     \
                (array) = larger_;                                             \
            } else {                                                           \
                error_ = -1;                                                   \
            }                                                                  \
        }                                                                      \
        error_;                                                                \
    })

/**
 * array_add() - one more element, the last
 * @n: counts it
 *
 * Return: the element, which holds nothing yet, or NULL out of memory.
 */
#define array_add(array, n, room)                                              \
    (array_reserve(array, room, (n) + 1) < 0 ? NULL : &(array)[(n)++])

/**
 * array_insert() - one more element, before element @at
 *
 * Return: as array_add().
 */
#define array_insert(array, n, room, at)                                       \
    ({                                                                         \
        size_t at_ = (at);                                                     \
        __typeof__(array) gap_ = NULL;                                         \
                                                                               \
        if (array_reserve(array, room, (n) + 1) == 0) {                        \
            gap_ = (array) + at_;                                              \
            memmove(gap_ + 1, gap_, ((n)++ - at_) * sizeof(*gap_));            \
        }                                                                      \
        gap_;                                                                  \
    })

/** array_remove() - take out @count elements from element @at on. */
#define array_remove(array, n, at, count)                                      \
    do {                                                                       \
        size_t at_ = (at), count_ = (count);                                   \
                                                                               \
        if (count_ > 0) {                                                      \
            (n) -= count_;                                                     \
            memmove((array) + at_, (array) + at_ + count_,                     \
                    ((n)-at_) * sizeof(*(array)));                             \
        }                                                                      \
    } while (0)

#endif /* MEMTRACE_ARRAY_H */
