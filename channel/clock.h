/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * clock.h - the host's invariant counter, by which streams are stamped.
 *
 * Counters of all cores run at one rate and from one origin on every machine
 * that has an invariant counter, so a stamp of one thread compares with a
 * stamp of another.
 */
#ifndef CHANNEL_CLOCK_H
#define CHANNEL_CLOCK_H

#include <stdint.h>

#if defined(__x86_64__)

#include <x86intrin.h>

/** clock_ticks() - Return: the counter, where a few cycles do not matter. */
static inline uint64_t clock_ticks(void)
{
    return __rdtsc();
}

/**
 * clock_ticks_before() - a stamp for what follows
 *
 * The counter is read before any later instruction starts.
 */
static inline uint64_t clock_ticks_before(void)
{
    uint64_t ticks = __rdtsc();

    _mm_lfence();
    return ticks;
}

/**
 * clock_ticks_after() - a stamp for what came before
 *
 * The counter is read after every earlier instruction is done: loads have
 * their value, a locked instruction has made its store visible.
 */
static inline uint64_t clock_ticks_after(void)
{
    _mm_lfence();
    return __rdtsc();
}

/**
 * clock_ticks_visible() - a stamp for what came before, including plain stores
 *
 * A plain store may wait in the core's store buffer long after it is done. This
 * waits until all earlier stores are visible to other threads.
 */
static inline uint64_t clock_ticks_visible(void)
{
    _mm_mfence();
    return clock_ticks_after();
}

#elif defined(__aarch64__)

static inline uint64_t clock_ticks(void)
{
    uint64_t ticks;

    __asm__ volatile("mrs %0, cntvct_el0" : "=r"(ticks));
    return ticks;
}

static inline uint64_t clock_ticks_before(void)
{
    uint64_t ticks;

    __asm__ volatile("mrs %0, cntvct_el0\n\tisb" : "=r"(ticks)::"memory");
    return ticks;
}

static inline uint64_t clock_ticks_after(void)
{
    uint64_t ticks;

    __asm__ volatile("dmb ish\n\tisb\n\tmrs %0, cntvct_el0"
                     : "=r"(ticks)::"memory");
    return ticks;
}

static inline uint64_t clock_ticks_visible(void)
{
    __asm__ volatile("dsb ish" ::: "memory");
    return clock_ticks_after();
}

#else
#error "qemu-memtrace runs on x86_64 and aarch64 hosts"
#endif

#endif /* CHANNEL_CLOCK_H */
