/* SPDX-License-Identifier: GPL-2.0-or-later */
/* inlines.c - functions inlined into one another, cold parts, copies. */
#include <stdio.h>
#include <stdlib.h>

#define INLINE static inline __attribute__((always_inline))

volatile int sink[16];

INLINE int innermost(int i)
{
    sink[i & 15] = i;
    return sink[(i + 1) & 15];
}

INLINE int middle(int i)
{
    int sum = 0;

    for (int k = 0; k < i; k++) {
        sum += innermost(k) + innermost(sum);
    }
    return sum;
}

INLINE int deep(int i)
{
    return i > 3 ? middle(i) : middle(i + 1) * 2;
}

static __attribute__((noinline)) int copied(int i, int by)
{
    if (__builtin_expect(i == 12345, 0)) {
        puts("never");
        abort();
    }
    return deep(i) * by;
}

__attribute__((noinline)) int recursive(int i)
{
    return i <= 0 ? deep(2) : recursive(i - 1) + innermost(i);
}

int main(int argc, char **argv)
{
    int sum = copied(argc, 3) + copied(argc + 1, 3);

    (void)argv;
    sum += recursive(5);
    return sum == 1 ? puts("one") : 0;
}
