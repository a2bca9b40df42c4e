/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * progress.c - accesses, rate, size and threads of a run, on one line.
 */
#include "progress.h"

#include <stdio.h>

#define FIRST_NS 1000000000ull /* short runs show none */
#define EVERY_NS 250000000ull

static uint64_t shown_ns;

void progress_show(struct recording *recording, uint64_t elapsed_ns)
{
    double seconds = elapsed_ns / 1e9;
    double millions;

    if (elapsed_ns < FIRST_NS || elapsed_ns - shown_ns < EVERY_NS) {
        return;
    }
    shown_ns = elapsed_ns;
    pthread_mutex_lock(&recording->lock);
    millions = recording->n_accesses / 1e6;
    fprintf(stderr,
            "\r\033[Kmemtrace: %.0f s, %.1f M accesses, %.1f M/s, %.1f MB, "
            "%zu thread%s",
            seconds, millions, millions / seconds, recording->bytes / 1e6,
            recording->n_threads, recording->n_threads == 1 ? "" : "s");
    pthread_mutex_unlock(&recording->lock);
    fflush(stderr);
}

void progress_clear(void)
{
    if (shown_ns > 0) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
    }
}
