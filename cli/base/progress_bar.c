/* SPDX-License-Identifier: GPL-2.0-or-later */
/* progress_bar.c - see progress_bar.h. */
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "progress_bar.h"

#define BAR_COLUMNS 40
#define STEP_MS 100

static uint64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void progress_bar_open(struct progress_bar *bar)
{
    *bar = (struct progress_bar){.is_on = isatty(STDERR_FILENO),
                                 .drawn_ms = now_ms()};
}

void progress_bar_draw(void *bar_pointer, uint64_t done, uint64_t total)
{
    static const char marks[BAR_COLUMNS + 1] =
        "########################################";
    struct progress_bar *bar = bar_pointer;
    uint64_t now;
    int n;

    if (!bar->is_on || !total) {
        return;
    }
    now = now_ms();
    if (now - bar->drawn_ms < STEP_MS) {
        return;
    }
    bar->drawn_ms = now;
    bar->is_drawn = true;
    n = (int)((double)done / (double)total * BAR_COLUMNS);
    fprintf(stderr, "\r[%-*.*s] %3.0f%%", BAR_COLUMNS, n, marks,
            100.0 * (double)done / (double)total);
}

void progress_bar_close(struct progress_bar *bar)
{
    if (bar->is_drawn) {
        fputs("\r\033[K", stderr);
    }
    bar->is_on = false;
}
