/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * recording.c - what the parts of the recorder share: threads, counts, and
 * the error that ends a recording.
 */
#include "recording.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void recording_fail(struct recording *recording, const char *format, ...)
{
    struct channel *channel = recording->channel;
    uint32_t running = CHANNEL_RECORDING;
    va_list args;

    pthread_mutex_lock(&recording->lock);
    if (!recording->has_failed) {
        recording->has_failed = true;
        va_start(args, format);
        vsnprintf(recording->error, sizeof(recording->error), format, args);
        va_end(args);
        fprintf(stderr,
                "memtrace: %s; the program goes on without being recorded\n",
                recording->error);
        memcpy(channel->error, recording->error, sizeof(channel->error));
        atomic_compare_exchange_strong(&channel->state, &running,
                                       CHANNEL_STOPPED);
        atomic_fetch_add(&channel->space, 1);
        channel_futex_wake(&channel->space, INT32_MAX);
    }
    pthread_mutex_unlock(&recording->lock);
}

static struct memtrace_thread *find_thread(struct recording *recording,
                                           uint32_t number)
{
    /* Threads mostly appear in the order of their numbers. */
    size_t i =
        number < recording->n_threads ? number : recording->n_threads - 1;

    if (recording->n_threads == 0) {
        return NULL;
    }
    if (recording->threads[i].number == number) {
        return &recording->threads[i];
    }
    for (i = 0; i < recording->n_threads; i++) {
        if (recording->threads[i].number == number) {
            return &recording->threads[i];
        }
    }
    return NULL;
}

int recording_add_thread(struct recording *recording,
                         const struct consumer_stream *source)
{
    struct memtrace_thread *more;
    int result = 0;

    pthread_mutex_lock(&recording->lock);
    if (find_thread(recording, source->number) != NULL) {
        result = -1; /* a number is given once */
    } else if ((recording->n_threads & (recording->n_threads - 1)) == 0) {
        size_t room = recording->n_threads == 0 ? 1 : recording->n_threads * 2;

        more = realloc(recording->threads, room * sizeof(*more));
        if (more == NULL) {
            result = -1;
        } else {
            recording->threads = more;
        }
    }
    if (result == 0) {
        recording->threads[recording->n_threads++] = (struct memtrace_thread){
            .number = source->number,
            .pid = source->pid,
            .tid = source->tid,
            .parent = source->parent,
            .start_time = source->start_time,
        };
    }
    pthread_mutex_unlock(&recording->lock);
    return result;
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
        [CHANNEL_UNSEEN_X87] = "x87",
        [CHANNEL_UNSEEN_FXSAVE] = "fxsave",
        [CHANNEL_UNSEEN_XSAVE] = "xsave",
        [CHANNEL_UNSEEN_STORAGE] = "mvc",
        [CHANNEL_UNSEEN_DCBZ] = "dcbz",
        [CHANNEL_UNSEEN_PART_X87] = RECORDER_UNSEEN_PART "x87",
        [CHANNEL_UNSEEN_PART_FXSAVE] = RECORDER_UNSEEN_PART "fxsave",
        [CHANNEL_UNSEEN_PART_XSAVE] = RECORDER_UNSEEN_PART "xsave",
        [CHANNEL_UNSEEN_PART_SVE] = RECORDER_UNSEEN_PART "sve",
    };

    return kind < CHANNEL_UNSEEN_KINDS && names[kind] != NULL ? names[kind]
                                                              : "?";
}
