/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libc.c - calls of the C library, made on a stack in the image.  Which
 * variant of a function it takes has to be fixed from outside: GLIBC_TUNABLES.
 * What lies outside the image (thread-local storage) has another address in
 * each run: of that only the place in its page is compared.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

volatile char begin_marker;
volatile char end_marker;

static char stack[262144] __attribute__((aligned(64)));
static ucontext_t here;
static ucontext_t there;

static char text[4000];
static char copy[4000];
static int numbers[50];
static double value;
static long sum;

static int compare(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

static void work(void)
{
    int length = 0;

    begin_marker = 1;
    for (int i = 0; i < 50; i++) {
        numbers[i] = i * 7919 % 101;
    }
    qsort(numbers, 50, sizeof(int), compare);
    for (int i = 0; i < 12; i++) {
        length += snprintf(text + length, sizeof(text) - (size_t)length,
                           "%d %s %08lx %c|", i, i & 1 ? "odd" : "even",
                           (long)i * 77777, 'a' + i);
    }
    length += snprintf(text + length, sizeof(text) - (size_t)length,
                       "%.9g %e %Lf", 3.14159, 1e100 / 3, 2.5L);
    for (size_t size = 0; size < 300; size += 1 + size / 3) {
        memcpy(copy + size, text + 3, size);
        memmove(copy + 5, copy + size / 2, size);
        memset(copy + 700 + size, 'x', size);
        sum += memcmp(copy, text, size);
    }
    strcpy(copy + 1000, text);
    strcat(copy + 1000, "tail");
    sum += (long)strlen(copy + 1001) + strcmp(copy + 1000, text) +
           strncmp(copy + 1000, text, 40);
    sum += strchr(text, 'e') - text;
    sum += strrchr(text, 'e') - text;
    sum += strstr(text, "odd") - text;
    sum += (const char *)memchr(text, '|', 100) - text;
    value = strtod("2.718281828459045", NULL);
    sum += strtol("123456789", NULL, 10);
    numbers[0] = (int)(value * 1000);
    end_marker = 1;
}

int main(void)
{
    getcontext(&there);
    there.uc_stack.ss_sp = stack;
    there.uc_stack.ss_size = sizeof(stack);
    there.uc_link = &here;
    makecontext(&there, work, 0);
    swapcontext(&here, &there);
    printf("%ld %.9g\n", sum, value);
    return 0;
}
