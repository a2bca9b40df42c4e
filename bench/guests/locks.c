/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * locks.c - lock-heavy: two threads on one mutex, one atomic counter and
 * one spin lock, and handing a token to and fro by futex.
 *
 * usage: locks ROUNDS    (some 19 accesses a round and thread, and more
 *                         where the mutex is contended)
 */
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ROUNDS_A_TOKEN 4096

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static uint64_t guarded[8]; /* by mutex */
static _Atomic uint64_t counter;
static atomic_flag spin = ATOMIC_FLAG_INIT;
static uint64_t spun; /* by spin */
static _Atomic uint32_t token;
static unsigned rounds = 500000;

static void futex(_Atomic uint32_t *word, int operation, uint32_t value)
{
    syscall(SYS_futex, word, operation, value, NULL, NULL, 0);
}

/* Wait until the token is ours, then give it to the other thread. */
static void pass_token(uint32_t self)
{
    uint32_t seen;

    while ((seen = atomic_load(&token)) != self) {
        futex(&token, FUTEX_WAIT_PRIVATE, seen);
    }
    atomic_store(&token, !self);
    futex(&token, FUTEX_WAKE_PRIVATE, 1);
}

static void *work(void *arg)
{
    uint32_t self = (uintptr_t)arg;

    for (unsigned r = 0; r < rounds; r++) {
        pthread_mutex_lock(&mutex);
        guarded[r % 8] += r;
        pthread_mutex_unlock(&mutex);
        atomic_fetch_add(&counter, 1);
        if (r % 8 == 0) {
            while (atomic_flag_test_and_set(&spin)) {
                futex(&token, FUTEX_WAKE_PRIVATE, 0);
            }
            spun++;
            atomic_flag_clear(&spin);
        }
        if (r % ROUNDS_A_TOKEN == 0) {
            pass_token(self);
        }
    }
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t other;
    uint64_t sum = 0;

    if (argc > 1) {
        rounds = atoi(argv[1]);
    }
    if (pthread_create(&other, NULL, work, (void *)(uintptr_t)1)) {
        perror("locks");
        return 1;
    }
    work((void *)(uintptr_t)0);
    pthread_join(other, NULL);
    for (unsigned i = 0; i < 8; i++) {
        sum += guarded[i];
    }
    printf("%llu %llu %llu\n", (unsigned long long)sum,
           (unsigned long long)counter, (unsigned long long)spun);
    return 0;
}
