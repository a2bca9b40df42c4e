/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * process.h - this process of the guest: its start, its forks, its end.
 */
#ifndef PLUGIN_PROCESS_H
#define PLUGIN_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "channel.h"

#define PROCESS_HOOKS 8

/**
 * process_on_fork() - have a function called in each child that is forked
 * @hook: runs in the child, on its only thread, when the child has its
 *        process's slot and before it runs any code of the guest's.  It makes
 *        anew what the fork left in the middle of something: locks, and what
 *        was of the parent's threads
 *
 * To be called while the plugin is installed, at most PROCESS_HOOKS times.
 * Hooks run in the order in which they were registered.
 */
void process_on_fork(void (*hook)(void));

/**
 * process_start() - while the plugin is installed: take a slot for the process
 *
 * Return: 0, or -1 with errno.
 */
int process_start(void);

/** process_message() - put a message in the process's slot. Thread safe. */
void process_message(enum channel_message type, const uint64_t *args,
                     unsigned n_args, const void *text, size_t text_bytes);

/**
 * process_fork_returned() - a call that starts a thread or a process returned
 * @result: of the call
 *
 * Return: whether it was to start a process.
 */
bool process_fork_returned(int64_t result);

/**
 * process_end() - the process is about to exit
 * @status: its exit status, 0 if that is not known
 *
 * Where the plugin started the recorder, waits until the output is complete.
 */
void process_end(uint64_t status);

#endif /* PLUGIN_PROCESS_H */
