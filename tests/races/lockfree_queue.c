// lockfree_queue.c: the queue of Michael and Scott, whose links change by
// compare-and-swap; racy: a value is written after it is in the queue.
//
// plain: none
// racy: race nodes a-b
#include "together.h"

enum { N_NODES = 30 };

struct node {
    struct node *next;
    int value;
};

struct node nodes[N_NODES + 1];
struct node *head = nodes;
struct node *tail = nodes;
long sum;

static int swap(struct node **where, struct node *from, struct node *to)
{
    return __atomic_compare_exchange_n(where, &from, to, 0, __ATOMIC_ACQ_REL,
                                       __ATOMIC_ACQUIRE);
}

static struct node *load(struct node **where)
{
    return __atomic_load_n(where, __ATOMIC_ACQUIRE);
}

static void enqueue(struct node *node)
{
    for (;;) {
        struct node *last = load(&tail);
        struct node *next = load(&last->next);

        if (next) {
            swap(&tail, last, next);
        } else if (swap(&last->next, NULL, node)) {
            swap(&tail, last, node);
            return;
        }
    }
}

static void produce(void)
{
    for (int i = 1; i <= N_NODES; i++) {
#ifndef RACY
        nodes[i].value = i;
#endif
        enqueue(&nodes[i]);
    }
#ifdef RACY
    nodes[N_NODES].value = 1; // @a
#endif
}

static void consume(void)
{
    int n = 0;

    while (n < N_NODES) {
        struct node *first = load(&head);
        struct node *last = load(&tail);
        struct node *next = load(&first->next);

        if (!next) {
            continue;
        }
        if (first == last) {
            swap(&tail, last, next);
        }
        if (swap(&head, first, next)) {
            sum += next->value; // @b
            n++;
        }
    }
}

int main(void)
{
    together(produce, consume);
    return 0;
}
