/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * thread_starts.h - which thread started which, where QEMU announces a thread
 * on itself (from 9.0 on) and not on the one that starts it.
 */
#ifndef PLUGIN_THREAD_STARTS_H
#define PLUGIN_THREAD_STARTS_H

#include <stdint.h>

/** thread_starts_begin() - this thread calls clone(), or its like. */
void thread_starts_begin(void);

/**
 * thread_starts_end() - that call has returned
 * @tid: of the thread that it started, or 0
 * @parent: number of this thread
 *
 * If too many started threads have not asked for their parent, recording stops.
 */
void thread_starts_end(uint32_t tid, uint32_t parent);

/**
 * thread_starts_parent() - which thread started this one?
 * @tid: this thread's
 *
 * The call that started it may not have returned yet: this waits for calls that
 * are under way, for 200 ms at most.
 *
 * Return: the number of that thread, or CHANNEL_NO_THREAD if it is not known.
 */
uint32_t thread_starts_parent(uint32_t tid);

/**
 * thread_starts_after_fork() - in the child: no call is under way
 *
 * For process_on_fork().
 */
void thread_starts_after_fork(void);

#endif /* PLUGIN_THREAD_STARTS_H */
