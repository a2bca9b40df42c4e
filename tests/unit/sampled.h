/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sampled.h - tests that go through every bit or byte: of their cases make
 * check runs one in so many, always the same ones, and make torture all.
 *
 * In the environment: TEST_WHOLE=1 is all of them, TEST_SEED=N other ones.
 * TEST_PART=N, as under sanitizers, which take ten times as long, makes tests
 * of random programs run an N-th of their rounds.
 */
#ifndef SAMPLED_H
#define SAMPLED_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define SAMPLED_SEED 1

struct sampled {
    const char *what;
    uint64_t one_in;
    uint64_t seed;
    uint64_t n_seen;
    uint64_t n_taken;
};

/* One in so many cases; what they are is for the words at the end. */
static inline struct sampled sampled_open(const char *what, uint64_t one_in)
{
    const char *seed = getenv("TEST_SEED"), *whole = getenv("TEST_WHOLE");

    return (struct sampled){
        .what = what,
        .one_in = whole && *whole == '1' ? 1 : one_in,
        .seed = seed ? strtoull(seed, NULL, 0) : SAMPLED_SEED,
    };
}

/*
 * Whether the next case is run; @is_special ones always are, such as the ends
 * of what is gone through.
 */
static inline bool sampled_takes(struct sampled *sampled, bool is_special)
{
    /* splitmix64: neighbours have nothing to do with each other. */
    uint64_t r = (sampled->seed + 1) * 0x9e3779b97f4a7c15u +
                 sampled->n_seen++ * 0xbf58476d1ce4e5b9u;
    bool is_taken;

    r = (r ^ r >> 30) * 0xbf58476d1ce4e5b9u;
    r = (r ^ r >> 27) * 0x94d049bb133111ebu;
    r ^= r >> 31;
    is_taken = is_special || r % sampled->one_in == 0;
    sampled->n_taken += is_taken;
    return is_taken;
}

/* Return: how many rounds of n to run, at least 1. */
static inline uint64_t sampled_rounds(uint64_t n)
{
    const char *text = getenv("TEST_PART");
    uint64_t part = text ? strtoull(text, NULL, 0) : 1;

    return part > 1 ? (n + part - 1) / part : n;
}

static inline void sampled_say(const struct sampled *sampled)
{
    printf("%s: %" PRIu64 " of %" PRIu64 " cases, seed %" PRIu64 "\n",
           sampled->what, sampled->n_taken, sampled->n_seen, sampled->seed);
}

#endif /* SAMPLED_H */
