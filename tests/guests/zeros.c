/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * zeros.c - aarch64: zeroes blocks of memory with DC ZVA, once it has asked how
 * large they are, as libc does; and says which bytes that are.
 *
 *   range LOW HIGH
 *   W ADDRESS 16         for each 16 bytes that it zeroes
 */
#include "say.h"

#define BLOCKS 8
static char memory[BLOCKS * 2048] __attribute__((aligned(2048)));

/* With the address in the first register, which QEMU numbers from 0 or 1. */
static void zero(char *p, uint64_t size)
{
    register char *x0 __asm__("x0");
    char *block = (char *)((uintptr_t)p & -(uintptr_t)size);

    for (uint64_t i = 0; i < size; i += 16) {
        say("W 0x%016lx 16\n", (unsigned long)(block + i));
    }
    x0 = p;
    __asm__ volatile("dc zva, %0" : : "r"(x0) : "memory");
}

int main(void)
{
    uint64_t id, size;

    __asm__ volatile("mrs %0, dczid_el0" : "=r"(id));
    size = (uint64_t)4 << (id & 15);
    say_range(memory, sizeof(memory));
    for (int i = 0; i < BLOCKS; i++) {
        /* Anywhere in the block. */
        zero(memory + i * 2048 + i * 7, size);
    }
    for (size_t i = 0; i < sizeof(memory); i++) {
        if (memory[i] != 0) {
            die("not zero");
        }
    }
    return 0;
}
