/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * recording.c - what the parts of the recorder share: threads, counts, and
 * the error that ends a recording.
 */
#include "recording.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "check.h"
#include "lower_bound.h"

/* The first reason is said and kept; recording->error has it. */
static void end_locked(struct recording *recording)
{
    recording->has_ended = true;
    fprintf(stderr,
            "memtrace: %s; the program goes on without being recorded\n",
            recording->error);
    memcpy(recording->channel->error, recording->error,
           sizeof(recording->channel->error));
}

static void stop(struct recording *recording, bool is_failure,
                 const char *format, va_list args)
{
    struct channel *channel = recording->channel;
    uint32_t running = CHANNEL_RECORDING;

    pthread_mutex_lock(&recording->lock);
    if (!recording->has_stopped) {
        recording->has_stopped = true;
        recording->has_failed = is_failure;
        if (!recording->has_ended) {
            vsnprintf(recording->error, sizeof(recording->error), format, args);
            end_locked(recording);
        }
        atomic_compare_exchange_strong(&channel->state, &running,
                                       CHANNEL_STOPPED);
        atomic_fetch_add(&channel->space, 1);
        channel_futex_wake(&channel->space, INT32_MAX);
    }
    pthread_mutex_unlock(&recording->lock);
}

void recording_fail(struct recording *recording, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    stop(recording, true, format, args);
    va_end(args);
}

void recording_fail_trace(struct recording *recording, int error)
{
    recording_fail(recording, "cannot write the trace: %s",
                   error == MEMTRACE_ERR_IO ? strerror(errno)
                                            : memtrace_strerror(error));
}

void recording_stop(struct recording *recording, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    stop(recording, false, format, args);
    va_end(args);
}

void recording_see_stop(struct recording *recording)
{
    int error;
    const char *why = channel_stop_reason(recording->channel, &error);

    if (why == NULL) {
        return;
    }
    pthread_mutex_lock(&recording->lock);
    if (!recording->has_ended) {
        snprintf(recording->error, sizeof(recording->error), "%s%s%s", why,
                 error != 0 ? ": " : "", error != 0 ? strerror(error) : "");
        end_locked(recording);
    }
    pthread_mutex_unlock(&recording->lock);
}

/* Where a thread is in the list, or would have to be. */
static size_t place_of(const struct recording *recording, uint32_t number)
{
    return lower_bound(recording->n_threads, i,
                       recording->threads[i].number < number);
}

static struct memtrace_thread *find_thread(struct recording *recording,
                                           uint32_t number)
{
    size_t i = place_of(recording, number);

    return i < recording->n_threads && recording->threads[i].number == number
               ? &recording->threads[i]
               : NULL;
}

int recording_add_thread(struct recording *recording,
                         const struct consumer_stream *source)
{
    struct memtrace_thread *thread = NULL;
    size_t i;

    pthread_mutex_lock(&recording->lock);
    i = place_of(recording, source->number);
    check(i == 0 || recording->threads[i - 1].number < source->number,
          "threads are in the order of their numbers");
    /* A number is given once. */
    if (find_thread(recording, source->number) == NULL) {
        /* They come about in the order of their numbers: little is moved. */
        thread = array_insert(recording->threads, recording->n_threads,
                              recording->room_threads, i);
    }
    if (thread != NULL) {
        *thread = (struct memtrace_thread){
            .number = source->number,
            .pid = source->pid,
            .tid = source->tid,
            .parent = source->parent,
            .start_time = source->start_time,
        };
    }
    pthread_mutex_unlock(&recording->lock);
    return thread != NULL ? 0 : -1;
}

void recording_count(struct recording *recording, uint32_t number,
                     uint64_t n_loads, uint64_t n_stores, uint64_t n_atomics,
                     uint64_t n_lost, uint64_t end_time)
{
    struct memtrace_thread *thread;

    pthread_mutex_lock(&recording->lock);
    recording->n_accesses += n_loads + n_stores;
    recording->n_lost += n_lost;
    thread = find_thread(recording, number);
    if (thread != NULL) {
        thread->n_loads += n_loads;
        thread->n_stores += n_stores;
        thread->n_atomics += n_atomics;
        thread->n_lost += n_lost;
        if (end_time > thread->end_time) {
            thread->end_time = end_time;
        }
    }
    pthread_mutex_unlock(&recording->lock);
}

const char *recorder_unseen_name(unsigned kind)
{
    static const char *const names[CHANNEL_UNSEEN_KINDS] = {
        [CHANNEL_UNSEEN_DC_ZVA] = "dc-zva",
        [CHANNEL_UNSEEN_SVE] = "sve",
        [CHANNEL_UNSEEN_MOPS] = "mops",
        [CHANNEL_UNSEEN_SME] = "sme",
        [CHANNEL_UNSEEN_X87] = "x87",
        [CHANNEL_UNSEEN_FXSAVE] = "fxsave",
        [CHANNEL_UNSEEN_XSAVE] = "xsave",
        [CHANNEL_UNSEEN_STORAGE] = "mvc",
        [CHANNEL_UNSEEN_DCBZ] = "dcbz",
        [CHANNEL_UNSEEN_CBO_ZERO] = "cbo.zero",
        [CHANNEL_UNSEEN_PART_X87] = RECORDER_UNSEEN_PART "x87",
        [CHANNEL_UNSEEN_PART_FXSAVE] = RECORDER_UNSEEN_PART "fxsave",
        [CHANNEL_UNSEEN_PART_XSAVE] = RECORDER_UNSEEN_PART "xsave",
        [CHANNEL_UNSEEN_PART_SVE] = RECORDER_UNSEEN_PART "sve",
        [CHANNEL_UNSEEN_EXEC] = "execve",
    };

    return kind < CHANNEL_UNSEEN_KINDS && names[kind] != NULL ? names[kind]
                                                              : "?";
}
