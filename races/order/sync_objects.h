/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sync_objects.h - what threads synchronise on, and how clocks go over it.
 *
 * A release joins the thread's clock into the object's, an acquire the
 * object's into the thread's.  An object's clock never loses anything, so an
 * acquire learns from every release that may have come before it.
 */
#ifndef SYNC_OBJECTS_H
#define SYNC_OBJECTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "key_map.h"
#include "vector_clock.h"

enum race_sync_kind {
    RACE_SYNC_NONE = 0,
    RACE_SYNC_WORD,    /* memory */
    RACE_SYNC_OBJECT,  /* what a descriptor is: a pipe, a socket, a file */
    RACE_SYNC_OBJECTS, /* any of them */
    RACE_SYNC_START,   /* of a thread */
    RACE_SYNC_END,     /* of a process */
    RACE_SYNC_SIGNAL,
};

#define RACE_SYNC_NOBODY UINT32_MAX

/**
 * struct race_sync - an object
 * @id: the key of its granule times 2, and 1 more for the second half; or what
 *      it is by the kind
 * @last: who released last, RACE_SYNC_NOBODY: none
 * @last_epoch: and its epoch
 * @is_exact: @clock is what that thread knew then, and no more
 * @n_owners: threads at whose end the kernel clears this word
 * @is_shared: there were several at once
 */
struct race_sync {
    uint64_t id;
    enum race_sync_kind kind;
    struct vector_clock clock;
    uint32_t last;
    uint32_t last_epoch;
    bool is_exact;
    bool is_shared;
    uint32_t n_owners;
};

/**
 * struct race_open - a run of accesses in which a thread takes from @takes
 *                    and gives to @gives, nobody knows in which order
 *
 * As long as it lasts, what is given to what it takes from is given to what
 * it gives to, too.
 */
struct race_open {
    uint32_t *takes, *gives; /* numbers of objects */
    size_t n_takes, n_gives;
};

struct race_syncs {
    struct race_sync *all;
    size_t n;
    size_t room;
    struct key_map keys[RACE_SYNC_SIGNAL + 1];
    const struct race_open **open;
    size_t n_open;
    size_t room_open;
};

void race_syncs_close(struct race_syncs *syncs);

/** race_sync_find() - Return: the object's number; KEY_MAP_NONE: no memory. */
uint32_t race_sync_find(struct race_syncs *syncs, enum race_sync_kind kind,
                        uint64_t id);

/**
 * race_sync_give() - a release of @thread, whose clock is @clock
 *
 * Return: 0, or MEMTRACE_ERR_NOMEM, as do the others here.
 */
int race_sync_give(struct race_syncs *syncs, uint32_t sync, uint32_t thread,
                   const struct vector_clock *clock);

/** race_sync_add() - a release of what others than one thread know as well. */
int race_sync_add(struct race_syncs *syncs, uint32_t sync,
                  const struct vector_clock *clock);

/** race_sync_take() - an acquire. Return: 1 if it may be news, 0, or NOMEM. */
int race_sync_take(const struct race_syncs *syncs, uint32_t sync,
                   struct vector_clock *clock);

/* From here on, and till here. @open has to stay where it is. */
int race_sync_open(struct race_syncs *syncs, const struct race_open *open);
void race_sync_shut(struct race_syncs *syncs, const struct race_open *open);

#endif /* SYNC_OBJECTS_H */
