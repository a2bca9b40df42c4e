/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * unseen_accesses.h - what was executed, but is not in a trace, since QEMU does
 * not show what it accesses: by which instructions, and how often.
 */
#ifndef UNSEEN_ACCESSES_H
#define UNSEEN_ACCESSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct memtrace_reader;
struct output;

/**
 * struct unseen_accesses - instructions of one kind
 * @name: of the kind, "mvc"; the trace's, so not trusted
 * @count: how often they were executed, as the trace says it
 * @is_part: some of what they access is in the trace
 */
struct unseen_accesses {
    const char *name;
    const char *count;
    bool is_part;
};

/**
 * unseen_accesses_next() - the kinds of a trace, one after another
 * @place: 0 before the first call
 * @unseen: set to the kind; its texts are the reader's
 *
 * Return: false where there are no more.
 */
bool unseen_accesses_next(const struct memtrace_reader *reader, size_t *place,
                          struct unseen_accesses *unseen);

/** unseen_accesses_are_rare() - less than one in a thousand accesses? */
static inline bool unseen_accesses_are_rare(uint64_t n, uint64_t n_accesses)
{
    return n <= n_accesses / 1000;
}

/**
 * unseen_accesses_say() - say on stderr, in one line, what is missing: what
 * is looked for in the trace may be in that.  Nothing where nothing is, or
 * where QEMU shows a part and there is less than one in a thousand accesses.
 */
void unseen_accesses_say(const struct memtrace_reader *reader,
                         const char *path);

/** unseen_accesses_json() - "unseen":[...], a member of an object */
void unseen_accesses_json(struct output *output,
                          const struct memtrace_reader *reader);

#endif /* UNSEEN_ACCESSES_H */
