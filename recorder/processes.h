/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * processes.h - the guest's processes: which are still there.
 */
#ifndef RECORDER_PROCESSES_H
#define RECORDER_PROCESSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/**
 * struct process - a process of the guest
 * @pid: its number
 * @fd: a pidfd, or -1 if the process ended before one could be opened
 */
struct process {
    pid_t pid;
    int fd;
};

struct processes {
    struct process *list;
    size_t n, room;
    uint32_t n_seen;
};

/** processes_add() - watch a process; one that is watched stays as it is. */
int processes_add(struct processes *processes, pid_t pid);

/**
 * processes_poll() - find one that has ended
 *
 * Return: its pid, once; or 0.
 */
pid_t processes_poll(struct processes *processes);

/** processes_leave() - it said itself that it ends. */
void processes_leave(struct processes *processes, pid_t pid);

void processes_free(struct processes *processes);

#endif /* RECORDER_PROCESSES_H */
