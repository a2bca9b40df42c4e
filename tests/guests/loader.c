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
static uint64_t data = 1;
static uint64_t bss;
static const uint64_t rodata = 2;
static __thread uint64_t tls = 3;
static __thread uint64_t tls_bss;
/* A pointer that is constant once relocated: RELRO. */
static void *const relro __attribute__((section(".data.rel.ro"))) = &data;

static void watch(const volatile void *p)
{
    say_range((const void *)p, 8);
}

int main(int argc, char **argv)
{
    uint64_t stack = 4;
    volatile uint64_t *volatile heap = malloc(8);
    volatile uint64_t *h = heap;
    volatile uint64_t *on_stack = &stack;
    volatile uint64_t *t = &tls;
    volatile uint64_t *tb = &tls_bss;

    (void)argc;
    store8(&begin_marker, 1);
    load64(&data);
    expect('R', &data, 8);
    store64(&data, 5);
    expect('W', &data, 8);
    store64(&bss, 5);
    expect('W', &bss, 8);
    load64(&bss);
    expect('R', &bss, 8);
    load64(&rodata);
    load64(&relro);
    load64(main);
    store64(t, 6);
    expect('W', t, 8);
    load64(t);
    expect('R', t, 8);
    load64(tb);
    expect('R', tb, 8);
    store64(on_stack, 7);
    expect('W', on_stack, 8);
    load64(on_stack);
    expect('R', on_stack, 8);
    store64(h, 8);
    expect('W', h, 8);
    load64(h);
    expect('R', h, 8);
    load64(argv); /* what the kernel, here QEMU, put on the stack */
    expect('R', argv, 8);
#if DYNAMIC
    load64(&_r_debug.r_map);
    expect('R', &_r_debug.r_map, 8);
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
