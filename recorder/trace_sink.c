/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace_sink.c - chunks of the channel become blocks of a trace.
 *
 * The main thread collects a stream's closed chunks until there are enough
 * for a block; a worker encodes them (encode_job.h).  A chunk starts with a
 * stamp and says how many accesses it holds, so that the blocks of one thread
 * can be encoded at the same time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "clock_check.h"
#include "encode_job.h"
#include "instructions.h"
#include "jit_files.h"
#include "processors.h"

#define CLOCK_AFTER_NS 100000000ull
/*
 * What slow threads touch is to be known while fast ones' blocks are digested:
 * for so long a job may wait to be filled.
 */
#define DIGEST_AFTER_NS 50000000ull
#define WORKERS_MAX 64

struct trace_sink_data {
    struct encode_target target;
    struct workers *workers;
    bool has_clock;
    uint64_t hurried_ns; /* when jobs were last looked at for their age */
};

static int open_trace(struct recording *recording)
{
    const struct recorder_config *config = recording->config;
    struct trace_sink_data *sink = calloc(1, sizeof(*sink));
    unsigned n = config->n_workers;
    int error = sink == NULL
                    ? MEMTRACE_ERR_NOMEM
                    : memtrace_writer_create(config->fd, &sink->target.writer);

    if (error == 0 && config->keep_bytes > 0) {
        error =
            memtrace_writer_keep_last(sink->target.writer, config->keep_bytes);
    }
    if (error == 0) {
        sink->target.instructions = instructions_new(sink->target.writer);
        sink->target.jit_files = jit_files_new();
        error =
            sink->target.instructions == NULL || sink->target.jit_files == NULL
                ? MEMTRACE_ERR_NOMEM
                : 0;
    }
    for (size_t i = 0; error == 0 && i < config->n_meta; i++) {
        error = memtrace_writer_meta(sink->target.writer, config->meta[i].key,
                                     config->meta[i].value);
    }
    if (error == 0) {
        error = memtrace_writer_flush_meta(sink->target.writer);
    }
    if (error != 0) {
        recording_fail_trace(recording, error);
        return -1;
    }
    sink->target.recording = recording;
    recording->sink_data = sink;
    sink->workers = workers_start(n > 0 ? n : processors_usable(WORKERS_MAX),
                                  &encode_job_ops, &sink->target);
    if (sink->workers == NULL) {
        recording_fail(recording, "cannot start encoding threads");
        return -1;
    }
    return 0;
}

static struct encode_job *new_job(const struct stream *stream,
                                  const struct encode_job *before)
{
    struct encode_job *job = calloc(1, sizeof(*job));
    const struct consumer_stream *source = &stream->source;

    if (job != NULL) {
        job->kind = source->kind;
        job->thread = source->number;
        job->pid = source->pid;
        job->tid = source->tid;
        job->parent = source->parent;
        job->parent_pid = source->parent_pid;
        job->cause = source->cause;
        job->start_time = source->start_time;
        job->is_first = before == NULL;
    }
    return job;
}

/* Queue what a stream has, go on with an empty job. */
static int submit(struct recording *recording, struct stream *stream)
{
    struct trace_sink_data *sink = recording->sink_data;
    struct encode_job *job = stream->sink_data;
    struct encode_job *next = new_job(stream, job);

    if (next == NULL) {
        recording_fail(recording, "out of memory");
        return -1;
    }
    next->first = job->first;
    for (size_t i = 0; i < job->n_spans; i++) {
        const struct consumer_span *span = &job->spans[i];

        next->first += span->n_entries - (span->n_controls < span->n_entries
                                              ? span->n_controls
                                              : span->n_entries);
    }
    stream->sink_data = next;
    workers_submit(sink->workers, &job->job);
    return 0;
}

static void take(struct recording *recording, struct stream *stream,
                 const struct consumer_span *span)
{
    struct encode_job *job = stream->sink_data;

    if (job == NULL) {
        job = new_job(stream, NULL);
        stream->sink_data = job;
    }
    if (job == NULL ||
        (job->n_spans == JOB_SPANS && submit(recording, stream) != 0)) {
        recording_fail(recording, "out of memory");
        consumer_span_done(&recording->consumer, span);
        return;
    }
    job = stream->sink_data;
    check(job->n_spans < JOB_SPANS, "a job has room for a span");
    if (job->n_spans == 0) {
        job->since_ns = recording->elapsed_ns;
    }
    job->spans[job->n_spans++] = *span;
    if (job->n_spans == JOB_SPANS) {
        submit(recording, stream);
    }
}

/*
 * Producers wait while chunks that would make no full block lie here: encode
 * the longest job as it is.
 */
static void relieve(struct recording *recording)
{
    size_t n = atomic_load(&recording->channel->fresh_slot);
    struct stream *longest = NULL;
    size_t most = 0;

    for (size_t i = 0; i < n && i < CHANNEL_SLOTS; i++) {
        struct stream *stream = recording->streams[i];
        const struct encode_job *job =
            stream != NULL ? stream->sink_data : NULL;

        if (job != NULL && job->n_spans > most) {
            longest = stream;
            most = job->n_spans;
        }
    }
    if (longest != NULL) {
        submit(recording, longest);
    }
}

/* With digests: encode what has waited for long. */
static void hurry(struct recording *recording)
{
    struct trace_sink_data *sink = recording->sink_data;
    size_t n = atomic_load(&recording->channel->fresh_slot);
    uint64_t now = recording->elapsed_ns;

    if (recording->config->digester == NULL ||
        now - sink->hurried_ns < DIGEST_AFTER_NS) {
        return;
    }
    sink->hurried_ns = now;
    for (size_t i = 0; i < n && i < CHANNEL_SLOTS; i++) {
        struct stream *stream = recording->streams[i];
        const struct encode_job *job =
            stream != NULL ? stream->sink_data : NULL;

        if (job != NULL && job->n_spans > 0 &&
            now - job->since_ns >= DIGEST_AFTER_NS) {
            submit(recording, stream);
        }
    }
}

static void put_number(struct memtrace_writer *writer, const char *key,
                       uint64_t number)
{
    char text[24];

    snprintf(text, sizeof(text), "%llu", (unsigned long long)number);
    memtrace_writer_meta(writer, key, text);
}

static void put_clock(struct recording *recording)
{
    struct trace_sink_data *sink = recording->sink_data;
    uint64_t ns = recording->elapsed_ns;
    uint64_t ticks = recording->looked_at - recording->start_ticks;
    enum clock_reason clock = recording->channel->clock;

    memtrace_writer_meta(sink->target.writer, "clock.source",
                         clock_reason_words(clock));
    /* A counter's ticks are no time. */
    if (ns > 0 && !clock_reason_is_counter(clock)) {
        put_number(sink->target.writer, "clock.ticks_per_second",
                   (uint64_t)((double)ticks * 1e9 / ns));
    }
    put_number(sink->target.writer, "clock.start_unix_ns",
               recording->start_unix_ns);
}

/* What QEMU did not show. */
static void put_unseen(struct recording *recording)
{
    struct trace_sink_data *sink = recording->sink_data;
    char key[32];

    for (unsigned kind = 1; kind < CHANNEL_UNSEEN_KINDS; kind++) {
        uint64_t n = atomic_load(&recording->channel->unseen[kind]);

        if (n > 0) {
            snprintf(key, sizeof(key), "unseen.%s", recorder_unseen_name(kind));
            put_number(sink->target.writer, key, n);
        }
    }
}

/* What is known at the end alone. */
static void put_end(struct recording *recording)
{
    struct trace_sink_data *sink = recording->sink_data;
    int status = recording->child_status;
    char text[32];

    put_unseen(recording);
    put_clock(recording);
    put_number(sink->target.writer, "record.duration_ns",
               recording->elapsed_ns);
    if (recording->config->child > 0) {
        if (WIFSIGNALED(status)) {
            snprintf(text, sizeof(text), "signal %d", WTERMSIG(status));
        } else {
            snprintf(text, sizeof(text), "exit %d", WEXITSTATUS(status));
        }
        memtrace_writer_meta(sink->target.writer, "guest.exit", text);
    }
    if (recording->has_ended) {
        memtrace_writer_meta(sink->target.writer, "recorder.stop",
                             recording->error);
    }
}

static void idle(struct recording *recording)
{
    struct trace_sink_data *sink = recording->sink_data;

    /* Early, so that a trace without an end has times all the same. */
    if (!sink->has_clock && recording->elapsed_ns > CLOCK_AFTER_NS) {
        sink->has_clock = true;
        put_clock(recording);
        memtrace_writer_flush_meta(sink->target.writer);
    }
    if (atomic_load(&recording->channel->waiters) > 0 &&
        workers_are_hungry(sink->workers)) {
        relieve(recording);
    }
    hurry(recording);
}

static void end(struct recording *recording, struct stream *stream)
{
    struct trace_sink_data *sink = recording->sink_data;
    struct encode_job *job = stream->sink_data;

    if (job == NULL) {
        job = new_job(stream, NULL);
    }
    stream->sink_data = NULL;
    if (job == NULL) {
        recording_fail(recording, "out of memory");
        return;
    }
    workers_submit(sink->workers, &job->job);
}

static int close_trace(struct recording *recording)
{
    struct trace_sink_data *sink = recording->sink_data;
    int fd = dup(recording->config->fd); /* the writer closes its own */
    uint64_t time;
    struct stat st;
    int error;

    put_end(recording);
    if (sink->workers != NULL) {
        workers_finish(sink->workers);
    }
    error =
        jit_files_keep(sink->target.jit_files, recording, sink->target.writer);
    if (error != 0) {
        recording_fail_trace(recording, error);
    }
    recording->n_evicted = memtrace_writer_evicted(sink->target.writer, &time);
    error =
        memtrace_writer_finish(sink->target.writer, recording->threads,
                               recording->n_threads, !recording->has_failed);
    if (error != 0) {
        recording_fail_trace(recording, error);
    }
    if (fd >= 0 && fstat(fd, &st) == 0) {
        recording->bytes = st.st_size;
    }
    close(fd);
    instructions_free(sink->target.instructions);
    jit_files_free(sink->target.jit_files);
    free(sink);
    return error == 0 ? 0 : -1;
}

const struct sink trace_sink = {
    .reach = CONSUMER_CLOSED_CHUNKS,
    .open = open_trace,
    .take = take,
    .idle = idle,
    .end = end,
    .close = close_trace,
};
