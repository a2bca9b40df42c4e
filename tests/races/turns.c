// turns.c: three threads take turns by a plain variable that each of them
// waits for and stores to, and do nothing else that is new; racy: what one does
// behind its turn.
//
// plain: ad-hoc turn a-b
// racy: ad-hoc turn a-b
// racy: race other c-c
#include <pthread.h>
#include <sched.h>
#include <stddef.h>
#include <unistd.h>

enum { N_THREADS = 3, N_ROUNDS = 40 };

volatile int turn;
volatile long data;
volatile long other;

static void *run(void *argument)
{
    int own = (int)(size_t)argument;

    for (int i = 0; i < N_ROUNDS; i++) {
        while (turn != own) { // @b
            sched_yield();
        }
        data++;
        if (own == 0 && i % 8 == 7) {
            usleep(2000); // the others wait
        }
        turn = (own + 1) % N_THREADS; // @a
#ifdef RACY
        other++; // @c
#endif
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[N_THREADS];

    for (size_t i = 0; i < N_THREADS; i++) {
        pthread_create(&threads[i], NULL, run, (void *)i);
    }
    for (int i = 0; i < N_THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    return data != N_THREADS * N_ROUNDS;
}
