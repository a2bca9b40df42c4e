/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * listed_waits.h - may a loop that waits be among the listed accesses of a
 * block?  A quick test, so that spin.h need not see all accesses of the block.
 */
#ifndef LISTED_WAITS_H
#define LISTED_WAITS_H

#include <stdbool.h>

#include "digest.h"
#include "listed.h"

/**
 * race_listed_may_wait() - may the thread have waited for a listed page?
 * @digest: with its list
 * @block: all accesses of the block
 *
 * A loop that waits loads the same address by the same instruction again and
 * again, and no other instruction of the loop accesses a new address meanwhile.
 *
 * Return: false only where spin.h would find no wait on a listed page.
 */
bool race_listed_may_wait(const struct memtrace_digest *digest,
                          const struct race_listing *block);

#endif /* LISTED_WAITS_H */
