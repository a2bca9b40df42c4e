/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * writer.h - the writing half of libmemtrace, for the recorder.
 *
 * An encoder turns a stretch of one thread's stream into one access block in
 * memory; a writer appends blocks to the file.  Encoders are independent of
 * each other: give each worker its own.
 */
#ifndef MEMTRACE_WRITER_H
#define MEMTRACE_WRITER_H

#include "memtrace.h"

/*
 * A packed access, as the channel carries it: 12 bytes in host byte order,
 * vaddr then tag, without padding.
 */
struct memtrace_packed {
    uint64_t vaddr;
    uint32_t tag;
} __attribute__((packed));

/* tag = insn number << 5 | atomic << 4 | store << 3 | log2 of the size */
#define MEMTRACE_TAG_INSN_SHIFT 5
#define MEMTRACE_TAG_ATOMIC 0x10u
#define MEMTRACE_TAG_STORE 0x08u
#define MEMTRACE_TAG_SIZE_MASK 0x07u
#define MEMTRACE_TAG_CONTROL 0xffffff00u /* from here on: not an access */

/* Between accesses: the time of those that follow, in place of vaddr. */
#define MEMTRACE_TAG_STAMP 0xffffff01u
#define MEMTRACE_TAG_STAMP_BLOCKED 0xffffff04u /* of no other meaning here */

/** memtrace_tag_is_access() - is it an access's, with an instruction? */
static inline bool memtrace_tag_is_access(uint32_t tag)
{
    const uint32_t first = 1u << MEMTRACE_TAG_INSN_SHIFT;

    return tag - first < MEMTRACE_TAG_CONTROL - first;
}

/** memtrace_tag() - Return: the tag of an access as the reader gives it. */
static inline uint32_t memtrace_tag(const struct memtrace_access *access)
{
    return access->insn << MEMTRACE_TAG_INSN_SHIFT |
           (access->flags & MEMTRACE_ATOMIC ? MEMTRACE_TAG_ATOMIC : 0) |
           (access->flags & MEMTRACE_STORE ? MEMTRACE_TAG_STORE : 0) |
           (uint32_t)__builtin_ctz(access->size | 1u << MEMTRACE_TAG_SIZE_MASK);
}

/*
 * Behind an access: what it loaded or stored, in place of vaddr.  One of these
 * entries, or two for 16 bytes, the low ones first; none where it is not known.
 */
#define MEMTRACE_TAG_VALUE 0xffffff05u

/* An encoder closes a block at this many accesses. */
#define MEMTRACE_BLOCK_ACCESSES (512u << 10)

struct memtrace_encoder;

/** memtrace_encoder_new() - Return: an encoder, or NULL out of memory. */
struct memtrace_encoder *memtrace_encoder_new(void);
void memtrace_encoder_free(struct memtrace_encoder *encoder);

struct memtrace_digester; /* see digest.h */

/**
 * memtrace_encoder_digest() - blocks get digests
 * @digester: makes them; outlives the encoder
 *
 * Once, before the first block begins.  Return: 0, or NOMEM.
 */
int memtrace_encoder_digest(struct memtrace_encoder *encoder,
                            const struct memtrace_digester *digester);

/**
 * memtrace_encoder_begin() - start a block
 * @thread: whose accesses come
 * @first: how many accesses of the thread came before
 * @time: the stamp that applies to the first access, in ticks
 */
void memtrace_encoder_begin(struct memtrace_encoder *encoder, uint32_t thread,
                            uint64_t first, uint64_t time);

/**
 * memtrace_encoder_accesses() - add accesses
 * @packed: need not be aligned; read once, so that another process may change
 *          it meanwhile without harm
 * @n: how many there are
 *
 * Stamps among them are as memtrace_encoder_stamp().  Values are taken with
 * their accesses, with which they must come in one call.  Stops before the
 * first tag that is none of theirs (MEMTRACE_TAG_CONTROL and above, or
 * instruction number 0), when the block is full, and now and then for no reason
 * that the caller need know: it goes on where something was taken.
 *
 * Return: how many entries were taken.
 */
size_t memtrace_encoder_accesses(struct memtrace_encoder *encoder,
                                 const struct memtrace_packed *packed,
                                 size_t n);

/** memtrace_encoder_stamp() - @time applies to all that follows. */
void memtrace_encoder_stamp(struct memtrace_encoder *encoder, uint64_t time);

/**
 * memtrace_encoder_event() - put an event at this place
 * @event: its type, args and text; time, position and thread are taken from
 *         the stream.  Copied.
 *
 * Return: 0, or NOMEM.
 */
int memtrace_encoder_event(struct memtrace_encoder *encoder,
                           const struct memtrace_event *event);

/** memtrace_encoder_time() - Return: what applies to the next access. */
uint64_t memtrace_encoder_time(const struct memtrace_encoder *encoder);

/** memtrace_encoder_count() - Return: accesses in the block so far. */
size_t memtrace_encoder_count(const struct memtrace_encoder *encoder);

/**
 * struct memtrace_counts - what a block holds
 * @n_loads, @n_stores: its accesses
 * @n_atomics: those of them with MEMTRACE_ATOMIC
 * @end_time: the last stamp, in ticks
 */
struct memtrace_counts {
    uint64_t n_loads;
    uint64_t n_stores;
    uint64_t n_atomics;
    uint64_t end_time;
};

/** memtrace_encoder_counts() - of the block that was finished last. */
void memtrace_encoder_counts(const struct memtrace_encoder *encoder,
                             struct memtrace_counts *counts);

/**
 * memtrace_encoder_insn() - which instructions the block finished last has
 * @i: from 0; an instruction may come up more than once
 *
 * Return: the number of the i-th, or 0 past the last.
 */
uint32_t memtrace_encoder_insn(const struct memtrace_encoder *encoder,
                               size_t i);

/**
 * memtrace_encoder_finish() - compress and close the block
 * @data: set to the whole block as it goes to the file, owned by the encoder,
 *        valid till its next begin
 * @size_bytes: set to its size; 0 for a block with neither accesses nor events
 *
 * Return: 0, or NOMEM.
 */
int memtrace_encoder_finish(struct memtrace_encoder *encoder,
                            const uint8_t **data, size_t *size_bytes);

struct memtrace_writer;

/**
 * memtrace_writer_create() - start a trace in an open file
 * @fd: open for reading and writing, empty; the writer owns it from here on
 *
 * Return: 0, or IO (errno is set), NOMEM.
 */
int memtrace_writer_create(int fd, struct memtrace_writer **out);

/**
 * memtrace_writer_keep_last() - keep the most recent blocks only
 * @max_bytes: what access blocks may take of the file
 *
 * The earliest go when there is no room; how many accesses each thread had in
 * them stays, and the events that tell of mappings, threads and processes.
 * To be called before anything is written.
 *
 * Return: 0, or NOMEM.
 */
int memtrace_writer_keep_last(struct memtrace_writer *writer,
                              uint64_t max_bytes);

/**
 * memtrace_writer_evicted() - what went
 * @time: set to the last stamp of it
 *
 * Return: accesses.
 */
uint64_t memtrace_writer_evicted(struct memtrace_writer *writer,
                                 uint64_t *time);

/**
 * memtrace_writer_meta() - set a property; a later value replaces an earlier
 *
 * They reach the file with the next memtrace_writer_flush_meta() or finish.
 * Thread safe, as are all functions on a writer but finish.
 */
int memtrace_writer_meta(struct memtrace_writer *writer, const char *key,
                         const char *value);
int memtrace_writer_flush_meta(struct memtrace_writer *writer);

/** memtrace_writer_insn() - add an instruction (copied; written in blocks). */
int memtrace_writer_insn(struct memtrace_writer *writer,
                         const struct memtrace_insn *insn);

/** memtrace_writer_block() - append a block that an encoder finished. */
int memtrace_writer_block(struct memtrace_writer *writer, const uint8_t *data,
                          size_t size_bytes);

/** memtrace_writer_bytes() - Return: size of the file so far. */
uint64_t memtrace_writer_bytes(const struct memtrace_writer *writer);

/**
 * memtrace_writer_finish() - write what is pending, threads and the index
 * @threads: n_threads of them, in the order of their numbers
 * @is_complete: stored; see struct memtrace_summary
 *
 * Frees the writer and closes the file, also when it fails.
 *
 * Return: 0, or IO (errno is set), NOMEM.
 */
int memtrace_writer_finish(struct memtrace_writer *writer,
                           const struct memtrace_thread *threads,
                           size_t n_threads, bool is_complete);

#endif /* MEMTRACE_WRITER_H */
