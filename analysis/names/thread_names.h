/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * thread_names.h - the names that the kernel had of a trace's threads, and the
 * commands of its processes, over time.
 */
#ifndef THREAD_NAMES_H
#define THREAD_NAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "memtrace.h"

struct thread_names;

/* For a time: the end. */
#define THREAD_NAMES_LAST UINT64_MAX

/**
 * thread_names_new() - read them from a trace's events
 * @out: for thread_names_free(); NULL on an error
 *
 * Return: 0, or a negative MEMTRACE_ERR_ value.
 */
int thread_names_new(struct memtrace_reader *reader, struct thread_names **out);

/** thread_names_free() - @names may be NULL. */
void thread_names_free(struct thread_names *names);

/**
 * thread_name_at() - what a thread was called
 * @time: in ticks, or THREAD_NAMES_LAST
 *
 * Return: the name, the reader's; NULL where it is not known.
 */
const char *thread_name_at(const struct thread_names *names, uint32_t thread,
                           uint64_t time);

/**
 * thread_name_given() - the same of a thread whose name the program has set
 *
 * Return: NULL also where it is called by the program's file.
 */
const char *thread_name_given(const struct thread_names *names, uint32_t thread,
                              uint64_t time);

/**
 * thread_names_command() - what a process was started with
 *
 * Return: its command line, the reader's; NULL where it is not known.
 */
const char *thread_names_command(const struct thread_names *names, uint64_t pid,
                                 uint64_t time);

#endif /* THREAD_NAMES_H */
