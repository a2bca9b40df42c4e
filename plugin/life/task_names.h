/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * task_names.h - the names that the kernel has of the guest's threads, and the
 * command of each of its processes.
 */
#ifndef PLUGIN_TASK_NAMES_H
#define PLUGIN_TASK_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * task_names_prepare() - note the name that QEMU itself has
 *
 * While the plugin is installed.  A thread of that name has none of its own:
 * it is called by the guest's program, as the kernel would.
 */
void task_names_prepare(void);

/**
 * task_names_program() - tell the name of the first thread, and the command
 * @line: QEMU's command line: words, each ended by a NUL; @size bytes
 * @program: the word of it that is the guest's program
 *
 * On the first thread, which has its slot.
 */
void task_names_program(const char *line, size_t size, const char *program);

/**
 * task_names_attached() - tell the name that a thread starts with
 *
 * For thread_on_attach().  Of the first thread it is told later, by
 * task_names_program().
 */
void task_names_attached(unsigned vcpu_index);

/** task_names_after_fork() - the same for the thread of a forked child. */
void task_names_after_fork(void);

/** task_names_changed() - tell this thread's name, where it is another now. */
void task_names_changed(void);

/**
 * task_names_written() - a thread wrote a few bytes to a descriptor
 * @fd: if it is the name of one of the process's threads that is told
 */
void task_names_written(int fd);

/**
 * task_names_end() - the process ends: tell the names that its threads have
 *
 * On a thread with a slot.  Another thread's name may have changed without
 * a call that is looked at.
 */
void task_names_end(void);

#endif /* PLUGIN_TASK_NAMES_H */
