/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * clones.h - which thread started which, where QEMU announces a thread on
 * itself (from 9.0 on) and not on the one that starts it.
 */
#ifndef PLUGIN_CLONES_H
#define PLUGIN_CLONES_H

#include <stdint.h>

/** clones_begin() - this thread enters a call that may start a thread. */
void clones_begin(void);

/**
 * clones_end() - it has left the call
 * @tid: of the thread that it started, or 0
 * @parent: number of this thread
 */
void clones_end(uint32_t tid, uint32_t parent);

/**
 * clones_parent() - who started this thread?
 * @tid: its own
 *
 * Waits while there is a call that may have, which its starter is about to
 * leave.
 *
 * Return: the starter's number, or CHANNEL_NO_THREAD.
 */
uint32_t clones_parent(uint32_t tid);

/**
 * clones_after_fork() - in the child: nobody starts a thread
 *
 * For process_on_fork().
 */
void clones_after_fork(void);

#endif /* PLUGIN_CLONES_H */
