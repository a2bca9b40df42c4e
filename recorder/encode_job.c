/* SPDX-License-Identifier: GPL-2.0-or-later */
/* encode_job.c - see encode_job.h. */
#include "encode_job.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "entries.h"
#include "instructions.h"
#include "jit_files.h"

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

/* Of a worker. */
struct encoding {
    const struct encode_target *target;
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
    const struct encode_target *target = context;
    const struct memtrace_digester *digester =
        target->recording->config->digester;
    struct encoding *encoding = calloc(1, sizeof(*encoding));

    if (encoding == NULL) {
        return NULL;
    }
    encoding->target = target;
    encoding->encoder = memtrace_encoder_new();
    if (encoding->encoder == NULL ||
        (digester != NULL &&
         memtrace_encoder_digest(encoding->encoder, digester) < 0)) {
        stop_encoding(encoding);
        return NULL;
    }
    return encoding;
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
        error = instructions_use(encoding->target->instructions, number);
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
    struct recording *recording = encoding->target->recording;
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
    if (is_too_large(recording, encoding->target->writer, size)) {
        return;
    }
    if (error == 0 && size > 0) {
        error = put_insns(encoding);
    }
    if (error == 0 && size > 0) {
        error = memtrace_writer_block(encoding->target->writer, data, size);
    }
    if (error != 0) {
        recording_fail_trace(recording, error);
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
        recording_fail_trace(encoding->target->recording, error);
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
    return memtrace_writer_meta(encoding->target->writer, message->text, value);
}

/* Return: entries taken, at least one. */
static size_t take_message(struct encoding *encoding,
                           const struct channel_entry *entries, size_t n)
{
    const volatile struct channel_entry *first = entries;
    struct entries_message *message = &encoding->message;
    size_t taken = first->tag == CHANNEL_TAG_MESSAGE
                       ? entries_read_message(entries, n, message)
                       : 0;
    struct memtrace_event event;
    struct memtrace_insn insn;
    int error = 0;

    if (taken == 0) {
        recording_fail(encoding->target->recording, "the channel is damaged");
        return n;
    }
    if (message->type == CHANNEL_MESSAGE_META) {
        error = put_meta(encoding, message);
    } else if (entries_insn(message, &insn)) {
        error = instructions_define(encoding->target->instructions, &insn);
    } else if (entries_event(message, &event)) {
        if (event.type == MEMTRACE_EVENT_LOST) {
            encoding->n_lost += event.args[0];
        } else if (event.type == MEMTRACE_EVENT_MAP) {
            error = jit_files_note(encoding->target->jit_files, event.text);
        }
        put_event(encoding, &event);
    }
    if (error != 0) {
        recording_fail_trace(encoding->target->recording, error);
    }
    return taken;
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
            taken = take_message(encoding, entries, n);
        }
        check(taken <= n, "no more is taken than there is");
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
    const struct encode_target *target = context;
    struct encoding *encoding = data;
    struct encode_job *spans = (struct encode_job *)job;

    check(spans->n_spans <= JOB_SPANS, "a job has room for its spans");
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
        consumer_span_done(&target->recording->consumer, &spans->spans[i]);
    }
    finish_block(encoding);
    pthread_mutex_lock(&target->recording->lock);
    target->recording->bytes = memtrace_writer_bytes(target->writer);
    pthread_mutex_unlock(&target->recording->lock);
    free(spans);
}

const struct workers_ops encode_job_ops = {
    .start = start_encoding,
    .run = run_job,
    .stop = stop_encoding,
};
