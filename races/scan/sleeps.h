/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sleeps.h - when threads sleep or let others run.  A loop that does so at each
 * turn waits for something, even if it has few turns.
 */
#ifndef SLEEPS_H
#define SLEEPS_H

#include <stddef.h>
#include <stdint.h>

#include "memtrace.h"

/* Of all threads, by thread and time. */
struct race_sleeps {
    struct race_sleep {
        uint64_t time;
        uint32_t thread;
    } * all;
    size_t n;
    size_t room;
};

/**
 * race_sleeps_open() - gather the calls that sleep or yield
 * @sleeps: to be closed in any case
 *
 * Return: 0, or a negative error of the reader.
 */
int race_sleeps_open(struct race_sleeps *sleeps,
                     struct memtrace_reader *reader);

/** race_sleeps_count() - Return: calls of a thread between two stamps of it. */
size_t race_sleeps_count(const struct race_sleeps *sleeps, uint32_t thread,
                         uint64_t from, uint64_t to);

void race_sleeps_close(struct race_sleeps *sleeps);

#endif /* SLEEPS_H */
