/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * leaves.c - an instruction that leaves its block by a helper of QEMU's, and
 * then code whose memory a helper accesses: for x86_64, where both are known.
 */
#include "say.h"

#define NOINLINE __attribute__((noinline, noclone))

void leave_block(void);
void store_wide(void);

static volatile long double wide;

NOINLINE void leave_block(void)
{
#ifdef __x86_64__
    long result;

    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(110 /* getppid */)
                     : "rcx", "r11", "memory");
#endif
}

NOINLINE void store_wide(void)
{
    wide = wide + 1;
}

int main(void)
{
    say_range((const void *)&wide, sizeof(wide));
    for (int i = 0; i < 50; i++) {
        leave_block();
        store_wide();
    }
    return 0;
}
