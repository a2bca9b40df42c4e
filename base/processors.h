/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * processors.h - how many threads can run at the same time: as many as there
 * are processors that this one may use (taskset, cpusets), not that are there.
 */
#ifndef MEMTRACE_PROCESSORS_H
#define MEMTRACE_PROCESSORS_H

#include <sched.h>
#include <unistd.h>

/* Return: from 1 to most. */
static inline unsigned processors_usable(unsigned most)
{
    cpu_set_t set;
    /* There may be more of them than the set has room for. */
    long n = sched_getaffinity(0, sizeof(set), &set) == 0
                 ? CPU_COUNT(&set)
                 : sysconf(_SC_NPROCESSORS_ONLN);

    return n < 1 ? 1 : n < (long)most ? (unsigned)n : most;
}

#endif /* MEMTRACE_PROCESSORS_H */
