// lockfree_stack.c: nodes go through a stack of compare-and-swap; racy: the
// producer fills a node after it has pushed it.
//
// plain: none
// racy: race nodes a-b
#include "together.h"

enum { N_NODES = 40 };

struct node {
    struct node *next;
    int payload;
};

struct node nodes[N_NODES];
struct node *top;
long sum;

static void produce(void)
{
    for (int i = 0; i < N_NODES; i++) {
        struct node *node = &nodes[i];

#ifndef RACY
        node->payload = i;
#endif
        node->next = __atomic_load_n(&top, __ATOMIC_RELAXED);
        while (!__atomic_compare_exchange_n(
            &top, &node->next, node, 0, __ATOMIC_RELEASE, __ATOMIC_RELAXED)) {
        }
    }
#ifdef RACY
    nodes[N_NODES - 1].payload = 1; // @a
#endif
}

static void consume(void)
{
    int n = 0;

    while (n < N_NODES) {
        struct node *node = __atomic_load_n(&top, __ATOMIC_ACQUIRE);

        if (node &&
            __atomic_compare_exchange_n(&top, &node, node->next, 0,
                                        __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) {
            sum += node->payload; // @b
            n++;
        }
    }
}

int main(void)
{
    together(produce, consume);
    return 0;
}
