/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lookup.c - asking the recorder for the ranges of a file, and answering.
 */
#include "lookup.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "array.h"
#include "channel.h"

#define WAIT_MS 100
#define STATE_BITS 2

static bool can_be_asked(struct channel *channel)
{
    return atomic_load(&channel->state) == CHANNEL_RECORDING &&
           channel_recorder_is_alive(channel);
}

static struct timespec in_a_while(void)
{
    struct timespec at;

    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_nsec += WAIT_MS * 1000000L;
    if (at.tv_nsec >= 1000000000L) {
        at.tv_sec++;
        at.tv_nsec -= 1000000000L;
    }
    return at;
}

/* Return: false where there is nobody to ask any more. */
static bool take_turn(struct channel *channel)
{
    pthread_mutex_t *askers = &channel->lookup.askers;
    struct timespec until;
    int error;

    do {
        until = in_a_while();
        error = pthread_mutex_clocklock(askers, CLOCK_MONOTONIC, &until);
        if (error == EOWNERDEAD) {
            /* It died while it asked: the next question is a new one. */
            pthread_mutex_consistent(askers);
            error = 0;
        }
    } while (error == ETIMEDOUT && can_be_asked(channel));
    return error == 0;
}

static bool ask(struct channel *channel, const char *file, uint32_t first)
{
    struct lookup *lookup = &channel->lookup;
    uint32_t number = (atomic_load(&lookup->state) >> STATE_BITS) + 1;
    uint32_t asked = number << STATE_BITS | LOOKUP_ASKED;
    uint32_t state = asked;

    lookup->first = first;
    strncpy(lookup->file, file, LOOKUP_FILE_BYTES - 1);
    lookup->file[LOOKUP_FILE_BYTES - 1] = '\0';
    atomic_store(&lookup->state, asked);
    channel_ring_doorbell(channel);
    while (state == asked && can_be_asked(channel)) {
        channel_futex_wait(&lookup->state, asked, WAIT_MS);
        state = atomic_load(&lookup->state);
    }
    return state == (number << STATE_BITS | LOOKUP_ANSWERED);
}

static int compare(const void *a, const void *b)
{
    const struct lookup_range *left = a;
    const struct lookup_range *right = b;

    if (left->role != right->role) {
        return left->role < right->role ? -1 : 1;
    }
    return (left->start > right->start) - (left->start < right->start);
}

/*
 * Ask until all is there.  Where it cannot be had recording stops: what would
 * be recorded is not known.
 *
 * Return: how many ranges.
 */
static size_t collect(struct channel *channel, const char *file,
                      struct lookup_range **ranges)
{
    const struct lookup *lookup = &channel->lookup;
    size_t n = 0, room = 0;

    while (ask(channel, file, n)) {
        uint32_t n_all = lookup->n_all;
        uint32_t n_more = lookup->n_ranges;

        if (n_all == 0 && n_more == 0) {
            break;
        }
        /* It is in memory that the guest's stray stores reach. */
        if (n_more == 0 || n_more > LOOKUP_RANGES ||
            n_all > LOOKUP_MOST_RANGES || n_more > n_all - n) {
            channel_stop(channel, CHANNEL_STOP_DAMAGED, 0);
            break;
        }
        if (array_reserve(*ranges, room, n + n_more) < 0) {
            channel_stop(channel, CHANNEL_STOP_MEMORY, 0);
            break;
        }
        memcpy(*ranges + n, lookup->ranges, n_more * sizeof(**ranges));
        n += n_more;
        if (n == n_all) {
            break;
        }
    }
    return n;
}

size_t lookup_ask(struct channel *channel, const char *file,
                  struct lookup_range **ranges)
{
    size_t n = 0;

    *ranges = NULL;
    if (strlen(file) >= LOOKUP_FILE_BYTES) {
        channel_stop(channel, CHANNEL_STOP_FILE_NAME, ENAMETOOLONG);
        return 0;
    }
    if (!take_turn(channel)) {
        /* Stops nothing where the recorder is gone, which is not damage. */
        if (channel_recorder_is_alive(channel)) {
            channel_stop(channel, CHANNEL_STOP_DAMAGED, 0);
        }
        return 0;
    }
    n = collect(channel, file, ranges);
    pthread_mutex_unlock(&channel->lookup.askers);
    if (n > 1) {
        qsort(*ranges, n, sizeof(**ranges), compare);
    }
    return n;
}

bool lookup_take(struct lookup *lookup, struct lookup_question *question)
{
    question->state = atomic_load(&lookup->state);
    if ((question->state & ((1u << STATE_BITS) - 1)) != LOOKUP_ASKED) {
        return false;
    }
    question->first = *(volatile uint32_t *)&lookup->first;
    memcpy(question->file, lookup->file, LOOKUP_FILE_BYTES);
    question->file[LOOKUP_FILE_BYTES - 1] = '\0';
    return true;
}

void lookup_answer(struct lookup *lookup,
                   const struct lookup_question *question,
                   const struct lookup_range *ranges, size_t n)
{
    uint32_t state = question->state;
    size_t n_left = question->first < n ? n - question->first : 0;

    if (n_left > LOOKUP_RANGES) {
        n_left = LOOKUP_RANGES;
    }
    lookup->n_all = n;
    lookup->n_ranges = n_left;
    if (n_left > 0) {
        memcpy(lookup->ranges, ranges + question->first,
               n_left * sizeof(*ranges));
    }
    /* Not where it was given up, and another one is asked by now. */
    if (atomic_compare_exchange_strong(&lookup->state, &state,
                                       (state & ~((1u << STATE_BITS) - 1)) |
                                           LOOKUP_ANSWERED)) {
        channel_futex_wake(&lookup->state, 1);
    }
}
