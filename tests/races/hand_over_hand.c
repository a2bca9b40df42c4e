// hand_over_hand.c: a list with a lock in each node; racy: one thread walks
// it without.
//
// plain: none
// racy: race nodes a-b
#include "together.h"

enum { N_NODES = 5 };

struct {
    pthread_mutex_t mutex;
    int value;
} nodes[N_NODES];
long sum;

static void change(void)
{
    pthread_mutex_lock(&nodes[0].mutex);
    for (int i = 0; i < N_NODES; i++) {
        nodes[i].value++; // @a
        if (i + 1 < N_NODES) {
            pthread_mutex_lock(&nodes[i + 1].mutex);
        }
        pthread_mutex_unlock(&nodes[i].mutex);
    }
}

static void walk(void)
{
#ifdef RACY
    for (int i = 0; i < N_NODES; i++) {
        sum += nodes[i].value; // @b
    }
#else
    change();
#endif
}

int main(void)
{
    for (int i = 0; i < N_NODES; i++) {
        pthread_mutex_init(&nodes[i].mutex, NULL);
    }
    together(change, walk);
    return 0;
}
