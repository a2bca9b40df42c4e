/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * encode_job.h - what a worker does: spans of the channel become a block of the
 * trace.
 */
#ifndef RECORDER_ENCODE_JOB_H
#define RECORDER_ENCODE_JOB_H

#include "consumer.h"
#include "recording.h"
#include "workers.h"
#include "writer.h"

#define CHUNK_ENTRIES (CHANNEL_CHUNK_ENTRY_BYTES / sizeof(struct channel_entry))
/* Chunks whose accesses fill a block, with their stamps. */
#define JOB_SPANS (MEMTRACE_BLOCK_ACCESSES / CHUNK_ENTRIES)

/**
 * struct encode_job - spans of one stream, in order
 * @is_first: the thread starts here, as @pid and the following fields say
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

/* Where blocks go, and what stands in them; of all workers. */
struct encode_target {
    struct recording *recording;
    struct memtrace_writer *writer;
    struct instructions *instructions;
    struct jit_files *jit_files;
};

/* Jobs are struct encode_job, from malloc(); the context is an encode_target.
 */
extern const struct workers_ops encode_job_ops;

#endif /* RECORDER_ENCODE_JOB_H */
