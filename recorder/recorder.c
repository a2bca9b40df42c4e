/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * recorder.c - the life of a recording: slots appear, are drained into the
 * sink, and end with their processes.
 */
#include "recorder.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "answers.h"
#include "check.h"
#include "stamp_clock.h"
#include "processes.h"
#include "progress.h"
#include "recording.h"
#include "sampler.h"

/*
 * The channel is looked at this often.  Producers ring only when they wait: a
 * wake-up for each chunk would cost the guest more than the chunk.
 */
#define BUSY_SLEEP_MS 1
#define QUIET_SLEEP_MS 10
#define QUIET_AFTER 50                /* looks without news */
#define POLL_PROCESSES_NS 10000000ull /* how often processes are looked at */
#define FORK_GRACE_NS 1000000000ull   /* for a child that has not attached */

struct life {
    struct recording recording;
    struct processes processes;
    pid_t child; /* not yet reaped; 0: none */
    uint64_t start_ns;
    uint64_t polled_ns;
    uint64_t alone_since_ns; /* no process is there; 0: some are */
    bool first_has_ended;
    bool has_attached; /* the guest's first thread */
};

static uint64_t clock_ns(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000000000u + now.tv_nsec;
}

static uint64_t now_ns(void)
{
    return clock_ns(CLOCK_MONOTONIC);
}

static void set_state(struct channel *channel, uint32_t state)
{
    atomic_store(&channel->state, state);
    channel_futex_wake(&channel->state, INT32_MAX);
}

void recorder_announce(struct channel *channel)
{
    pthread_mutex_lock(&channel->recorder_life);
    set_state(channel, CHANNEL_RECORDING);
}

void recorder_refuse(struct channel *channel, const char *why)
{
    snprintf(channel->error, sizeof(channel->error), "%s", why);
    set_state(channel, CHANNEL_FAILED);
}

/* Slots from here on were never used. */
static uint32_t n_slots(const struct life *life)
{
    uint32_t n = atomic_load(&life->recording.channel->fresh_slot);

    return n < CHANNEL_SLOTS ? n : CHANNEL_SLOTS;
}

static void drain(struct life *life, struct stream *stream,
                  enum consumer_reach reach)
{
    struct recording *recording = &life->recording;
    struct consumer_span span;
    int n;

    while ((n = consumer_next(&recording->consumer, &stream->source, reach,
                              &span)) == 1) {
        recording->sink->take(recording, stream, &span);
    }
    if (n < 0) {
        recording_fail(recording, "the channel is damaged");
    }
}

static void close_slot(struct life *life, uint32_t slot)
{
    struct recording *recording = &life->recording;
    struct stream *stream = recording->streams[slot];

    check(stream != NULL, "a slot that closes is open");
    drain(life, stream, CONSUMER_LAST);
    recording->sink->end(recording, stream);
    consumer_close(&recording->consumer, &stream->source);
    recording->streams[slot] = NULL;
    free(stream);
}

/*
 * A process has another program now: its threads from before have gone.  They
 * started before the new program did.
 */
static void end_program(struct life *life, const struct consumer_stream *next)
{
    for (uint32_t slot = 0; slot < n_slots(life); slot++) {
        struct stream *stream = life->recording.streams[slot];

        if (stream != NULL && stream->source.pid == next->pid &&
            stream->source.start_time < next->start_time) {
            close_slot(life, slot);
        }
    }
}

static void open_slot(struct life *life, uint32_t slot)
{
    struct recording *recording = &life->recording;
    struct stream *stream = calloc(1, sizeof(*stream));
    int error = stream == NULL ||
                consumer_open(&recording->consumer, slot, &stream->source);

    if (error == 0 && stream->source.kind == CHANNEL_SLOT_PROCESS) {
        end_program(life, &stream->source);
        error = processes_add(&life->processes, stream->source.pid);
    } else if (error == 0) {
        error = recording_add_thread(recording, &stream->source);
    }
    if (error != 0) {
        recording_fail(recording, "the channel is damaged");
        free(stream);
        return;
    }
    check(recording->streams[slot] == NULL, "a slot is opened once");
    recording->streams[slot] = stream;
}

static void look_at_slot(struct life *life, uint32_t slot)
{
    struct recording *recording = &life->recording;
    struct channel_slot *shared = channel_slot(recording->channel, slot);
    uint32_t state = atomic_load(&shared->state);
    struct stream *stream;

    if (state == CHANNEL_SLOT_FREE) {
        return;
    }
    if (recording->streams[slot] == NULL) {
        open_slot(life, slot);
    }
    stream = recording->streams[slot];
    if (stream == NULL) {
        return;
    }
    if (state == CHANNEL_SLOT_ENDED) {
        pid_t pid = stream->source.pid;
        bool is_process = stream->source.kind == CHANNEL_SLOT_PROCESS;

        if (!is_process) {
            close_slot(life, slot);
        } else if (life->recording.channel->is_detached) {
            /* It waits for us before it ends. */
            processes_leave(&life->processes, pid);
            stream->is_gone = true;
        }
        return;
    }
    drain(life, stream, recording->sink->reach);
}

/* Return: whether there was news. */
static bool look_at_news(struct life *life)
{
    struct channel *channel = life->recording.channel;
    bool was_news = false;

    for (uint32_t word = 0; word < (n_slots(life) + 63) / 64; word++) {
        uint64_t news =
            atomic_load_explicit(&channel->news[word], memory_order_relaxed);

        if (news == 0) {
            continue;
        }
        news = atomic_exchange(&channel->news[word], 0);
        was_news |= news != 0;
        while (news != 0) {
            look_at_slot(life, word * 64 + __builtin_ctzll(news));
            news &= news - 1;
        }
    }
    return was_news;
}

/* All that a process wrote is there now. */
static void end_process(struct life *life, pid_t pid)
{
    struct recording *recording = &life->recording;

    look_at_news(life);
    for (uint32_t slot = 0; slot < n_slots(life); slot++) {
        struct stream *stream = recording->streams[slot];

        if (stream != NULL && (pid_t)stream->source.pid == pid) {
            close_slot(life, slot);
        }
    }
    if (pid == recording->config->first_pid) {
        life->first_has_ended = true;
    }
}

/* A detached process says that it is about to end. */
static void end_leaving(struct life *life)
{
    struct recording *recording = &life->recording;

    for (uint32_t slot = 0; slot < n_slots(life); slot++) {
        struct stream *stream = recording->streams[slot];

        if (stream != NULL && stream->is_gone) {
            end_process(life, stream->source.pid);
        }
    }
}

static void poll_processes(struct life *life)
{
    pid_t pid;

    while ((pid = processes_poll(&life->processes)) != 0) {
        end_process(life, pid);
    }
    if (life->child > 0 && waitpid(life->child, &life->recording.child_status,
                                   WNOHANG) == life->child) {
        life->child = 0;
    }
}

/* What a living thread has in its last chunk, where that is of interest. */
static void look_at_open_chunks(struct life *life)
{
    struct recording *recording = &life->recording;

    if (recording->sink->reach != CONSUMER_ALL) {
        return;
    }
    for (uint32_t slot = 0; slot < n_slots(life); slot++) {
        if (recording->streams[slot] != NULL) {
            drain(life, recording->streams[slot], CONSUMER_ALL);
        }
    }
}

static bool is_over(struct life *life)
{
    const struct recorder_config *config = life->recording.config;
    struct channel *channel = life->recording.channel;

    if (life->child > 0) {
        return false;
    }
    if (config->leaves_children ||
        (life->recording.has_ended && config->child > 0)) {
        return true;
    }
    if (life->processes.n > 0) {
        life->alone_since_ns = 0;
        return false;
    }
    if (life->alone_since_ns == 0) {
        life->alone_since_ns = now_ns();
    }
    if (atomic_load(&channel->forks_pending) > 0 &&
        now_ns() - life->alone_since_ns <= FORK_GRACE_NS) {
        return false;
    }
    /* A child says that it is there before it is no longer pending. */
    look_at_news(life);
    return life->processes.n == 0;
}

/* Who goes on is not recorded any more, and is not told. */
static void leave_children(struct channel *channel)
{
    uint32_t recording = CHANNEL_RECORDING;

    atomic_compare_exchange_strong(&channel->state, &recording,
                                   CHANNEL_STOPPED);
    atomic_fetch_add(&channel->space, 1);
    channel_futex_wake(&channel->space, INT32_MAX);
}

static void sleep_a_while(struct channel *channel, unsigned n_quiet)
{
    uint32_t doorbell = atomic_load(&channel->doorbell);

    atomic_store(&channel->sleeping, 1);
    channel_futex_wait(&channel->doorbell, doorbell,
                       n_quiet < QUIET_AFTER ? BUSY_SLEEP_MS : QUIET_SLEEP_MS);
    atomic_store(&channel->sleeping, 0);
}

/* The others of a process that has ended may go on for long. */
static void release_first(struct life *life)
{
    struct channel *channel = life->recording.channel;

    if (life->first_has_ended && channel->is_detached &&
        !atomic_load(&channel->is_released)) {
        atomic_store(&channel->is_released, 1);
        channel_futex_wake(&channel->is_released, INT32_MAX);
    }
}

static void see_first_thread(struct life *life)
{
    const struct recorder_config *config = life->recording.config;

    if (!life->has_attached && life->recording.n_threads > 0) {
        life->has_attached = true;
        if (config->attached != NULL) {
            config->attached(config->data);
        }
    }
}

static void run(struct life *life)
{
    struct recording *recording = &life->recording;
    unsigned n_quiet = 0;

    for (;;) {
        see_first_thread(life);
        recording->looked_at = stamp_now(recording->channel);
        recording->elapsed_ns = now_ns() - life->start_ns;
        n_quiet = look_at_news(life) ? 0 : n_quiet + 1;
        answers_give(recording->channel, recording->config->names);
        end_leaving(life);
        recording_see_stop(recording);
        look_at_open_chunks(life);
        recording->sink->idle(recording);
        if (now_ns() - life->polled_ns > POLL_PROCESSES_NS) {
            life->polled_ns = now_ns();
            poll_processes(life);
            if (is_over(life)) {
                break;
            }
            release_first(life);
            if (recording->config->shows_progress) {
                progress_show(recording, recording->elapsed_ns);
            }
        }
        sleep_a_while(recording->channel, n_quiet);
    }
    see_first_thread(life);
}

/* What is left when all processes have gone, and belongs to none of them. */
static void close_all(struct life *life)
{
    look_at_news(life);
    for (uint32_t slot = 0; slot < n_slots(life); slot++) {
        if (life->recording.streams[slot] != NULL) {
            close_slot(life, slot);
        }
    }
}

static int start(struct life *life, const struct recorder_config *config)
{
    struct recording *recording = &life->recording;

    life->child = config->child; /* first: it is waited for in any case */
    recording->config = config;
    recording->channel = config->channel;
    recording->sink = config->is_text ? &text_sink : &trace_sink;
    pthread_mutex_init(&recording->lock, NULL);
    recording->streams = calloc(CHANNEL_SLOTS, sizeof(struct stream *));
    if (recording->streams == NULL ||
        consumer_init(&recording->consumer, config->channel) != 0) {
        recording_fail(recording, "out of memory");
        return -1;
    }
    if (config->first_pid > 0 &&
        processes_add(&life->processes, config->first_pid) != 0) {
        recording_fail(recording, "out of memory");
        return -1;
    }
    life->start_ns = now_ns();
    recording->started = clock_pair_read();
    recording->start_ticks = stamp_now(recording->channel);
    recording->start_unix_ns = clock_ns(CLOCK_REALTIME);
    return recording->sink->open(recording);
}

static void finish(struct life *life, struct recorder_result *result)
{
    struct recording *recording = &life->recording;
    struct channel *channel = recording->channel;

    *result = (struct recorder_result){
        .n_accesses = recording->n_accesses,
        .n_lost = recording->n_lost,
        .n_threads = recording->n_threads,
        .n_processes = atomic_load(&channel->n_processes),
        .n_evicted = recording->n_evicted,
        .bytes = recording->bytes,
        .duration_ns = recording->elapsed_ns,
        .child_status = life->recording.child_status,
    };
    if (recording->has_failed) {
        memcpy(result->error, recording->error, sizeof(result->error));
    }
    processes_free(&life->processes);
    consumer_free(&recording->consumer);
    free(recording->streams);
    free(recording->threads);
    pthread_mutex_destroy(&recording->lock);
}

void recorder_release(struct channel *channel)
{
    set_state(channel, CHANNEL_DONE);
    atomic_store(&channel->is_released, 1);
    channel_futex_wake(&channel->is_released, INT32_MAX);
}

/* Without a sink: let the guest run, and wait for it. */
static void wait_for_child(struct life *life)
{
    while (life->child > 0 &&
           waitpid(life->child, &life->recording.child_status, 0) < 0 &&
           errno == EINTR) {
    }
    life->child = 0;
}

int recorder_run(const struct recorder_config *config,
                 struct recorder_result *result)
{
    struct life life = {0};

    if (start(&life, config) == 0) {
        struct sampler *sampler = sampler_start(
            config->channel, config->sample_on_ns, config->sample_period_ns);

        run(&life);
        sampler_stop(sampler);
        leave_children(config->channel);
        close_all(&life);
        recording_see_stop(&life.recording);
        if (config->shows_progress) {
            progress_clear();
        }
        life.recording.sink->close(&life.recording);
    } else {
        wait_for_child(&life);
    }
    finish(&life, result);
    return result->error[0] == '\0' ? 0 : -1;
}
