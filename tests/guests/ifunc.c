/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ifunc.c - a function that is chosen as the program starts, of its own and of
 * libc's: each alone stores to its variable.
 */
#include <string.h>

int counted;
char copied_to[4096];
static volatile int wanted = 1;

static void one(void)
{
    for (int i = 0; i < 100; i++) {
        *(volatile int *)&counted += 1;
    }
}

static void other(void)
{
    for (int i = 0; i < 100; i++) {
        *(volatile int *)&counted += 2;
    }
}

static void (*resolve(void))(void)
{
    return wanted ? one : other;
}

void chosen(void) __attribute__((ifunc("resolve")));

int main(int argc, char **argv)
{
    void *(*volatile copy)(void *, const void *, size_t) = memcpy;
    static char from[sizeof(copied_to)];

    (void)argv;
    chosen();
    chosen();
    copy(copied_to + argc, from, 3000);
    return 0;
}
