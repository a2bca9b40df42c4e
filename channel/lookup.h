/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lookup.h - questions of the plugin to the recorder: which parts of a file
 * have a role in this recording?
 *
 * The plugin opens no files once the guest runs, and knows no names.  There is
 * one question at a time, from one thread of any of the guest's processes,
 * which waits for the answer as long as the recorder lives.
 */
#ifndef CHANNEL_LOOKUP_H
#define CHANNEL_LOOKUP_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOOKUP_FILE_BYTES 4096
#define LOOKUP_RANGES 1024 /* of one answer; more are asked for again */
#define LOOKUP_MOST_RANGES (1u << 24)

/*
 * What a range is for.  Ranges of one role in one file do not overlap; what
 * the payload says depends on the role.
 */
enum lookup_role {
    LOOKUP_CODE = 1,  /* instructions that are recorded */
    LOOKUP_START = 2, /* recording starts when the first one is executed */
    LOOKUP_STOP = 3,  /* and stops */
    LOOKUP_DATA = 4,  /* memory that is recorded */
    LOOKUP_HEAP = 5,  /* a function that allocates; enum heap_function */
    LOOKUP_ROLES,
};

#define LOOKUP_BIT(role) (1u << (role))

/**
 * struct lookup_range - a part of a file that has a role
 * @start, @end: offsets in the file, @end excluded.  Memory that the file does
 *               not fill (.bss) has the offsets behind its segment's bytes
 * @segment: offset at which the segment begins that the range is in
 * @role: enum lookup_role
 * @payload: of the role
 */
struct lookup_range {
    uint64_t start;
    uint64_t end;
    uint64_t segment;
    uint32_t role;
    uint32_t payload;
};

/*
 * The state is a futex: the number of the question << 2 | one of these.  The
 * number tells an answer that comes too late from one to the next question.
 */
enum lookup_state {
    LOOKUP_IDLE = 0,
    LOOKUP_ASKED = 1,
    LOOKUP_ANSWERED = 2,
};

/* In the channel. */
struct lookup {
    /*
     * Robust and shared between the guest's processes.  The asker holds it.
     * If the asker dies, others can still ask.
     */
    pthread_mutex_t askers;
    _Atomic(uint32_t) state;
    /* Writer: who asks, before state. */
    uint32_t first; /* ranges from this one on */
    char file[LOOKUP_FILE_BYTES];
    /* Writer: the recorder, before state. */
    uint32_t n_all;
    uint32_t n_ranges;
    struct lookup_range ranges[LOOKUP_RANGES];
};

struct channel;

/**
 * lookup_ask() - ask for the ranges of a file, and wait for the answer
 * @file: as the recorder can open it
 * @ranges: set to all of them, sorted by role, then start; to be freed
 *
 * If memory runs out or the answer is damaged, the recording stops: see
 * channel_stop().
 *
 * Return: how many there are; 0 if there are none, or if the recorder is gone
 * (@ranges is NULL).
 */
size_t lookup_ask(struct channel *channel, const char *file,
                  struct lookup_range **ranges);

/**
 * struct lookup_question - a question, copied out of the channel
 * @state: of the channel when it was asked
 * @first: ranges from this one on
 * @file: NUL-terminated
 */
struct lookup_question {
    uint32_t state;
    uint32_t first;
    char file[LOOKUP_FILE_BYTES];
};

/** lookup_is_asked() - the recorder's quick look: is there a question? */
static inline bool lookup_is_asked(struct lookup *lookup)
{
    return (atomic_load_explicit(&lookup->state, memory_order_relaxed) & 3) ==
           LOOKUP_ASKED;
}

/** lookup_take() - copy the question. Return: false where there is none. */
bool lookup_take(struct lookup *lookup, struct lookup_question *question);

/**
 * lookup_answer() - answer a question that was taken
 * @ranges: all n ranges of the file; those from question->first are given
 */
void lookup_answer(struct lookup *lookup,
                   const struct lookup_question *question,
                   const struct lookup_range *ranges, size_t n);

#endif /* CHANNEL_LOOKUP_H */
