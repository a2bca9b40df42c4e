/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * waves.c - 64 threads, 16 alive at a time, each making a known number of
 * accesses to a page of its own and to a page of all.
 *
 * Prints where the pages are and how many accesses each thread makes to them;
 * which thread of the trace is which is seen from the pages.
 */
#include "say.h"

#include <pthread.h>

#define THREADS 64
#define WAVE 16

static unsigned char own[THREADS][PAGE] __attribute__((aligned(4096)));
static unsigned char shared[PAGE] __attribute__((aligned(4096)));
static pthread_barrier_t barrier;

static unsigned rounds(unsigned i)
{
    return 300 + 7 * i;
}

static void *work(void *arg)
{
    unsigned char *mine = arg;
    unsigned i = (unsigned)(mine - own[0]) / PAGE;

    pthread_barrier_wait(&barrier); /* all of the wave are alive */
    for (unsigned k = 0; k < rounds(i); k++) {
        store8(mine + k % PAGE, (uint8_t)k);
        load8(mine + k % PAGE);
        load8(mine + PAGE - 1);
        store_word(shared + 8 * i, k);
        load_word(shared + 8 * ((i + 1) % THREADS));
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[WAVE];

    for (unsigned first = 0; first < THREADS; first += WAVE) {
        pthread_barrier_init(&barrier, NULL, WAVE);
        for (unsigned i = 0; i < WAVE; i++) {
            if (pthread_create(&threads[i], NULL, work, own[first + i])) {
                die("pthread_create");
            }
        }
        for (unsigned i = 0; i < WAVE; i++) {
            pthread_join(threads[i], NULL);
        }
        pthread_barrier_destroy(&barrier);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        /* own page, its loads and stores; shared page's loads and stores */
        say("own 0x%016lx %u %u %u %u\n", (unsigned long)own[i], 2 * rounds(i),
            rounds(i), rounds(i), rounds(i));
    }
    say("shared 0x%016lx\n", (unsigned long)shared);
    return 0;
}
