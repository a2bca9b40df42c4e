/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reader.h - what the reader's files share: an open trace, its parts.
 */
#ifndef MEMTRACE_READER_H
#define MEMTRACE_READER_H

#include "block.h"
#include "evicted.h"
#include "memtrace.h"
#include "tables.h"

/* An access block of the file. */
struct stored_block {
    struct memtrace_block facts;
    uint64_t offset;
    uint32_t n_stores;
    uint32_t n_atomics;
    uint64_t n_lost;
    uint32_t n_events;
    uint32_t events_size;
    uint8_t is_damaged; /* set atomically, by whoever finds it so */
};

/* A block of another kind. */
struct stored_part {
    uint64_t offset;
    uint64_t size;
    uint16_t kind;
};

/* An EVICTED block. */
struct stored_evicted {
    struct evicted_head head;
    struct stored_part part;
};

struct property {
    const char *key;
    const char *value;
};

struct memtrace_reader {
    int fd;
    struct memtrace_summary summary;
    struct stored_block *blocks; /* in the order of the file */
    size_t n_blocks, room_blocks;
    struct stored_part *parts;
    size_t n_parts, room_parts;
    struct stored_evicted *evicted; /* by thread and first */
    size_t n_evicted, room_evicted;
    uint32_t *by_thread;             /* blocks, by thread and first */
    struct memtrace_thread *threads; /* by number, not all need be there */
    size_t n_threads, room_threads;
    bool has_threads; /* a THREADS block was read */
    struct property *meta;
    size_t n_meta, room_meta;
    struct memtrace_insn *insns; /* by number */
    size_t n_insns, room_insns;
    uint32_t *insn_places; /* number to place + 1, NULL where too sparse */
    struct memtrace_event *events;
    size_t n_events, room_events;
    bool has_events;     /* memtrace_events() was called */
    struct buffer *kept; /* texts that meta and events point into */
    size_t n_kept, room_kept;
};

/* Read exactly that much. Return: 0, or IO, TRUNCATED at the file's end. */
int read_at(int fd, void *data, size_t size, uint64_t offset);

/* Room for one more element of an array. Return: the array, or NULL. */
void *array_room(void *array, size_t *room, size_t used, size_t element_size);

/* Keep a buffer till the close; it is emptied. Return: 0, or NOMEM. */
int reader_keep(struct memtrace_reader *reader, struct buffer *buffer);

/*
 * Read a whole block and check it; out->data then holds it.  *body is its
 * body.  Return: 0, or CORRUPT, CHECKSUM, IO, NOMEM.
 */
int block_read(int fd, uint64_t offset, uint64_t size, struct buffer *out,
               struct block_header *header, const uint8_t **body);

/* Count a damaged access block, once. */
void reader_damaged(const struct memtrace_reader *reader, size_t block);

/* Note a block in blocks or parts. Return: 0, or NOMEM. */
int reader_add(struct memtrace_reader *reader, const struct block_ref *ref);

/* Fill blocks and parts from the index. Return: 0, or CORRUPT, IO, NOMEM. */
int index_load(struct memtrace_reader *reader);

/* The same by walking the file. Return: 0, or IO, NOMEM. */
int index_rebuild(struct memtrace_reader *reader);

int reader_add_thread(struct memtrace_reader *reader,
                      const struct memtrace_thread *thread);

/* Read META, INSNS and THREADS. Return: 0, or IO, NOMEM. */
int reader_load_parts(struct memtrace_reader *reader);

/* Note an EVICTED block. Return: 0, or CORRUPT, NOMEM. */
int reader_add_evicted(struct memtrace_reader *reader,
                       const struct stored_part *part, const uint8_t *head,
                       size_t head_size);
/* Put these in order; what they stand for is no longer among the blocks. */
void reader_load_evicted(struct memtrace_reader *reader);
/*
 * Those of a thread, from *place on, go to its counts and the totals.
 * Return: accesses lost.
 */
uint64_t reader_count_evicted(struct memtrace_reader *reader,
                              struct memtrace_thread *thread, size_t *place);

/* Put the threads together, and the totals. Return: 0, or IO, NOMEM. */
int reader_load_threads(struct memtrace_reader *reader);

/* The blocks of a thread in by_thread, from the first on. */
size_t reader_thread_blocks(const struct memtrace_reader *reader,
                            uint32_t thread, size_t *n_blocks);

#endif /* MEMTRACE_READER_H */
