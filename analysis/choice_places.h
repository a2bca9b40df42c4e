/* SPDX-License-Identifier: GPL-2.0-or-later */
/* choice_places.h - what choice.c needs of the sets of places. */
#ifndef CHOICE_PLACES_H
#define CHOICE_PLACES_H

#include "choice.h"

/* Sort, so that it can be asked. Return: 0, or MEMTRACE_ERR_NOMEM. */
int choice_set_ready(struct choice_set *set,
                     const struct memtrace_reader *reader);
void choice_set_free(struct choice_set *set);

/*
 * Does an access of process @pid pass?  @hit is where the one before was
 * found, NULL at first; it belongs to the set.
 */
bool choice_set_passes(const struct choice_set *set,
                       const struct memtrace_reader *reader, uint64_t pid,
                       const struct memtrace_access *access,
                       const struct choice_place **hit);

/* The same of data at @first to @last, where no instruction is known. */
bool choice_set_passes_range(const struct choice_set *set, uint64_t pid,
                             uint64_t time, uint64_t first, uint64_t last);

#endif /* CHOICE_PLACES_H */
