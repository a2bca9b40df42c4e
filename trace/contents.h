/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * contents.h - what a trace holds beside its access blocks: properties,
 * instructions, threads, and what stays of evicted blocks.
 */
#ifndef MEMTRACE_CONTENTS_H
#define MEMTRACE_CONTENTS_H

#include "buffer.h"
#include "evicted_list.h"
#include "lower_bound.h"
#include "memtrace.h"
#include "stored.h"
#include "threads.h"

struct property {
    const char *key;
    const char *value;
};

/* All zero is that of an empty trace. */
struct contents {
    struct property *meta;
    size_t n_meta, room_meta;
    struct buffer_list texts;    /* that meta points into */
    struct memtrace_insn *insns; /* by number */
    size_t n_insns, room_insns;
    uint32_t *insn_places; /* number to place + 1, NULL where too sparse */
    uint32_t highest_insn;
    struct evicted_list evicted; /* noted, not settled */
};

/*
 * Read META, INSNS, THREADS and EVICTED.  What is damaged is left out and
 * counted.  Return: 0, or NOMEM.
 */
int contents_load(struct contents *contents, int fd,
                  const struct stored *stored, struct thread_table *threads,
                  struct memtrace_summary *summary);

/* Return: the value of a key, or NULL. */
const char *contents_meta(const struct contents *contents, const char *key);

void contents_free(struct contents *contents);

/* Return: the instruction of that number, or NULL. */
static inline const struct memtrace_insn *
contents_insn(const struct contents *contents, uint32_t number)
{
    size_t at;

    if (number > contents->highest_insn) {
        return NULL;
    }
    if (contents->insn_places) {
        uint32_t place = contents->insn_places[number];

        return place ? &contents->insns[place - 1] : NULL;
    }
    at = lower_bound(contents->n_insns, i, contents->insns[i].number < number);
    return at < contents->n_insns && contents->insns[at].number == number
               ? &contents->insns[at]
               : NULL;
}

#endif /* MEMTRACE_CONTENTS_H */
