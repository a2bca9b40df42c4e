/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest.c - the program of the traces beside it: a little of everything that a
 * trace can hold.  With the argument "again" it executes itself at its end;
 * with "wait" its threads do much that is their own, and look for what is never
 * there, which digests tell of.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROUNDS 2
#define OWN 100
#define LOOKS 20

static uint64_t table[2 * ROUNDS];
static uint32_t sum;
static atomic_int turns;
static volatile bool is_waiting, is_there;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

/* Loads and stores of all sizes. */
static void copy(volatile void *to, const volatile void *from)
{
    *(volatile uint8_t *)to = *(const volatile uint8_t *)from;
    *(volatile uint16_t *)to = *(const volatile uint16_t *)from;
    *(volatile uint32_t *)to = *(const volatile uint32_t *)from;
    *(volatile uint64_t *)to = *(const volatile uint64_t *)from;
}

static void *count(void *argument)
{
    uint64_t *mine = argument;
    volatile uint32_t own = 0;
    bool waits = is_waiting;

    for (uint32_t i = 0; i < ROUNDS; i++) {
        pthread_mutex_lock(&mutex);
        sum += i;
        pthread_mutex_unlock(&mutex);
        mine[i] = (i + 1) * 0x0102030405060708u;
        atomic_fetch_add(&turns, 1);
    }
    for (uint32_t i = 0; waits && i < OWN; i++) {
        own += i;
    }
    for (uint32_t i = 0; waits && i < LOOKS && !is_there; i++) {
    }
    return NULL;
}

static __attribute__((noinline)) void use_heap(void)
{
    char *block = malloc(40);

    copy(block, table);
    block = realloc(block, 100);
    copy(block + 90, table + 1);
    free(block);
}

static __attribute__((noinline)) void use_kernel(void)
{
    int pipe_ends[2];
    char text[8] = "message";

    if (pipe(pipe_ends) == 0 &&
        write(pipe_ends[1], text, sizeof(text)) == sizeof(text) &&
        read(pipe_ends[0], table, sizeof(text)) == sizeof(text)) {
        close(pipe_ends[0]);
        close(pipe_ends[1]);
    }
}

static __attribute__((noinline)) void use_mappings(void)
{
    char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    copy(page, table);
    mprotect(page, 4096, PROT_READ);
    copy(page + 4096, page);
    munmap(page, 8192);
}

static __attribute__((noinline)) void use_child(void)
{
    pid_t child = fork();

    if (child == 0) {
        copy(table, table + 1);
        _exit(3);
    }
    waitpid(child, NULL, 0);
}

int main(int argc, char **argv)
{
    pthread_t threads[2];

    is_waiting = argc > 1 && !strcmp(argv[1], "wait");
    for (int i = 0; i < 2; i++) {
        pthread_create(&threads[i], NULL, count, table + i * ROUNDS);
    }
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
    }
    use_heap();
    use_kernel();
    use_mappings();
    use_child();
    if (argc > 1 && !is_waiting) {
        execl(argv[0], argv[0], (char *)NULL);
    }
    return 0;
}
