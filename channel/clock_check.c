/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * clock_check.c - can stamps of several cores be compared?
 *
 * Two threads, each on its core, hand a word to and fro, and each writes down
 * its counter before it hands it on and after it gets it.  What one read before
 * it handed on is never later than what the other read after it got it, or the
 * counters are not synchronous.  A thread that is not running makes the times
 * longer and never shorter.  Counters that differ by less than a word takes
 * from core to core do not differ for anybody who could tell.
 *
 * Pairs of cores meet in rounds, as players of a tournament do: in each round
 * each core meets one other, all at the same time.
 */
#include "clock_check.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clock.h"

#define MOST_CORES 1024
#define HAND_OVERS 200 /* of each pair, there and back */
#define SPINS 2000     /* before a thread that waits gives way */
#define BUDGET_NS 20000000
#define NS_PER_SECOND 1000000000u
#define MOST_BYTES (64u << 10) /* that are read of a file */

const char *clock_reason_words(enum clock_reason reason)
{
    static const char *const words[] = {
#define CLOCK_REASON_WORDS(name, text) [CLOCK_##name] = text,
        CLOCK_REASONS(CLOCK_REASON_WORDS)
#undef CLOCK_REASON_WORDS
    };

    return words[reason < CLOCK_REASONS_END ? reason : CLOCK_SYNCHRONOUS];
}

/* Is it one of the words of a text, which blanks divide? */
static bool has_word(const char *text, const char *word)
{
    static const char blanks[] = " \t\n:";
    size_t n = strlen(word);

    while (*text != '\0') {
        size_t length = strcspn(text, blanks);

        if (length == n && strncmp(text, word, n) == 0) {
            return true;
        }
        text += length;
        text += strspn(text, blanks);
    }
    return false;
}

enum clock_reason clock_kernel_trusts(const char *sources, const char *cpuinfo)
{
#if defined(__x86_64__)
    if (sources != NULL && !has_word(sources, "tsc")) {
        return CLOCK_NOT_LISTED;
    }
    if (cpuinfo != NULL && !has_word(cpuinfo, "constant_tsc") &&
        !has_word(cpuinfo, "nonstop_tsc")) {
        return CLOCK_NOT_CONSTANT;
    }
#else
    /* The architecture promises one counter for all cores. */
    (void)sources;
    (void)cpuinfo;
    (void)has_word;
#endif
    return CLOCK_SYNCHRONOUS;
}

/* The first bytes of a file as a string. Return: allocated, or NULL. */
static char *read_start(const char *path)
{
    FILE *file = fopen(path, "re");
    char *text = file != NULL ? malloc(MOST_BYTES + 1) : NULL;

    if (text != NULL) {
        text[fread(text, 1, MOST_BYTES, file)] = '\0';
    }
    if (file != NULL) {
        fclose(file);
    }
    return text;
}

static enum clock_reason ask_kernel(void)
{
    char *sources = read_start(
        "/sys/devices/system/clocksource/clocksource0/available_clocksource");
    char *cpuinfo = read_start("/proc/cpuinfo");
    enum clock_reason reason = clock_kernel_trusts(sources, cpuinfo);

    free(sources);
    free(cpuinfo);
    return reason;
}

/* A core of the tournament; who it meets in a round talks to it here. */
struct core {
    struct tournament *all;
    int cpu;
    uint32_t place;
    pthread_t thread;
    _Alignas(64) _Atomic(uint64_t) word; /* how often it was handed on */
    uint64_t sent;                       /* counter of who handed it on */
};

struct tournament {
    uint64_t (*read)(void);
    uint64_t until_ns;
    uint32_t n;
    _Atomic(uint32_t) n_waiting;
    _Atomic(uint32_t) round;
    _Atomic(bool) is_over; /* no time is left, or a counter ran backwards */
    _Atomic(bool) ran_backwards;
    struct core *cores;
};

static uint64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * NS_PER_SECOND + (uint64_t)now.tv_nsec;
}

/* A turn of a thread that waits. Return: false where it is over. */
static bool wait_turn(struct tournament *all, unsigned *n)
{
    if (++*n % SPINS == 0) {
        if (now_ns() > all->until_ns) {
            atomic_store(&all->is_over, true);
        }
        sched_yield();
    }
    return !atomic_load_explicit(&all->is_over, memory_order_relaxed);
}

/* Who a core meets: the last place stays, the others go round. */
static uint32_t opponent(uint32_t place, uint32_t round, uint32_t n)
{
    uint32_t m = n - 1;
    uint32_t other;

    if (place == m) {
        /* Who would meet itself: twice its place is the round, modulo m. */
        return (uint64_t)round * (n / 2) % m;
    }
    other = (round + m - place) % m;
    return other == place ? m : other;
}

/*
 * Hand the word of the lower of two cores to and fro: even to it, odd to the
 * other.
 */
static bool meet(struct core *self, struct core *table, uint64_t parity)
{
    struct tournament *all = self->all;
    unsigned n = 0;

    for (uint64_t i = 0; i < HAND_OVERS; i++) {
        uint64_t mine = 2 * i + parity;
        uint64_t got;

        while (atomic_load_explicit(&table->word, memory_order_acquire) !=
               mine) {
            if (!wait_turn(all, &n)) {
                return false;
            }
        }
        got = all->read();
        if (got < table->sent) {
            atomic_store(&all->ran_backwards, true);
            atomic_store(&all->is_over, true);
            return false;
        }
        table->sent = all->read();
        atomic_store_explicit(&table->word, mine + 1, memory_order_release);
    }
    return true;
}

/* All cores wait for one another. Return: false where it is over. */
static bool next_round(struct tournament *all)
{
    uint32_t round = atomic_load(&all->round);
    unsigned n = 0;

    if (atomic_fetch_add(&all->n_waiting, 1) + 1 == all->n) {
        for (uint32_t i = 0; i < all->n; i++) {
            atomic_store(&all->cores[i].word, 0);
            all->cores[i].sent = 0;
        }
        atomic_store(&all->n_waiting, 0);
        atomic_store(&all->round, round + 1);
        return !atomic_load(&all->is_over);
    }
    while (atomic_load(&all->round) == round) {
        if (!wait_turn(all, &n)) {
            return false;
        }
    }
    return true;
}

static void *run_core(void *argument)
{
    struct core *self = argument;
    struct tournament *all = self->all;
    /* With an odd number of them one rests in each round. */
    uint32_t n = all->n + all->n % 2;
    cpu_set_t set;

    CPU_ZERO(&set);
    CPU_SET(self->cpu, &set);
    if (pthread_setaffinity_np(pthread_self(), sizeof(set), &set) != 0) {
        atomic_store(&all->is_over, true);
        return NULL;
    }
    for (uint32_t round = 0; round + 1 < n && next_round(all); round++) {
        uint32_t other = opponent(self->place, round, n);
        uint32_t lower = other < self->place ? other : self->place;

        if (other < all->n &&
            !meet(self, &all->cores[lower], other < self->place)) {
            break;
        }
    }
    return NULL;
}

static void run_tournament(struct tournament *all)
{
    sigset_t every;
    sigset_t before;
    uint32_t n = 0;

    /* Signals are for who was there before. */
    sigfillset(&every);
    pthread_sigmask(SIG_BLOCK, &every, &before);
    while (n < all->n && pthread_create(&all->cores[n].thread, NULL, run_core,
                                        &all->cores[n]) == 0) {
        n++;
    }
    if (n < all->n) {
        atomic_store(&all->is_over, true);
    }
    for (uint32_t i = 0; i < n; i++) {
        pthread_join(all->cores[i].thread, NULL);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

bool clock_cores_agree(uint64_t (*read)(void), uint64_t budget_ns)
{
    struct tournament all = {.read = read, .until_ns = now_ns() + budget_ns};
    cpu_set_t mine;

    if (sched_getaffinity(0, sizeof(mine), &mine) != 0) {
        return true;
    }
    all.cores = aligned_alloc(_Alignof(struct core),
                              sizeof(struct core) * CPU_COUNT(&mine));
    if (all.cores == NULL) {
        return true;
    }
    for (int cpu = 0; cpu < CPU_SETSIZE && all.n < MOST_CORES; cpu++) {
        if (CPU_ISSET(cpu, &mine)) {
            all.cores[all.n] =
                (struct core){.all = &all, .cpu = cpu, .place = all.n};
            all.n++;
        }
    }
    if (all.n > 1) {
        run_tournament(&all);
    }
    free(all.cores);
    return !atomic_load(&all.ran_backwards);
}

/* Neither before what came before nor after what comes after. */
static uint64_t read_counter(void)
{
    uint64_t ticks = clock_ticks_after();

    atomic_thread_fence(memory_order_seq_cst);
    return ticks;
}

enum clock_reason clock_choose(enum clock_choice choice)
{
    enum clock_reason reason;

    if (choice == CLOCK_CHOICE_PROCESSOR) {
        return CLOCK_PROCESSOR_ASKED;
    }
    if (choice == CLOCK_CHOICE_COUNTER) {
        return CLOCK_COUNTER_ASKED;
    }
    reason = ask_kernel();
    if (reason == CLOCK_SYNCHRONOUS &&
        !clock_cores_agree(read_counter, BUDGET_NS)) {
        reason = CLOCK_DIFFERS;
    }
    return reason;
}
