/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * thread_layout.h - how libc lays out a thread's control block and thread-local
 * memory, around the word in which it keeps the TID.  The same for all threads
 * of a program; calls of clone() tell it.
 */
#ifndef THREAD_LAYOUT_H
#define THREAD_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "guest.h"
#include "memtrace.h"

/**
 * struct thread_layout - where things lie, from the word on
 * @before: bytes that are the thread's own before it
 * @behind: and from it on
 * @has_pointer: is it known where the thread pointer points to?
 * @pointer: there, modulo 2^64
 */
struct thread_layout {
    uint64_t before;
    uint64_t behind;
    bool has_pointer;
    uint64_t pointer;
};

/**
 * thread_layout_find() - by the first call of clone() that follows an event
 * @guest: NULL: not known
 * @from: number of the event, of the same process and program
 *
 * Return: whether there is such a call, not too far away.
 */
bool thread_layout_find(struct memtrace_reader *reader,
                        const struct guest *guest, int64_t from,
                        struct thread_layout *out);

#endif /* THREAD_LAYOUT_H */
