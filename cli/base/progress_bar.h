/* SPDX-License-Identifier: GPL-2.0-or-later */
/* progress_bar.h - how far a pass over a trace is, on a terminal. */
#ifndef PROGRESS_BAR_H
#define PROGRESS_BAR_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct progress_bar - a bar on stderr, drawn ten times a second at most
 *
 * All zero but @is_on, which progress_bar_open() sets where it is a terminal.
 */
struct progress_bar {
    bool is_on;
    bool is_drawn;
    uint64_t drawn_ms;
};

void progress_bar_open(struct progress_bar *bar);

/** progress_bar_draw() - for struct pass_config.progress. */
void progress_bar_draw(void *bar, uint64_t done, uint64_t total);

/** progress_bar_close() - wipe it away. */
void progress_bar_close(struct progress_bar *bar);

#endif /* PROGRESS_BAR_H */
