/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace_sink.c - chunks of the channel become blocks of a trace.
 *
 * The main thread collects a stream's closed chunks until there are enough
 * for a block; a worker encodes them.  A chunk starts with a stamp and says
 * how many accesses it holds, so that the blocks of one thread can be encoded
 * at the same time.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "build_ids.h"
#include "entries.h"
#include "instructions.h"
#include "processors.h"
#include "recording.h"
#include "workers.h"
#include "writer.h"

#define CHUNK_ENTRIES (CHANNEL_CHUNK_ENTRY_BYTES / sizeof(struct channel_entry))
#define CLOCK_AFTER_NS 100000000ull
/*
 * What slow threads touch is to be known while fast ones' blocks are digested:
 * for so long a job may wait to be filled.
 */
#define DIGEST_AFTER_NS 50000000ull
#define WORKERS_MAX 64
/* Chunks whose accesses fill a block, with their stamps. */
#define JOB_SPANS (MEMTRACE_BLOCK_ACCESSES / CHUNK_ENTRIES)

_Static_assert(sizeof(struct channel_entry) == sizeof(struct memtrace_packed),
               "the encoder reads entries where they lie");
_Static_assert(CHANNEL_TAG_CONTROL == MEMTRACE_TAG_CONTROL &&
                   CHANNEL_TAG_STAMP == MEMTRACE_TAG_STAMP &&
                   CHANNEL_TAG_STAMP_BLOCKED == MEMTRACE_TAG_STAMP_BLOCKED &&
                   CHANNEL_TAG_INSN_SHIFT == MEMTRACE_TAG_INSN_SHIFT &&
                   CHANNEL_TAG_ATOMIC == MEMTRACE_TAG_ATOMIC &&
                   CHANNEL_TAG_STORE == MEMTRACE_TAG_STORE &&
                   CHANNEL_TAG_SIZE_MASK == MEMTRACE_TAG_SIZE_MASK,
               "tags of the channel are tags of the trace");

/**
 * struct encode_job - spans of one stream, in order
 * @is_first: the thread starts here; @pid and the others tell how
 * @first: accesses of the thread before the first span
 * @since_ns: when the first span came, as recording->elapsed_ns
 */
struct encode_job {
    struct job job;
    uint32_t kind;
    uint32_t thread;
    bool is_first;
    uint32_t pid;
    uint32_t tid;
    uint32_t parent;
    uint32_t parent_pid;
    uint32_t cause;
    uint64_t start_time;
    uint64_t first;
    uint64_t since_ns;
    size_t n_spans;
    struct consumer_span spans[JOB_SPANS];
};

struct trace_sink_data {
    struct memtrace_writer *writer;
    struct instructions *instructions;
    struct build_ids *build_ids;
    struct workers *workers;
    bool has_clock;
    uint64_t hurried_ns; /* when jobs were last looked at for their age */
};

/* Of a worker. */
struct encoding {
    struct recording *recording;
    struct memtrace_writer *writer;
    struct instructions *instructions;
    struct build_ids *build_ids;
    struct memtrace_encoder *encoder;
    struct entries_message message;
    uint32_t thread;
    uint64_t first; /* accesses of the thread before the block */
    uint64_t time;  /* the last stamp */
    uint64_t n_lost;
    bool is_process; /* of whose slot only the messages count */
};

static void stop_encoding(void *data)
{
    struct encoding *encoding = data;

    memtrace_encoder_free(encoding->encoder);
    free(encoding);
}

static void *start_encoding(void *context)
{
    struct recording *recording = context;
    struct trace_sink_data *sink = recording->sink_data;
    struct encoding *encoding = calloc(1, sizeof(*encoding));

    if (encoding == NULL) {
        return NULL;
    }
    encoding->recording = recording;
    encoding->writer = sink->writer;
    encoding->instructions = sink->instructions;
    encoding->build_ids = sink->build_ids;
    encoding->encoder = memtrace_encoder_new();
    if (encoding->encoder == NULL ||
        (recording->config->digester != NULL &&
         memtrace_encoder_digest(encoding->encoder,
                                 recording->config->digester) < 0)) {
        stop_encoding(encoding);
        return NULL;
    }
    return encoding;
}

static void fail(struct recording *recording, int error)
{
    recording_fail(recording, "cannot write the trace: %s",
                   error == MEMTRACE_ERR_IO ? strerror(errno)
                                            : memtrace_strerror(error));
}

/* The instructions that the block has go into the trace, once each. */
static int put_insns(struct encoding *encoding)
{
    uint32_t number;
    int error = 0;

    for (size_t i = 0;
         error == 0 &&
         (number = memtrace_encoder_insn(encoding->encoder, i)) != 0;
         i++) {
        error = instructions_use(encoding->instructions, number);
    }
    return error;
}

/* Would the block make the trace larger than it may become? */
static bool is_too_large(struct recording *recording,
                         const struct memtrace_writer *writer, size_t size)
{
    uint64_t max = recording->config->max_bytes;

    if (max == 0 || memtrace_writer_bytes(writer) + size <= max) {
        return false;
    }
    recording_stop(recording, "the trace has reached %llu bytes",
                   (unsigned long long)max);
    return true;
}

static void finish_block(struct encoding *encoding)
{
    struct recording *recording = encoding->recording;
    struct memtrace_counts counts;
    const uint8_t *data;
    size_t size;
    int error;

    encoding->first += memtrace_encoder_count(encoding->encoder);
    encoding->time = memtrace_encoder_time(encoding->encoder);
    error = memtrace_encoder_finish(encoding->encoder, &data, &size);
    if (recording->has_stopped || encoding->is_process) {
        return;
    }
    if (is_too_large(recording, encoding->writer, size)) {
        return;
    }
    if (error == 0 && size > 0) {
        error = put_insns(encoding);
    }
    if (error == 0 && size > 0) {
        error = memtrace_writer_block(encoding->writer, data, size);
    }
    if (error != 0) {
        fail(recording, error);
        return;
    }
    memtrace_encoder_counts(encoding->encoder, &counts);
    recording_count(recording, encoding->thread, counts.n_loads,
                    counts.n_stores, counts.n_atomics, encoding->n_lost,
                    encoding->time);
    encoding->n_lost = 0;
}

static void begin_block(struct encoding *encoding)
{
    memtrace_encoder_begin(encoding->encoder, encoding->thread, encoding->first,
                           encoding->time);
}

static void put_event(struct encoding *encoding,
                      const struct memtrace_event *event)
{
    int error = memtrace_encoder_event(encoding->encoder, event);

    if (error != 0) {
        fail(encoding->recording, error);
    }
}

/* A property that the plugin tells: "key=value". */
static int put_meta(struct encoding *encoding, struct entries_message *message)
{
    char *value = strchr(message->text, '=');

    if (value == NULL) {
        return 0;
    }
    *value++ = '\0';
    return memtrace_writer_meta(encoding->writer, message->text, value);
}

/* Return: entries taken. */
static size_t take_message(struct encoding *encoding,
                           const struct channel_entry *entries, size_t n)
{
    struct entries_message *message = &encoding->message;
    size_t taken = entries_read_message(entries, n, message);
    struct memtrace_event event;
    struct memtrace_insn insn;
    int error = 0;

    if (taken == 0) {
        recording_fail(encoding->recording, "the channel is damaged");
        return n;
    }
    if (message->type == CHANNEL_MESSAGE_META) {
        error = put_meta(encoding, message);
    } else if (entries_insn(message, &insn)) {
        error = instructions_define(encoding->instructions, &insn);
    } else if (entries_event(message, &event)) {
        if (event.type == MEMTRACE_EVENT_LOST) {
            encoding->n_lost += event.args[0];
        } else if (event.type == MEMTRACE_EVENT_MAP) {
            error = build_ids_note(encoding->build_ids, event.text);
        }
        put_event(encoding, &event);
    }
    if (error != 0) {
        fail(encoding->recording, error);
    }
    return taken;
}

/* Return: entries taken, at least one. */
static size_t take_control(struct encoding *encoding,
                           const struct channel_entry *entries, size_t n)
{
    const volatile struct channel_entry *entry = entries;

    switch (entry->tag) {
    case CHANNEL_TAG_STAMP: /* among values */
    case CHANNEL_TAG_STAMP_BLOCKED:
        memtrace_encoder_stamp(encoding->encoder, entry->value);
        return 1;
    case CHANNEL_TAG_MESSAGE:
        return take_message(encoding, entries, n);
    default:
        recording_fail(encoding->recording, "the channel is damaged");
        return n;
    }
}

static void take_span(struct encoding *encoding,
                      const struct consumer_span *span)
{
    const struct channel_entry *entries = span->entries;
    size_t n = span->n_entries;

    while (n > 0) {
        size_t taken = memtrace_encoder_accesses(
            encoding->encoder, (const struct memtrace_packed *)entries, n);

        if (taken == 0 && memtrace_encoder_count(encoding->encoder) ==
                              MEMTRACE_BLOCK_ACCESSES) {
            finish_block(encoding);
            begin_block(encoding);
            continue;
        }
        if (taken == 0) {
            taken = take_control(encoding, entries, n);
        }
        entries += taken;
        n -= taken;
    }
}

static void put_start(struct encoding *encoding, const struct encode_job *job)
{
    struct memtrace_event process = {
        .type = MEMTRACE_EVENT_PROCESS_START,
        .n_args = 2,
        .args = {job->pid, job->parent_pid},
        .text = job->cause == CHANNEL_CAUSE_EXEC   ? "exec"
                : job->cause == CHANNEL_CAUSE_FORK ? "fork"
                                                   : "start",
    };
    struct memtrace_event event = {
        .type = MEMTRACE_EVENT_THREAD_START,
        .n_args = 3,
        .args = {job->pid, job->tid,
                 job->parent == CHANNEL_NO_THREAD ? UINT64_MAX : job->parent},
        .text = "",
    };

    if (job->pid == job->tid) {
        put_event(encoding, &process);
    }
    put_event(encoding, &event);
}

static void run_job(void *context, void *data, struct job *job)
{
    struct recording *recording = context;
    struct encoding *encoding = data;
    struct encode_job *spans = (struct encode_job *)job;

    encoding->thread = spans->thread;
    encoding->first = spans->first;
    encoding->time = spans->start_time;
    encoding->is_process = spans->kind == CHANNEL_SLOT_PROCESS;
    begin_block(encoding);
    if (spans->is_first && spans->kind == CHANNEL_SLOT_THREAD) {
        put_start(encoding, spans);
    }
    for (size_t i = 0; i < spans->n_spans; i++) {
        take_span(encoding, &spans->spans[i]);
        consumer_span_done(&recording->consumer, &spans->spans[i]);
    }
    finish_block(encoding);
    pthread_mutex_lock(&recording->lock);
    recording->bytes = memtrace_writer_bytes(encoding->writer);
    pthread_mutex_unlock(&recording->lock);
    free(spans);
}

static const struct workers_ops encode_ops = {
    .start = start_encoding,
    .run = run_job,
    .stop = stop_encoding,
};

static int open_trace(struct recording *recording)
{
    const struct recorder_config *config = recording->config;
    struct trace_sink_data *sink = calloc(1, sizeof(*sink));
    unsigned n = config->n_workers;
    int error = sink == NULL
                    ? MEMTRACE_ERR_NOMEM
                    : memtrace_writer_create(config->fd, &sink->writer);

    if (error == 0 && config->keep_bytes > 0) {
        error = memtrace_writer_keep_last(sink->writer, config->keep_bytes);
    }
    if (error == 0) {
        sink->instructions = instructions_new(sink->writer);
        sink->build_ids = build_ids_new(sink->writer);
        error = sink->instructions == NULL || sink->build_ids == NULL
                    ? MEMTRACE_ERR_NOMEM
                    : 0;
    }
    for (size_t i = 0; error == 0 && i < config->n_meta; i++) {
        error = memtrace_writer_meta(sink->writer, config->meta[i].key,
                                     config->meta[i].value);
    }
    if (error == 0) {
        error = memtrace_writer_flush_meta(sink->writer);
    }
    if (error != 0) {
        fail(recording, error);
        return -1;
    }
    recording->sink_data = sink;
    sink->workers = workers_start(n > 0 ? n : processors_usable(WORKERS_MAX),
                                  &encode_ops, recording);
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

    if (ns > 0) {
        put_number(sink->writer, "clock.ticks_per_second",
                   (uint64_t)((double)ticks * 1e9 / ns));
    }
    put_number(sink->writer, "clock.start_unix_ns", recording->start_unix_ns);
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
            put_number(sink->writer, key, n);
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
    put_number(sink->writer, "record.duration_ns", recording->elapsed_ns);
    if (recording->config->child > 0) {
        if (WIFSIGNALED(status)) {
            snprintf(text, sizeof(text), "signal %d", WTERMSIG(status));
        } else {
            snprintf(text, sizeof(text), "exit %d", WEXITSTATUS(status));
        }
        memtrace_writer_meta(sink->writer, "guest.exit", text);
    }
    if (recording->has_stopped) {
        memtrace_writer_meta(sink->writer, "recorder.stop", recording->error);
    }
}

static void idle(struct recording *recording)
{
    struct trace_sink_data *sink = recording->sink_data;

    /* Early, so that a trace without an end has times all the same. */
    if (!sink->has_clock && recording->elapsed_ns > CLOCK_AFTER_NS) {
        sink->has_clock = true;
        put_clock(recording);
        memtrace_writer_flush_meta(sink->writer);
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
    recording->n_evicted = memtrace_writer_evicted(sink->writer, &time);
    error =
        memtrace_writer_finish(sink->writer, recording->threads,
                               recording->n_threads, !recording->has_failed);
    if (error != 0) {
        fail(recording, error);
    }
    if (fd >= 0 && fstat(fd, &st) == 0) {
        recording->bytes = st.st_size;
    }
    close(fd);
    instructions_free(sink->instructions);
    build_ids_free(sink->build_ids);
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
