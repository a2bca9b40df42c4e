/* SPDX-License-Identifier: GPL-2.0-or-later */
/* spots_library.c - the library that spots.c opens at run time. */
#include <stdint.h>

volatile uint32_t library_cell;
volatile uint32_t library_pages[3000]; /* more than its file has room for */

void library_touch(unsigned n);

void library_touch(unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        library_cell = i;
    }
}
