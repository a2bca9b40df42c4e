/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * recorder.h - the recorder: drains a channel and writes a trace, or text.
 *
 * It is a process of its own: QEMU's parent in `memtrace record`, a detached
 * one where the plugin started it.
 */
#ifndef RECORDER_H
#define RECORDER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "channel.h"

/* A property that goes into the trace. */
struct recorder_meta {
    const char *key;
    const char *value;
};

/**
 * struct recorder_names - answers questions about files that the guest maps
 * @data: handed to @find
 * @find: finds all ranges of a file that have a role; those of one role do not
 *        overlap.  @file comes from the guest's memory and may be anything.
 *        Return: how many; *@ranges stays valid until the next call
 */
struct recorder_names {
    void *data;
    size_t (*find)(void *data, const char *file,
                   const struct lookup_range **ranges);
};

/**
 * struct recorder_config - what to record, and to where
 * @channel: mapped, state CHANNEL_STARTING
 * @fd: of the output, the recorder owns it; a trace's is open for reading
 *      as well
 * @is_text: write text lines, no trace
 * @has_values: the plugin tells values; text shows them
 * @n_workers: encoding threads; 0 for one a core that may be used
 * @meta: n_meta of them, for a trace
 * @child: QEMU, if it is a child of this process; or 0
 * @first_pid: the first process to wait for, if it is no child; or 0
 * @shows_progress: keep a line on stderr up to date
 * @leaves_children: recording ends with @child, whatever it has started
 * @names: answers the plugin's questions about files; NULL: no file has ranges
 * @sample_on_ns, @sample_period_ns: record for sample_on_ns of every period; 0:
 *                                   all the time
 * @max_bytes: recording stops before a trace is larger; 0 for no limit
 * @keep_bytes: keep only so much of the end of a trace; 0 for all of it
 * @digester: makes digests for the blocks of a trace; NULL: they have none
 * @attached: called once, with @data, when the guest's first thread is there;
 *            or NULL
 */
struct recorder_config {
    struct channel *channel;
    int fd;
    bool is_text;
    bool has_values;
    unsigned n_workers;
    const struct recorder_meta *meta;
    size_t n_meta;
    pid_t child;
    pid_t first_pid;
    bool shows_progress;
    bool leaves_children;
    const struct recorder_names *names;
    uint64_t sample_on_ns;
    uint64_t sample_period_ns;
    uint64_t max_bytes;
    uint64_t keep_bytes;
    const struct memtrace_digester *digester;
    void (*attached)(void *data);
    void *data;
};

/**
 * struct recorder_result - how a recording went
 * @n_accesses, @n_lost: recorded, dropped
 * @n_evicted: how many of those recorded were dropped to make room for later
 *             ones
 * @n_threads, @n_processes: seen
 * @bytes: of the output
 * @duration_ns: from the start to the end of the last process
 * @child_status: as waitpid() gave it
 * @error: what failed, so that recording ended early; "" if nothing did
 */
struct recorder_result {
    uint64_t n_accesses;
    uint64_t n_lost;
    uint64_t n_evicted;
    uint32_t n_threads;
    uint32_t n_processes;
    uint64_t bytes;
    uint64_t duration_ns;
    int child_status;
    char error[CHANNEL_ERROR_BYTES];
};

/**
 * recorder_announce() - tell the plugin that it may begin
 *
 * From the thread that will call recorder_run(), before QEMU is started or
 * waits.  The channel's life is bound to this thread.
 */
void recorder_announce(struct channel *channel);

/** recorder_refuse() - tell the plugin why there will be no recording. */
void recorder_refuse(struct channel *channel, const char *why);

/**
 * recorder_run() - record until every process of the guest has ended
 * @result: filled
 *
 * Return: 0; -1 where recording ended early (result->error says why) or
 * could not begin.
 */
int recorder_run(const struct recorder_config *config,
                 struct recorder_result *result);

#define RECORDER_UNSEEN_PART "part."

/**
 * recorder_unseen_name() - what a kind of unseen accesses is called
 * @kind: enum channel_unseen; how often is in the channel
 *
 * Return: a word.  It starts with RECORDER_UNSEEN_PART if QEMU shows some of
 * these accesses.
 */
const char *recorder_unseen_name(unsigned kind);

/** recorder_release() - the output is complete: a waiting QEMU may exit. */
void recorder_release(struct channel *channel);

#endif /* RECORDER_H */
