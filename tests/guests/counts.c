/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * counts.c - counts its stores to one variable in a file that outlives it,
 * and ends as it is told; or forks, and each process counts.
 *
 *   counts FILE HOW [N]
 *
 * The file holds, as 64-bit numbers: the count, the variable's address, the
 * first process's number, the last's, how many processes have ended well, and
 * one that another program sets when a process that lingers may go on.
 * A store is counted after it is made, so that a trace has at least as many.
 *
 * With "scatter" each comes with one to a place of chance, the same ones in
 * each run: of these no trace takes less than 2 bytes, whatever its stamps
 * take.  After N of them it sends itself the signal that a fourth argument
 * says, where there is one, and stores N more.
 */
#include "say.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/wait.h>

static struct {
    uint64_t count;
    uint64_t vaddr;
    uint64_t first_pid;
    uint64_t last_pid;
    uint64_t n_ended;
    uint64_t may_go;
} * shared;

static volatile uint32_t cell;
static volatile uint32_t field[1 << 20];
static bool is_scattered;
static unsigned long n_stores = 100000;

static void open_counter(const char *path)
{
    int fd = open(path, O_RDWR);

    shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (fd < 0 || shared == MAP_FAILED) {
        die("cannot open the counter");
    }
    close(fd);
    shared->vaddr = (uintptr_t)&cell;
    shared->first_pid = (uint64_t)getpid();
}

static void store_some(unsigned long n)
{
    uint32_t place = 1;

    shared->last_pid = (uint64_t)getpid();
    for (unsigned long i = 0; i < n; i++) {
        if (is_scattered) {
            place = place * 1664525 + 1013904223;
            field[place >> 12] = place;
        }
        cell = (uint32_t)i;
        __atomic_fetch_add(&shared->count, 1, __ATOMIC_SEQ_CST);
    }
}

static void end(int status)
{
    __atomic_fetch_add(&shared->n_ended, 1, __ATOMIC_SEQ_CST);
    _exit(status);
}

static void *store_and_exit(void *arg)
{
    (void)arg;
    store_some(n_stores);
    exit(4);
}

static void *store_for_ever(void *arg)
{
    for (;;) {
        store_some(1000);
    }
    return arg;
}

/* Deeper than any stack. */
static int overflow_stack(volatile char *before, unsigned long depth)
{
    volatile char here[512];

    here[0] = *before;
    return depth == 0 ? 0 : overflow_stack(here, depth - 1) + here[0];
}

static void exhaust_memory(void)
{
    size_t size = (size_t)1 << (sizeof(size_t) * 8 - 2);

    while (size > 0) {
        char *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

        if (p == MAP_FAILED) {
            break;
        }
        cell = 1;
    }
    if (malloc(SIZE_MAX / 2 - 4096) == NULL) {
        abort();
    }
}

static void fork_many(unsigned long n)
{
    for (unsigned long i = 0; i < n; i++) {
        pid_t pid = fork();

        if (pid == 0) {
            store_some(100);
            end(0);
        }
        /* Up to 20 at a time. */
        while (pid < 0 || i % 20 == 19) {
            if (wait(NULL) < 0) {
                break;
            }
        }
    }
    while (wait(NULL) > 0) {
    }
}

static void *fork_one(void *arg)
{
    fork_many(1);
    return arg;
}

static void fork_from_thread(void)
{
    pthread_t threads[2];

    pthread_create(&threads[0], NULL, fork_one, NULL);
    pthread_create(&threads[1], NULL, fork_one, NULL);
    store_some(1000);
    pthread_join(threads[0], NULL);
    pthread_join(threads[1], NULL);
}

static void outlive_parent(void)
{
    pid_t parent = getpid();

    if (fork() == 0) {
        while (getppid() == parent) {
            usleep(1000);
        }
        store_some(n_stores);
        end(0);
    }
}

/* The program that waits sets it in the file. */
static void linger(void)
{
    if (fork() == 0) {
        while (__atomic_load_n(&shared->may_go, __ATOMIC_SEQ_CST) == 0) {
            usleep(1000);
        }
        store_some(n_stores);
        end(0);
    }
}

static void daemonise(void)
{
    if (fork() == 0) {
        setsid();
        if (fork() != 0) {
            end(0);
        }
        for (int fd = 0; fd < 64; fd++) {
            close(fd);
        }
        if (chdir("/") == 0) {
            store_some(n_stores);
        }
        end(0);
    }
}

static void vfork_one(void)
{
    pid_t pid = vfork();

    if (pid == 0) {
        _exit(3);
    }
    waitpid(pid, NULL, 0);
}

static void run_many_threads(void)
{
    pthread_t threads[4];

    for (int i = 0; i < 4; i++) {
        pthread_create(&threads[i], NULL, store_for_ever, NULL);
    }
    for (;;) {
        pause();
    }
}

int main(int argc, char **argv)
{
    const char *how = argc > 2 ? argv[2] : "exit";
    pthread_t thread;

    open_counter(argv[1]);
    if (argc > 3) {
        n_stores = strtoul(argv[3], NULL, 0);
    }
    is_scattered = strcmp(how, "scatter") == 0;
    if (strcmp(how, "for-ever") == 0) {
        store_for_ever(NULL);
    } else if (strcmp(how, "threads-for-ever") == 0) {
        run_many_threads();
    } else if (strcmp(how, "thread") == 0) {
        pthread_create(&thread, NULL, store_and_exit, NULL);
        pause();
    }
    store_some(n_stores);
    if (is_scattered && argc > 4) {
        kill(getpid(), atoi(argv[4]));
        store_some(n_stores);
    }
    if (strcmp(how, "abort") == 0) {
        abort();
    } else if (strcmp(how, "segv") == 0) {
        *(volatile int *)16 = 1;
    } else if (strcmp(how, "signal") == 0) {
        kill(getpid(), atoi(argc > 4 ? argv[4] : "9"));
        pause();
    } else if (strcmp(how, "stack") == 0) {
        char c = 0;

        return overflow_stack(&c, 1ul << 30);
    } else if (strcmp(how, "memory") == 0) {
        exhaust_memory();
    } else if (strcmp(how, "exec") == 0) {
        execl("/nosuch", "nosuch", (char *)NULL);
        store_some(1000);
        execl("/bin/sh", "sh", "-c", "exit 3", (char *)NULL);
    } else if (strcmp(how, "fork") == 0) {
        fork_many(1);
    } else if (strcmp(how, "vfork") == 0) {
        vfork_one();
    } else if (strcmp(how, "children") == 0) {
        fork_many(200);
    } else if (strcmp(how, "thread-fork") == 0) {
        fork_from_thread();
    } else if (strcmp(how, "outlive") == 0) {
        outlive_parent();
    } else if (strcmp(how, "linger") == 0) {
        linger();
    } else if (strcmp(how, "daemon") == 0) {
        daemonise();
    }
    store_some(1000);
    say("done\n");
    end(5);
}
