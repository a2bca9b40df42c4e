/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * chase.c - pointer chasing: a ring of nodes in a shuffled order, larger than
 * the caches that a core has to itself; each step loads the link and updates
 * the node.
 *
 * usage: chase STEPS    (3 accesses a step)
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define N_NODES (128u << 10)

struct node {
    struct node *volatile next;
    volatile uint64_t visits;
    uint64_t padding[6];
};

static struct node *make_ring(void)
{
    struct node *nodes = aligned_alloc(64, N_NODES * sizeof(*nodes));
    uint32_t *order = malloc(N_NODES * sizeof(*order));
    uint64_t state = 1;

    if (!nodes || !order) {
        perror("chase");
        exit(1);
    }
    for (uint32_t i = 0; i < N_NODES; i++) {
        order[i] = i;
        nodes[i].visits = 0;
    }
    for (uint32_t i = N_NODES - 1; i > 0; i--) {
        uint32_t j, swap;

        state = state * 6364136223846793005ull + 1442695040888963407ull;
        j = (state >> 33) % (i + 1);
        swap = order[i];
        order[i] = order[j];
        order[j] = swap;
    }
    for (uint32_t i = 0; i < N_NODES; i++) {
        nodes[order[i]].next = &nodes[order[(i + 1) % N_NODES]];
    }
    free(order);
    return nodes;
}

int main(int argc, char **argv)
{
    uint64_t steps = argc > 1 ? strtoull(argv[1], NULL, 10) : 26000000;
    struct node *nodes = make_ring();
    struct node *node = nodes;
    uint64_t sum = 0;

    for (uint64_t i = 0; i < steps; i++) {
        node->visits += i;
        node = node->next;
    }
    for (uint32_t i = 0; i < N_NODES; i++) {
        sum += nodes[i].visits * (i + 1);
    }
    printf("%llu\n", (unsigned long long)sum);
    free(nodes);
    return 0;
}
