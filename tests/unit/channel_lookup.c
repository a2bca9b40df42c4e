/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * channel_lookup.c - questions about files: all ranges come over, in parts;
 * nobody waits for who died, and nothing that stands in the channel's memory
 * is believed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "channel.h"

#define N_RANGES (2 * LOOKUP_RANGES + 5)
#define N_ASKERS 6
#define N_ROUNDS 200

static struct lookup_range all_ranges[N_RANGES];

/* In backward order: who asks gets them sorted. */
static int make_ranges(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_RANGES; i++) {
        all_ranges[i] = (struct lookup_range){
            .start = 10 * (N_RANGES - i),
            .end = 10 * (N_RANGES - i) + 5,
            .role = i % 2 ? LOOKUP_CODE : LOOKUP_START,
            .payload = i,
        };
    }
    return 0;
}

static struct channel *open_channel(void)
{
    struct channel_config config = {.stamp_interval = 64};
    int fd;
    struct channel *channel = channel_create(&config, &fd);

    assert_non_null(channel);
    close(fd);
    atomic_store(&channel->state, CHANNEL_RECORDING);
    return channel;
}

/* A recorder of a thread: answers until it is told to stop. */
struct answering {
    struct channel *channel;
    pthread_t thread;
    _Atomic(bool) has_begun;
    _Atomic(bool) is_over;
    size_t n_answered;
    void (*answer)(struct answering *answering,
                   const struct lookup_question *question);
};

static void *answer_all(void *argument)
{
    struct answering *answering = argument;
    struct lookup *lookup = &answering->channel->lookup;
    struct lookup_question question;

    pthread_mutex_lock(&answering->channel->recorder_life);
    atomic_store(&answering->has_begun, true);
    while (!atomic_load(&answering->is_over)) {
        if (lookup_is_asked(lookup) && lookup_take(lookup, &question)) {
            answering->n_answered++;
            answering->answer(answering, &question);
        } else {
            usleep(100);
        }
    }
    return NULL;
}

static void start(struct answering *answering)
{
    pthread_create(&answering->thread, NULL, answer_all, answering);
    while (!atomic_load(&answering->has_begun)) {
        usleep(100);
    }
}

static void stop(struct answering *answering)
{
    atomic_store(&answering->is_over, true);
    pthread_join(answering->thread, NULL);
}

/* The file's name says how many of the ranges it has. */
static void answer_number(struct answering *answering,
                          const struct lookup_question *question)
{
    lookup_answer(&answering->channel->lookup, question, all_ranges,
                  strtoul(question->file + 1, NULL, 10));
}

static void check_answer(struct channel *channel, size_t n)
{
    struct lookup_range *ranges;
    char file[32];

    snprintf(file, sizeof(file), "/%zu", n);
    assert_int_equal(lookup_ask(channel, file, &ranges), n);
    assert_int_equal(ranges == NULL, n == 0);
    for (size_t i = 0; i < n; i++) {
        const struct lookup_range *range = &ranges[i];

        assert_memory_equal(range, &all_ranges[range->payload], sizeof(*range));
        assert_true(
            i == 0 || range[-1].role < range->role ||
            (range[-1].role == range->role && range[-1].start < range->start));
    }
    free(ranges);
}

static void all_ranges_come_over(void **state)
{
    struct answering answering = {.channel = open_channel(),
                                  .answer = answer_number};
    static const size_t numbers[] = {
        0, 1, LOOKUP_RANGES - 1, LOOKUP_RANGES, LOOKUP_RANGES + 1, N_RANGES,
    };

    (void)state;
    start(&answering);
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        check_answer(answering.channel, numbers[i]);
    }
    stop(&answering);
    channel_unmap(answering.channel);
}

static void *ask_often(void *argument)
{
    for (size_t i = 0; i < N_ROUNDS; i++) {
        check_answer(argument, i);
    }
    return NULL;
}

static void many_ask_at_once(void **state)
{
    struct answering answering = {.channel = open_channel(),
                                  .answer = answer_number};
    pthread_t askers[N_ASKERS];

    (void)state;
    start(&answering);
    for (size_t i = 0; i < N_ASKERS; i++) {
        pthread_create(&askers[i], NULL, ask_often, answering.channel);
    }
    for (size_t i = 0; i < N_ASKERS; i++) {
        pthread_join(askers[i], NULL);
    }
    stop(&answering);
    channel_unmap(answering.channel);
}

/* The asker is killed, with its question, before it is answered. */
static void kill_first_asker(struct answering *answering,
                             const struct lookup_question *question)
{
    if (strcmp(question->file, "/first") == 0) {
        kill(atoi(getenv("ASKER")), SIGKILL);
        waitpid(atoi(getenv("ASKER")), NULL, 0);
    }
    answer_number(answering, question);
}

static void who_died_asking_keeps_nobody(void **state)
{
    struct answering answering = {.channel = open_channel(),
                                  .answer = kill_first_asker};
    struct lookup_range *ranges;
    char text[16];
    pid_t asker = fork();

    (void)state;
    if (asker == 0) {
        /* Until there is a recorder nobody would be asked. */
        while (pthread_mutex_trylock(&answering.channel->recorder_life) !=
               EBUSY) {
            pthread_mutex_unlock(&answering.channel->recorder_life);
            usleep(100);
        }
        lookup_ask(answering.channel, "/first", &ranges);
        _exit(0);
    }
    snprintf(text, sizeof(text), "%d", asker);
    setenv("ASKER", text, 1);
    start(&answering);
    while (!lookup_is_asked(&answering.channel->lookup) &&
           answering.n_answered == 0) {
        usleep(100);
    }
    check_answer(answering.channel, 3);
    check_answer(answering.channel, 4);
    stop(&answering);
    channel_unmap(answering.channel);
}

/* Longer than an asker sleeps at a time. */
static void answer_slowly(struct answering *answering,
                          const struct lookup_question *question)
{
    usleep(250000);
    answer_number(answering, question);
}

static void *ask_once(void *argument)
{
    check_answer(argument, 2);
    return NULL;
}

static void who_waits_for_its_turn_gets_it(void **state)
{
    struct answering answering = {.channel = open_channel(),
                                  .answer = answer_slowly};
    pthread_t askers[3];

    (void)state;
    start(&answering);
    for (size_t i = 0; i < 3; i++) {
        pthread_create(&askers[i], NULL, ask_once, answering.channel);
    }
    for (size_t i = 0; i < 3; i++) {
        pthread_join(askers[i], NULL);
    }
    stop(&answering);
    channel_unmap(answering.channel);
}

/* An answer to a question that was given up is none to the next one. */
static void late_answers_are_dropped(void **state)
{
    struct channel *channel = open_channel();
    struct lookup *lookup = &channel->lookup;
    struct lookup_question first, second;

    (void)state;
    strcpy(lookup->file, "/a");
    atomic_store(&lookup->state, 1u << 2 | LOOKUP_ASKED);
    assert_true(lookup_take(lookup, &first));
    assert_string_equal(first.file, "/a");
    atomic_store(&lookup->state, 2u << 2 | LOOKUP_ASKED);
    lookup_answer(lookup, &first, all_ranges, 2);
    assert_true(lookup_is_asked(lookup));
    assert_true(lookup_take(lookup, &second));
    lookup_answer(lookup, &second, all_ranges, 1);
    assert_int_equal(atomic_load(&lookup->state), 2u << 2 | LOOKUP_ANSWERED);
    assert_int_equal(lookup->n_ranges, 1);
    assert_false(lookup_take(lookup, &second));
    channel_unmap(channel);
}

static void *die(void *argument)
{
    struct channel *channel = argument;

    pthread_mutex_lock(&channel->recorder_life);
    return NULL; /* the kernel marks the mutex of a thread that ends */
}

static void nobody_waits_for_a_dead_recorder(void **state)
{
    struct channel *channel = open_channel();
    struct lookup_range *ranges;
    pthread_t recorder;

    (void)state;
    pthread_create(&recorder, NULL, die, channel);
    pthread_join(recorder, NULL);
    assert_int_equal(lookup_ask(channel, "/3", &ranges), 0);
    assert_null(ranges);
    atomic_store(&channel->state, CHANNEL_STOPPED);
    assert_int_equal(lookup_ask(channel, "/3", &ranges), 0);
    channel_unmap(channel);
}

static void store_numbers(struct answering *answering,
                          const struct lookup_question *question)
{
    struct lookup *lookup = &answering->channel->lookup;

    lookup->n_all = strtoul(question->file + 1, NULL, 0);
    lookup->n_ranges = strtoul(strchr(question->file, ',') + 1, NULL, 0);
    atomic_store(&lookup->state, question->state + 1);
}

/*
 * What stands in the channel's memory may be the guest's stray stores: what is
 * to be recorded is not known, so that nothing more is.
 */
static void wrong_numbers_are_not_believed(void **state)
{
    static const char *const numbers[] = {
        "/5,0",
        "/0,5",
        "/0xffffffff,0xffffffff",
        "/0xffffffff,1",
        "/0x7fffffff,1024",
        "/1,1024",
        "/2048,1025",
    };
    struct answering answering = {.channel = open_channel(),
                                  .answer = store_numbers};
    struct lookup_range *ranges;

    (void)state;
    start(&answering);
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        int error;

        assert_int_equal(lookup_ask(answering.channel, numbers[i], &ranges), 0);
        free(ranges);
        assert_string_equal(channel_stop_reason(answering.channel, &error),
                            "the channel is damaged");
        atomic_store(&answering.channel->stop, 0);
        atomic_store(&answering.channel->state, CHANNEL_RECORDING);
    }
    assert_int_equal(lookup_ask(answering.channel, "/0,0", &ranges), 0);
    assert_int_equal(atomic_load(&answering.channel->state), CHANNEL_RECORDING);
    stop(&answering);
    channel_unmap(answering.channel);
}

static void a_name_that_cannot_be_asked_for_stops(void **state)
{
    char name[LOOKUP_FILE_BYTES + 1];
    struct channel *channel = open_channel();
    struct lookup_range *ranges;
    int error;

    (void)state;
    memset(name, '/', LOOKUP_FILE_BYTES);
    name[LOOKUP_FILE_BYTES] = '\0';
    assert_int_equal(lookup_ask(channel, name, &ranges), 0);
    assert_string_equal(channel_stop_reason(channel, &error),
                        "the name of a mapped file cannot be read");
    channel_unmap(channel);
}

static void *die_asking(void *argument)
{
    struct channel *channel = argument;

    pthread_mutex_lock(&channel->lookup.askers);
    return NULL;
}

/* Who found it without an owner did not say that all is well. */
static void a_lock_that_is_broken_stops(void **state)
{
    struct channel *channel = open_channel();
    struct lookup_range *ranges;
    pthread_t asker;
    int error;

    (void)state;
    pthread_mutex_lock(&channel->recorder_life);
    pthread_create(&asker, NULL, die_asking, channel);
    pthread_join(asker, NULL);
    assert_int_equal(pthread_mutex_lock(&channel->lookup.askers), EOWNERDEAD);
    pthread_mutex_unlock(&channel->lookup.askers);
    assert_int_equal(lookup_ask(channel, "/3", &ranges), 0);
    assert_string_equal(channel_stop_reason(channel, &error),
                        "the channel is damaged");
    channel_unmap(channel);
}

static void a_hostile_question_is_bounded(void **state)
{
    struct channel *channel = open_channel();
    struct lookup *lookup = &channel->lookup;
    struct lookup_question question;

    (void)state;
    memset(lookup->file, 'x', LOOKUP_FILE_BYTES);
    lookup->first = UINT32_MAX;
    atomic_store(&lookup->state, UINT32_MAX << 2 | LOOKUP_ASKED);
    assert_true(lookup_take(lookup, &question));
    assert_int_equal(strlen(question.file), LOOKUP_FILE_BYTES - 1);
    lookup_answer(lookup, &question, all_ranges, N_RANGES);
    assert_int_equal(lookup->n_ranges, 0);
    assert_int_equal(lookup->n_all, N_RANGES);
    channel_unmap(channel);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_ranges_come_over),
        cmocka_unit_test(many_ask_at_once),
        cmocka_unit_test(who_died_asking_keeps_nobody),
        cmocka_unit_test(who_waits_for_its_turn_gets_it),
        cmocka_unit_test(late_answers_are_dropped),
        cmocka_unit_test(nobody_waits_for_a_dead_recorder),
        cmocka_unit_test(wrong_numbers_are_not_believed),
        cmocka_unit_test(a_name_that_cannot_be_asked_for_stops),
        cmocka_unit_test(a_lock_that_is_broken_stops),
        cmocka_unit_test(a_hostile_question_is_bounded),
    };

    return cmocka_run_group_tests(tests, make_ranges, NULL);
}
