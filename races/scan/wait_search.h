/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wait_search.h - finds loops that may have waited, in blocks whose digest does
 * not have them.
 *
 * A digest has all such loops of its block, or only those on pages that it
 * lists.  A block of the second kind that touches shared pages that are not
 * listed is read here.
 */
#ifndef WAIT_SEARCH_H
#define WAIT_SEARCH_H

#include "scan.h"

/**
 * race_waits_search() - add such loops to what the scan found
 * @scan: after race_scan_choose()
 * @n_workers: as in struct pass_config
 *
 * Return: 0, or a negative error.
 */
int race_waits_search(struct race_scan *scan, struct memtrace_reader *reader,
                      unsigned n_workers);

#endif /* WAIT_SEARCH_H */
