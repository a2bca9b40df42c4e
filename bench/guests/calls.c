/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calls.c - call-heavy: recursion, a tree built and walked, small functions
 * through pointers.  Nearly all accesses are to the stack: frames, saved
 * registers, return addresses.
 *
 * usage: calls ROUNDS
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define OUTLINE __attribute__((noipa))

struct tree {
    struct tree *left;
    struct tree *right;
    uint64_t key;
};

OUTLINE static uint64_t fibonacci(unsigned n)
{
    if (n < 2) {
        return n;
    }
    return fibonacci(n - 1) + fibonacci(n - 2);
}

OUTLINE static unsigned ackermann(unsigned m, unsigned n)
{
    if (m == 0) {
        return n + 1;
    }
    if (n == 0) {
        return ackermann(m - 1, 1);
    }
    return ackermann(m - 1, ackermann(m, n - 1));
}

OUTLINE static struct tree *grow(unsigned depth, uint64_t key)
{
    struct tree *tree;

    if (depth == 0) {
        return NULL;
    }
    tree = malloc(sizeof(*tree));
    if (!tree) {
        perror("calls");
        exit(1);
    }
    tree->key = key;
    tree->left = grow(depth - 1, key * 2);
    tree->right = grow(depth - 1, key * 2 + 1);
    return tree;
}

OUTLINE static uint64_t walk(const struct tree *tree)
{
    if (!tree) {
        return 0;
    }
    return walk(tree->left) + walk(tree->right) + tree->key;
}

OUTLINE static void fell(struct tree *tree)
{
    if (tree) {
        fell(tree->left);
        fell(tree->right);
        free(tree);
    }
}

OUTLINE static uint64_t add(uint64_t a, uint64_t b)
{
    return a + b;
}

OUTLINE static uint64_t mix(uint64_t a, uint64_t b)
{
    return (a ^ b) * 0x9e3779b97f4a7c15ull;
}

OUTLINE static uint64_t rotate(uint64_t a, uint64_t b)
{
    return a << (b & 31) | a >> (64 - (b & 31)) % 64;
}

typedef uint64_t (*small_function)(uint64_t, uint64_t);

OUTLINE static uint64_t dispatch(const small_function *table, unsigned n)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < n; i++) {
        sum = table[i % 3](sum, i);
    }
    return sum;
}

int main(int argc, char **argv)
{
    static const small_function table[] = {add, mix, rotate};
    unsigned rounds = argc > 1 ? atoi(argv[1]) : 50;
    uint64_t sum = 0;

    for (unsigned r = 0; r < rounds; r++) {
        struct tree *tree = grow(12, 1);

        sum += fibonacci(20) + ackermann(2, 60) + dispatch(table, 50000);
        for (unsigned i = 0; i < 8; i++) {
            sum += walk(tree);
        }
        fell(tree);
    }
    printf("%llu\n", (unsigned long long)sum);
    return 0;
}
