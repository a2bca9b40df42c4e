/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wait_judge.h - judges the loops that may have waited (spin.h): did they wait?
 *
 * A loop that waits ends with a store of another thread.  That store came after
 * the load before the last one, and before the last one.  A loop that only
 * loads something again and again may end at any time.
 */
#ifndef WAIT_JUDGE_H
#define WAIT_JUDGE_H

#include "scan.h"

/**
 * race_waits_judge() - let the memory synchronise that threads have waited on
 * @scan: whose spins are judged; those that cannot have waited are dropped
 * @reader: is read once more where there is something to judge
 * @n_workers: as in struct pass_config
 *
 * Return: 0, or a negative error.
 */
int race_waits_judge(struct race_scan *scan, struct memtrace_reader *reader,
                     unsigned n_workers);

#endif /* WAIT_JUDGE_H */
