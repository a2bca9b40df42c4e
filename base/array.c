/* SPDX-License-Identifier: GPL-2.0-or-later */
/* array.c - see array.h: where an array gets its room. */
#include "array.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#define FIRST_ROOM 16

void *array_larger(void *array, size_t *room, size_t wanted,
                   size_t element_bytes)
{
    size_t most = PTRDIFF_MAX / element_bytes; /* the most that malloc() has */
    size_t more = *room > most / 2 ? wanted : 2 * *room;
    void *larger;

    if (wanted > most) {
        errno = ENOMEM;
        return NULL;
    }
    more = more < FIRST_ROOM ? FIRST_ROOM : more;
    more = more < wanted ? wanted : more;
    larger = realloc(array, more * element_bytes);
    if (larger) {
        *room = more;
    }
    return larger;
}
