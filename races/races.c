/* SPDX-License-Identifier: GPL-2.0-or-later */
/* races.c - races_find(): the phases by which the races of a trace are found.
 */
#include "races.h"

#include <stdlib.h>

#include "engine.h"
#include "guest_calls.h"
#include "memory_spaces.h"
#include "named_atomics.h"
#include "scan.h"
#include "wait_judge.h"
#include "wait_search.h"

/* What the phases hand on: each uses what those before it have found. */
struct finding {
    struct memtrace_reader *reader;
    const struct races_config *config;
    struct race_spaces spaces;
    struct race_scan *scan;
    struct race_atomics atomics;
    struct races *races;
    unsigned n_detections;
};

/* Each may show accesses that are atomic by their names. */
#define MOST_DETECTIONS 5

/* There are two readings: each is half of the way. */
static void first_half(void *context, uint64_t done, uint64_t total)
{
    const struct races_config *config = context;

    config->progress(config->context, done / 2, total);
}

static void second_half(void *context, uint64_t done, uint64_t total)
{
    const struct races_config *config = context;

    config->progress(config->context, total / 2 + done / 2, total);
}

static int find_spaces(struct finding *f)
{
    return race_spaces_open(&f->spaces, f->reader);
}

static int scan_trace(struct finding *f)
{
    const struct pass_config config = {
        .n_workers = f->config->n_workers,
        .progress = f->config->progress ? first_half : NULL,
        .context = (void *)f->config,
    };

    return race_scan_run(f->reader, &f->spaces, &config, &f->scan);
}

static int choose_blocks(struct finding *f)
{
    return race_scan_choose(f->scan);
}

static int search_waits(struct finding *f)
{
    return race_waits_search(f->scan, f->reader, f->config->n_workers);
}

static int judge_waits(struct finding *f)
{
    return race_waits_judge(f->scan, f->reader, f->config->n_workers);
}

static int detect_races(struct finding *f)
{
    const struct race_engine_config config = {
        .reader = f->reader,
        .scan = f->scan,
        .n_workers = f->config->n_workers,
        .progress = f->config->progress ? second_half : NULL,
        .context = (void *)f->config,
    };

    f->n_detections++;
    return race_engine_run(&config, f->races);
}

static int find_named_atomics(struct finding *f)
{
    return f->n_detections < MOST_DETECTIONS
               ? race_atomics_learn(&f->atomics, f->scan, f->reader, f->config,
                                    f->races)
               : 0;
}

/*
 * The phases, in their order.  Each returns 0, or a negative error, which ends
 * them all; 1 where the phase before it has to be run again.
 */
static int (*const phases[])(struct finding *f) = {
    find_spaces,        /* base: which memory an address is, by process */
    scan_trace,         /* scan: shared pages, bytes that synchronise */
    choose_blocks,      /* scan: which blocks have to be read again */
    search_waits,       /* scan: loops that may wait, where no digest says */
    judge_waits,        /* scan: which of them waited: ad hoc synchronisation */
    detect_races,       /* detect: accesses in an order of happens-before */
    find_named_atomics, /* report: the races that are none by debug information,
                           whose bytes then synchronise */
};

#define N_PHASES (sizeof(phases) / sizeof(phases[0]))

/* Does the trace have all calls that order threads? */
static bool has_calls(const struct memtrace_reader *reader)
{
    const char *version = memtrace_meta(reader, "record.sync_calls");

    return version && strtol(version, NULL, 10) >= GUEST_CALLS_TOLD;
}

int races_find(struct memtrace_reader *reader,
               const struct races_config *config, struct races *races)
{
    struct finding f = {.reader = reader, .config = config, .races = races};
    int result = 0;

    *races = (struct races){.has_calls = has_calls(reader)};
    for (size_t i = 0; i < N_PHASES && result >= 0;
         i = result > 0 ? i - 1 : i + 1) {
        result = phases[i](&f);
    }
    race_atomics_free(&f.atomics);
    race_scan_free(f.scan);
    race_spaces_close(&f.spaces);
    return result < 0 ? result : 0;
}

void races_free(struct races *races)
{
    free(races->races);
    races->races = NULL;
}
