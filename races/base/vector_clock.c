/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vector_clock.c - see vector_clock.h. */
#include "vector_clock.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "memtrace.h"

#define FIRST_ROOM 8

static int reserve(struct vector_clock *clock, uint32_t n)
{
    uint32_t room = clock->room ? clock->room : FIRST_ROOM;
    uint32_t *epochs;

    if (n <= clock->room) {
        return 0;
    }
    while (room < n) {
        room += room / 2;
    }
    epochs = realloc(clock->epochs, room * sizeof(*epochs));
    if (!epochs) {
        return MEMTRACE_ERR_NOMEM;
    }
    clock->epochs = epochs;
    clock->room = room;
    return 0;
}

/* Make it @n long, where it is shorter. */
static int lengthen(struct vector_clock *clock, uint32_t n)
{
    if (n <= clock->n) {
        return 0;
    }
    if (reserve(clock, n)) {
        return MEMTRACE_ERR_NOMEM;
    }
    memset(clock->epochs + clock->n, 0, (n - clock->n) * sizeof(uint32_t));
    clock->n = n;
    return 0;
}

int vector_clock_raise(struct vector_clock *clock, uint32_t thread,
                       uint32_t epoch)
{
    int error = lengthen(clock, thread + 1);

    if (!error) {
        check(clock->epochs[thread] <= epoch, "a clock only grows");
        clock->epochs[thread] = epoch;
    }
    return error;
}

int vector_clock_advance(struct vector_clock *clock, uint32_t thread)
{
    uint32_t epoch = vector_clock_of(clock, thread);

    return epoch == VECTOR_CLOCK_LAST_EPOCH
               ? MEMTRACE_ERR_LIMIT
               : vector_clock_raise(clock, thread, epoch + 1);
}

int vector_clock_join(struct vector_clock *clock,
                      const struct vector_clock *from)
{
    uint32_t news = 0;

    if (lengthen(clock, from->n)) {
        return MEMTRACE_ERR_NOMEM;
    }
    for (uint32_t i = 0; i < from->n; i++) {
        uint32_t mine = clock->epochs[i];
        uint32_t other = from->epochs[i];

        news |= other > mine;
        clock->epochs[i] = other > mine ? other : mine;
    }
    return (int)news;
}

int vector_clock_copy(struct vector_clock *clock,
                      const struct vector_clock *from)
{
    if (reserve(clock, from->n)) {
        return MEMTRACE_ERR_NOMEM;
    }
    if (from->n) {
        memcpy(clock->epochs, from->epochs, from->n * sizeof(uint32_t));
    }
    clock->n = from->n;
    return 0;
}

void vector_clock_free(struct vector_clock *clock)
{
    free(clock->epochs);
    *clock = (struct vector_clock){.n = 0};
}
