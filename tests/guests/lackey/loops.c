/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * loops.c - what a compiler makes of loops over integers, floating point and
 * structures, vectorised; free of libc.
 */
#include <stdint.h>

volatile char begin_marker;
volatile char end_marker;

#define N 75

static int32_t ints[N];
static int64_t longs[N];
static float floats[N];
static double matrix[3][8][8];
static uint8_t bytes[256];
static uint32_t words[64];

struct node {
    struct node *next;
    short key;
    char tag;
    long double weight;
};
static struct node nodes[20];

static void fill(void)
{
    for (int i = 0; i < N; i++) {
        ints[i] = i * 7 % 31 - 9;
        longs[i] = ints[i] * 1000003LL;
        floats[i] = (float)ints[i] * 0.25f;
    }
    for (int i = 0; i < 256; i++) {
        bytes[i] = (uint8_t)(i * 37 + 11);
    }
}

static double multiply(void)
{
    double sum = 0;

    for (int i = 0; i < 64; i++) {
        matrix[0][i / 8][i % 8] = i;
        matrix[1][i % 8][i / 8] = i * 0.5;
    }
    for (int i = 0; i < 8; i++) {
        for (int j = 0; j < 8; j++) {
            for (int k = 0; k < 8; k++) {
                matrix[2][i][j] += matrix[0][i][k] * matrix[1][k][j];
            }
            sum += matrix[2][i][j];
        }
    }
    return sum;
}

static void sort(void)
{
    for (int i = 1; i < N; i++) {
        int32_t value = ints[i];
        int j = i;

        while (j > 0 && ints[j - 1] > value) {
            ints[j] = ints[j - 1];
            j--;
        }
        ints[j] = value;
    }
}

static uint32_t mix(void)
{
    uint32_t a = 0x67452301;
    uint32_t b = 0xefcdab89;

    for (int i = 0; i < 16; i++) {
        words[i] = (uint32_t)bytes[4 * i] << 24 | bytes[4 * i + 1] << 16 |
                   bytes[4 * i + 2] << 8 | bytes[4 * i + 3];
    }
    for (int i = 16; i < 64; i++) {
        uint32_t w = words[i - 3] ^ words[i - 8] ^ words[i - 14];

        words[i] = w << 1 | w >> 31;
        a += (b << 5 | b >> 27) ^ words[i];
        b ^= a + words[a % 64];
    }
    return a ^ b;
}

static long double walk(void)
{
    struct node *head = 0;
    long double sum = 0;

    for (int i = 0; i < 20; i++) {
        struct node *node = &nodes[i * 13 % 20];

        node->key = (short)i;
        node->tag = (char)(i & 1);
        node->weight = i / 3.0L;
        node->next = head;
        head = node;
    }
    for (; head; head = head->next) {
        sum += head->tag ? head->weight : head->key;
    }
    return sum;
}

static int recursive(int n)
{
    return n < 2 ? n : recursive(n - 1) + recursive(n - 2);
}

static void work(void)
{
    begin_marker = 1;
    fill();
    longs[0] = (int64_t)multiply();
    sort();
    longs[1] = mix() + recursive(8);
    longs[2] = (int64_t)walk();
    __atomic_store_n(&longs[3], 5, __ATOMIC_RELEASE);
    floats[1] = (float)longs[2] * floats[7];
    end_marker = 1;
}

static char stack[65536] __attribute__((aligned(64), used));

__attribute__((used)) static void run(void)
{
    work();
    __asm__ volatile("syscall" : : "a"(231), "D"(0));
    __builtin_unreachable();
}

__asm__(".globl _start\n_start:\n"
        "lea stack + 65536, %rsp\n"
        "call run\n");
