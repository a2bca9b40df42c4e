/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * signals.h - the signals of a trace, which order the threads that send them
 * and their targets.  No trace says when a handler runs.
 */
#ifndef SIGNALS_H
#define SIGNALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "guest.h"
#include "memory_spaces.h"
#include "order_calls.h"
#include "memtrace.h"

/**
 * struct race_signals - all zero has none
 * @all: n of them, by time; a target is a number, see race_call_target()
 * @handles_ends: of each process, by its space: does it handle the signals by
 *                which the ends of its children are announced?
 */
struct race_signals {
    struct race_signal {
        uint64_t time;
        uint64_t target;
    } * all;
    size_t n;
    bool *handles_ends;
    struct memtrace_reader *reader;
    const struct race_spaces *spaces;
};

/**
 * race_signals_open() - gather the signals that are sent
 * @signals: to be closed in any case
 * @guest: the guest's architecture, NULL where it is not known
 *
 * Return: 0, or MEMTRACE_ERR_NOMEM.
 */
int race_signals_open(struct race_signals *signals,
                      struct memtrace_reader *reader,
                      const struct race_spaces *spaces,
                      const struct guest *guest);
void race_signals_close(struct race_signals *signals);

/**
 * race_signals_parent() - whom the end of a thread's process signals
 * @target: set to it
 *
 * Return: false for nobody.
 */
bool race_signals_parent(const struct race_signals *signals,
                         const struct memtrace_thread *thread,
                         uint64_t *target);

/** race_signals_come() - is one of @targets sent one from @from on, before @to?
 */
bool race_signals_come(const struct race_signals *signals,
                       const uint64_t targets[RACE_TARGETS], uint64_t from,
                       uint64_t to);

#endif /* SIGNALS_H */
