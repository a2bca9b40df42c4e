/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * unshown.c - ppc64le, s390x: instructions of which QEMU shows another access
 * than the manual has, or none; in a function of their own.
 *
 *   range LOW HIGH
 *   W ADDRESS 8          what the function accesses there and QEMU shows
 */
#include "say.h"

#define BYTES 4096
static char from[BYTES] __attribute__((aligned(BYTES)));
static char to[BYTES] __attribute__((aligned(BYTES)));

__attribute__((noinline)) static void unshown(char *d, const char *s)
{
#if defined(__s390x__)
    register char *r2 __asm__("r2") = d;
    register unsigned long r3 __asm__("r3") = 16;
    register const char *r4 __asm__("r4") = s;
    register unsigned long r5 __asm__("r5") = 16;

    __asm__ volatile(".machinemode zarch\n.machine arch13\n"
                     "lghi %%r0,0\n"
                     "mvpg %0,%2\n"
                     "mvclu %0,%2,0\n"
                     "lghi %%r0,7\n"
                     "mvcrl 0(%0),0(%2)\n"
                     : "+r"(r2), "+r"(r3), "+r"(r4), "+r"(r5)
                     :
                     : "r0", "cc", "memory");
#else /* no access but what follows */
    (void)s;
    __asm__ volatile("dcbst 0,%0\ndcbf 0,%0\nicbi 0,%0" : : "r"(d) : "memory");
#endif
    *(volatile uint64_t *)to = 1;
}

int main(void)
{
    unshown(to, from);
    say_range(to, sizeof(to));
    say("W 0x%016lx 8\n", (unsigned long)to);
    return 0;
}
