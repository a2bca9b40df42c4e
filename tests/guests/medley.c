/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * medley.c - a bit of everything that libc and the compiler make accesses
 * with, the same in each run: vector and string instructions, floating point,
 * calls, the heap, a signal handler, setjmp.
 */
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

static volatile sig_atomic_t n_signals;
static jmp_buf jump;

static void on_signal(int number)
{
    n_signals += number == SIGUSR1;
}

static int compare(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static uint32_t next_random(void)
{
    static uint32_t state = 12345;
    state = state * 1664525 + 1013904223;
    return state >> 8;
}

static uint32_t sort_numbers(void)
{
    static uint32_t numbers[500];
    for (size_t i = 0; i < 500; i++) {
        numbers[i] = next_random();
    }
    qsort(numbers, 500, sizeof numbers[0], compare);
    uint32_t sum = 0;
    for (size_t i = 0; i < 500; i++) {
        sum = sum * 31 + numbers[i];
    }
    return sum;
}

static size_t copy_strings(void)
{
    static char from[4096];
    static char to[4096];
    size_t total = 0;

    for (size_t size = 1; size < 2000; size = size * 3 / 2 + 1) {
        memset(from, 'a' + (int)(size % 26), size);
        from[size] = '\0';
        memcpy(to + size % 7, from, size + 1);
        memmove(to + 3, to, size);
        total += strlen(to) + (size_t)(strchr(from, 'z') != NULL) +
                 (size_t)(memcmp(from, to, size) != 0) +
                 (size_t)(strcmp(from, to) < 0);
        memset(to, 0, sizeof to);
    }
    return total;
}

static double compute(void)
{
    double x = 0.5;
    long double y = 1.25L;
    float vector[64];

    for (int i = 0; i < 64; i++) {
        vector[i] = (float)i * 0.25f;
    }
    for (int round = 0; round < 20; round++) {
        x = sin(x) + sqrt(x + round);
        y = y * 1.5L - (long double)x;
        for (int i = 0; i < 63; i++) {
            vector[i] = vector[i] * 0.5f + vector[i + 1];
        }
    }
    return x + (double)y + vector[7];
}

static size_t use_heap(void)
{
    char *blocks[64] = {0};
    size_t total = 0;

    for (int i = 0; i < 400; i++) {
        size_t k = next_random() % 64;
        size_t size = next_random() % 3000 + 1;
        if (i % 3 == 0) {
            free(blocks[k]);
            blocks[k] = NULL;
        } else {
            char *block = realloc(blocks[k], size);
            if (block) {
                block[0] = block[size - 1] = (char)i;
                blocks[k] = block;
                total += size;
            }
        }
    }
    for (int i = 0; i < 64; i++) {
        free(blocks[i]);
    }
    return total;
}

static int recurse(int n)
{
    volatile int local = n;
    return n == 0 ? 0 : recurse(n - 1) + local;
}

int main(void)
{
    wchar_t wide[64];

    signal(SIGUSR1, on_signal);
    raise(SIGUSR1);
    if (setjmp(jump) == 0) {
        longjmp(jump, 1);
    }
    printf("sorted: %u\n", sort_numbers());
    printf("copied: %zu\n", copy_strings());
    printf("computed: %.12f\n", compute());
    printf("heap: %zu\n", use_heap());
    printf("recursed: %d\n", recurse(100));
    printf("wide: %d\n", swprintf(wide, 64, L"%ls %d %Lf", L"wide", 5, 1.5L));
    printf("signals: %d\n", (int)n_signals);
    return 0;
}
