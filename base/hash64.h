/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hash64.h - hashes of numbers, by multiplication (Knuth): fast, and good for
 * tables of numbers that nobody picked to collide.
 *
 * The high bits of the product depend on all bits of the key, the low ones on
 * few: take the high ones, as hash64_bits() does.  The factors are 2^64 and
 * 2^32 over the golden ratio.  They are part of the file format, too (see
 * trace/values.h and trace/predict.h), and never change.
 */
#ifndef MEMTRACE_HASH64_H
#define MEMTRACE_HASH64_H

#include <stdint.h>

#define HASH64_FACTOR UINT64_C(0x9e3779b97f4a7c15)
#define HASH32_FACTOR UINT32_C(0x9e3779b1)

/** hash64() - Return: 64 bits, of which the high ones are the good ones. */
static inline uint64_t hash64(uint64_t key)
{
    return key * HASH64_FACTOR;
}

/** hash64_bits() - Return: a number of so many bits, from 1 to 64. */
static inline uint64_t hash64_bits(uint64_t key, unsigned bits)
{
    return hash64(key) >> (64 - bits);
}

/** hash32() - the same for keys of 32 bits. */
static inline uint32_t hash32(uint32_t key)
{
    return key * HASH32_FACTOR;
}

/** hash32_bits() - Return: a number of so many bits, from 1 to 32. */
static inline uint32_t hash32_bits(uint32_t key, unsigned bits)
{
    return hash32(key) >> (32 - bits);
}

#endif /* MEMTRACE_HASH64_H */
