/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * progress.h - a line on the terminal that tells how far a long run is.
 */
#ifndef RECORDER_PROGRESS_H
#define RECORDER_PROGRESS_H

#include <stdint.h>

#include "recording.h"

/** progress_show() - draw the line anew, where it is time to. */
void progress_show(struct recording *recording, uint64_t elapsed_ns);

/** progress_clear() - take the line away. */
void progress_clear(void);

#endif /* RECORDER_PROGRESS_H */
