/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest_numbers.h - the numbers that an architecture gives to system calls; for
 * the files in numbers/, which tools/call-numbers writes.
 */
#ifndef GUEST_NUMBERS_H
#define GUEST_NUMBERS_H

#include <stddef.h>
#include <stdint.h>

#include "guest_calls.h"

/**
 * struct guest_numbers - an architecture's system calls by their numbers
 * @first: the lowest number
 * @ids: enum guest_call_id of it and of the n - 1 that follow; 0: none of ours
 */
struct guest_numbers {
    unsigned first;
    size_t n;
    const uint16_t *ids;
};

/* A row of an array ids, whose first number is FIRST; the array's end. */
#define NR(number, name) [(number)-FIRST] = CALL_ID_##name,
#define GUEST_NUMBERS(guest)                                                   \
    extern const struct guest_numbers guest_numbers_##guest;                   \
    const struct guest_numbers guest_numbers_##guest = {                       \
        FIRST, sizeof(ids) / sizeof(ids[0]), ids}

#endif /* GUEST_NUMBERS_H */
