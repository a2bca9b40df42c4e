/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wait_search.h - finds loops that may have waited in blocks whose digests do
 * not say.
 *
 * While a trace is recorded these are looked for only where a block's list is
 * too long or may have one.  Where a block turns out to touch shared pages that
 * its digest does not list, it is read for them here.
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
