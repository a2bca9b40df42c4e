/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * loader.c - memory that no system call of the guest maps: the image, its
 * RELRO part, thread-local storage, the stack, and the dynamic loader's data.
 *
 * Prints the addresses of one variable of each, and the accesses it makes to
 * them between the markers.  What the loader makes before main is told by
 * "early ADDRESS": at least one store to it must come before the marker;
 * "early-line": to its 16 bytes, since it is copied with its neighbours.
 */
#include "say.h"

#if DYNAMIC
#include <link.h>
#endif

static uint8_t begin_marker;
static uint8_t end_marker;
static unsigned long data = 1;
static unsigned long bss;
static const unsigned long rodata = 2;
static __thread unsigned long tls = 3;
static __thread unsigned long tls_bss;
/* A pointer that is constant once relocated: RELRO. */
static void *const relro __attribute__((section(".data.rel.ro"))) = &data;

static void watch(const volatile void *p)
{
    say_range((const void *)p, WORD);
}

int main(int argc, char **argv)
{
    unsigned long stack = 4;
    volatile unsigned long *volatile heap = malloc(WORD);
    volatile unsigned long *h = heap;
    volatile unsigned long *on_stack = &stack;
    volatile unsigned long *t = &tls;
    volatile unsigned long *tb = &tls_bss;

    is_quiet = argc > 1;
    store8(&begin_marker, 1);
    load_word(&data);
    expect('R', &data, WORD);
    store_word(&data, 5);
    expect('W', &data, WORD);
    store_word(&bss, 5);
    expect('W', &bss, WORD);
    load_word(&bss);
    expect('R', &bss, WORD);
    load_word(&rodata);
    load_word(&relro);
#if __mips__ /* has no RELRO */
    expect('R', &relro, WORD);
#endif
    load_word(main);
    store_word(t, 6);
    expect('W', t, WORD);
    load_word(t);
    expect('R', t, WORD);
    load_word(tb);
    expect('R', tb, WORD);
    store_word(on_stack, 7);
    expect('W', on_stack, WORD);
    load_word(on_stack);
    expect('R', on_stack, WORD);
    store_word(h, 8);
    expect('W', h, WORD);
    load_word(h);
    expect('R', h, WORD);
    load_word(argv); /* what the kernel, here QEMU, put on the stack */
    expect('R', argv, WORD);
#if DYNAMIC
    load_word(&_r_debug.r_map);
    expect('R', &_r_debug.r_map, WORD);
#endif
    store8(&end_marker, 1);

    say("begin 0x%016lx\n", (unsigned long)&begin_marker);
    say("end 0x%016lx\n", (unsigned long)&end_marker);
    watch(&data);
    watch(&bss);
    watch(&rodata);
    watch(&relro);
    watch(main);
    watch(t);
    watch(tb);
    watch(on_stack);
    watch(h);
    watch(argv);
#if DYNAMIC
    watch(&_r_debug.r_map);
    say("early 0x%016lx\n", (unsigned long)&_r_debug.r_map);
#endif
#if RELOCATED
    say("early 0x%016lx\n", (unsigned long)&relro);
#endif
#if __x86_64__ /* aarch64's memcpy uses SVE, which QEMU 7.2 does not show */
    say("early-line 0x%016lx\n", (unsigned long)t);
#endif
    say_expected();
    return 0;
}
