/* SPDX-License-Identifier: GPL-2.0-or-later */
/* spots_far.h - a function of spots.c whose lines are in another file. */
#ifndef SPOTS_FAR_H
#define SPOTS_FAR_H

static volatile uint32_t far;

__attribute__((noinline, noclone)) static void far_touch(unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        far = i;
    }
}

#endif /* SPOTS_FAR_H */
