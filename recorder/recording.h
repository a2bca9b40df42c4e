/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * recording.h - the state of a recording in the recorder, shared by its
 * parts.
 */
#ifndef RECORDER_RECORDING_H
#define RECORDER_RECORDING_H

#include <pthread.h>

#include "clock_pair.h"
#include "consumer.h"
#include "memtrace.h"
#include "recorder.h"
#include "sink.h"

/**
 * struct stream - a slot of the channel that is open
 * @source: what the channel knows of it
 * @is_gone: its process has ended, nothing more will be written
 * @sink_data: the sink's own
 */
struct stream {
    struct consumer_stream source;
    bool is_gone;
    void *sink_data;
};

struct recording {
    const struct recorder_config *config;
    struct channel *channel;
    struct consumer consumer;
    const struct sink *sink;
    void *sink_data;

    struct stream **streams; /* by slot; NULL: not open */
    uint64_t looked_at;      /* when the streams were looked at, in ticks */
    uint64_t start_ticks;
    struct clock_pair started; /* about start_ticks */
    uint64_t start_unix_ns;
    uint64_t elapsed_ns; /* from start_ticks to looked_at */
    int child_status;

    /* Guards what follows; workers write it. */
    pthread_mutex_t lock;
    struct memtrace_thread *threads; /* by number */
    size_t n_threads, room_threads;
    uint64_t n_accesses;
    uint64_t n_lost;
    uint64_t n_evicted; /* known at the end */
    uint64_t bytes;
    bool has_ended;   /* nothing more will come; error says why */
    bool has_stopped; /* and what is there is not written either */
    bool has_failed;  /* and that is a failure */
    char error[CHANNEL_ERROR_BYTES];
};

/**
 * recording_fail() - recording is over: say so, stop the producers
 *
 * The first reason is kept.  Thread safe.
 */
void recording_fail(struct recording *recording, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** recording_fail_trace() - the same, for an error of the trace's writer. */
void recording_fail_trace(struct recording *recording, int error);

/** recording_stop() - the same, where it was asked for. */
void recording_stop(struct recording *recording, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/**
 * recording_see_stop() - end the recording if the guest's side has stopped it
 *
 * Says why, once.  This is no failure of the recorder.  What the guest wrote
 * into the channel before is still recorded.
 */
void recording_see_stop(struct recording *recording);

/** recording_add_thread() - Return: 0, or -1 out of memory. */
int recording_add_thread(struct recording *recording,
                         const struct consumer_stream *source);

/** recording_count() - add what a part of thread @number's stream held. */
void recording_count(struct recording *recording, uint32_t number,
                     uint64_t n_loads, uint64_t n_stores, uint64_t n_atomics,
                     uint64_t n_lost, uint64_t end_time);

#endif /* RECORDER_RECORDING_H */
