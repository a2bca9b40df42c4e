// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * footprint.c - touches much memory: footprint ordered|random MIB.
 *
 * "ordered" stores to each line of 64 bytes once, and a thread then loads an
 * eighth of them; in "random" order four threads together store as often as
 * there are lines.
 */
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_WORDS (64 / sizeof(uint64_t))
#define THREADS 4

static volatile uint64_t *area;
static size_t n_lines;

static void *load_some(void *unused)
{
    for (size_t i = 0; i < n_lines / 8; i++) {
        (void)area[i * LINE_WORDS];
    }
    return unused;
}

static void *store_at_random(void *seed)
{
    uint64_t x = (uintptr_t)seed * UINT64_C(0x9e3779b97f4a7c15) + 1;

    for (size_t i = 0; i < n_lines / THREADS; i++) {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        area[(x >> 11) % n_lines * LINE_WORDS] = i;
    }
    return NULL;
}

int main(int argc, char **argv)
{
    bool is_random = argc == 3 && strcmp(argv[1], "random") == 0;
    pthread_t threads[THREADS];

    if (argc != 3) {
        return 2;
    }
    n_lines = (size_t)atoi(argv[2]) << 14;
    area = malloc(n_lines * 64);
    if (area == NULL) {
        return 1;
    }
    for (size_t i = 0; !is_random && i < n_lines; i++) {
        area[i * LINE_WORDS] = i;
    }
    for (size_t i = 0; i < (is_random ? THREADS : 1); i++) {
        pthread_create(&threads[i], NULL,
                       is_random ? store_at_random : load_some,
                       (void *)(i + 1));
    }
    for (size_t i = 0; i < (is_random ? THREADS : 1); i++) {
        pthread_join(threads[i], NULL);
    }
    return 0;
}
