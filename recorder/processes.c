/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * processes.c - watching the guest's processes by pidfd: they are not all
 * children of the recorder.
 */
#include "processes.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "array.h"

int processes_add(struct processes *processes, pid_t pid)
{
    struct process *process;

    if (pid <= 0) {
        return -1; /* kill() would take it for a group */
    }
    for (size_t i = 0; i < processes->n; i++) {
        if (processes->list[i].pid == pid) {
            return 0;
        }
    }
    process = array_add(processes->list, processes->n, processes->room);
    if (process == NULL) {
        return -1;
    }
    *process = (struct process){
        .pid = pid,
        .fd = syscall(SYS_pidfd_open, pid, 0),
    };
    processes->n_seen++;
    return 0;
}

static bool has_ended(const struct process *process)
{
    struct pollfd poll_fd = {.fd = process->fd, .events = POLLIN};

    if (process->fd < 0) {
        /* No pidfd: it had ended, or descriptors have run out. */
        return kill(process->pid, 0) != 0 && errno == ESRCH;
    }
    return poll(&poll_fd, 1, 0) == 1;
}

static void leave(struct processes *processes, size_t i)
{
    if (processes->list[i].fd >= 0) {
        close(processes->list[i].fd);
    }
    processes->list[i] = processes->list[--processes->n];
}

pid_t processes_poll(struct processes *processes)
{
    for (size_t i = 0; i < processes->n; i++) {
        if (has_ended(&processes->list[i])) {
            pid_t pid = processes->list[i].pid;

            leave(processes, i);
            return pid;
        }
    }
    return 0;
}

void processes_leave(struct processes *processes, pid_t pid)
{
    for (size_t i = 0; i < processes->n; i++) {
        if (processes->list[i].pid == pid) {
            leave(processes, i);
            return;
        }
    }
}

void processes_free(struct processes *processes)
{
    while (processes->n > 0) {
        leave(processes, processes->n - 1);
    }
    free(processes->list);
    processes->list = NULL;
}
