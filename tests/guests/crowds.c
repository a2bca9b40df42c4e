/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * crowds.c - very many threads, one after another or at once, and very many
 * mappings.  Prints a range of addresses, how many stores it made there, and
 * the most memory that it and its parent, the recorder, have had.
 *
 *   crowds alive|sequence|mappings|space N
 */
#include "say.h"

#include <errno.h>
#include <pthread.h>
#include <sys/mman.h>

#define STACK_BYTES (64u << 10)
#define STORES 10u
#define STEP ((size_t)1 << 30)

static volatile uint32_t cells[1024];
static unsigned long n_stores;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t all_here = PTHREAD_COND_INITIALIZER;
static unsigned long n_here, n_awaited;

static void store_some(void)
{
    for (uint32_t i = 0; i < STORES; i++) {
        cells[i] = i;
    }
    __atomic_fetch_add(&n_stores, STORES, __ATOMIC_SEQ_CST);
}

/* Stays until all the others are there. */
static void *meet(void *arg)
{
    store_some();
    pthread_mutex_lock(&lock);
    if (++n_here == n_awaited) {
        pthread_cond_broadcast(&all_here);
    }
    while (n_here < n_awaited) {
        pthread_cond_wait(&all_here, &lock);
    }
    pthread_mutex_unlock(&lock);
    store_some();
    return arg;
}

static void *pass(void *arg)
{
    store_some();
    return arg;
}

static void start(pthread_t *thread, void *(*run)(void *))
{
    static pthread_attr_t attr;
    static int is_ready;

    if (!is_ready) {
        pthread_attr_init(&attr);
        pthread_attr_setstacksize(&attr, STACK_BYTES);
        is_ready = 1;
    }
    if (pthread_create(thread, &attr, run, NULL) != 0) {
        die("cannot start a thread");
    }
}

static void be_many(unsigned long n)
{
    pthread_t *threads = calloc(n, sizeof(*threads));

    n_awaited = n;
    for (unsigned long i = 0; i < n; i++) {
        start(&threads[i], meet);
    }
    for (unsigned long i = 0; i < n; i++) {
        pthread_join(threads[i], NULL);
    }
}

static void be_one_by_one(unsigned long n)
{
    pthread_t thread;

    for (unsigned long i = 0; i < n; i++) {
        start(&thread, pass);
        pthread_join(thread, NULL);
    }
}

/* Every other page is taken away, so that none are joined into one. */
static void map_many(unsigned long n)
{
    char *all = mmap(NULL, 2 * n * PAGE, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (all == MAP_FAILED) {
        die("cannot map");
    }
    for (unsigned long i = 0; i < n; i++) {
        if (munmap(all + (2 * i + 1) * PAGE, PAGE) != 0) {
            die(strerror(errno));
        }
        store8(all + 2 * i * PAGE, 1);
        cells[i % 1024] = 1;
        n_stores++;
    }
    say_range(all, 2 * n * PAGE);
}

/* n GiB in all, a page of each touched. */
static void map_much(unsigned long n)
{
    for (unsigned long i = 0; i < n; i++) {
        char *p = mmap(NULL, STEP, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

        if (p == MAP_FAILED) {
            die("cannot map");
        }
        store8(p + i * PAGE, 1);
        cells[i % 1024] = 1;
        n_stores++;
        munmap(p, STEP);
    }
}

int main(int argc, char **argv)
{
    const char *what = argc > 2 ? argv[1] : "";
    unsigned long n = argc > 2 ? strtoul(argv[2], NULL, 0) : 0;

    if (strcmp(what, "alive") == 0) {
        be_many(n);
    } else if (strcmp(what, "sequence") == 0) {
        be_one_by_one(n);
    } else if (strcmp(what, "mappings") == 0) {
        map_many(n);
    } else if (strcmp(what, "space") == 0) {
        map_much(n);
    } else {
        return 97;
    }
    say_range((const void *)cells, sizeof cells);
    say("stores %lu\n", n_stores);
    say_memory_of_all();
    return 0;
}
