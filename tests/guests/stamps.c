/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * stamps.c - stores to each element of an array after a system call, twice,
 * then loads one variable as often, as if it waited; and says where these are:
 *
 *   NAME BEGIN-END
 */
#include "say.h"

#define N 1000

static volatile uint32_t first[N];
static volatile uint32_t second[N];
static volatile uint32_t flag;

static void fill(volatile uint32_t *p)
{
    getppid(); /* a call that nothing else is done for */
    for (unsigned i = 0; i < N; i++) {
        p[i] = i;
    }
}

static void say_where(const char *name, volatile const void *p, size_t size)
{
    unsigned long begin = (unsigned long)p;

    say("%s 0x%lx-0x%lx\n", name, begin, begin + size);
}

int main(void)
{
    fill(first);
    fill(second);
    for (unsigned i = 0; i < N; i++) {
        (void)flag;
    }
    say_where("first", first, sizeof(first));
    say_where("second", second, sizeof(second));
    say_where("flag", &flag, sizeof(flag));
    return 0;
}
