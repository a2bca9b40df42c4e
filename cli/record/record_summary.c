/* SPDX-License-Identifier: GPL-2.0-or-later */
/* record_summary.c - see record_summary.h. */
#include "record_summary.h"

#include <string.h>
#include <sys/wait.h>

#include "clock_check.h"
#include "message.h"
#include "recorder.h"
#include "units.h"
#include "unseen_accesses.h"

/* The user asked for nothing else, and the trace has no times. */
static void say_clock(const struct channel *channel)
{
    enum clock_reason clock = channel->clock;

    if (clock_reason_is_counter(clock) && clock != CLOCK_COUNTER_ASKED) {
        message("accesses are ordered by %s; the trace has no times",
                clock_reason_words(clock));
    }
}

static void summarise(const char *path, const struct recorder_result *result)
{
    char size[UNITS_TEXT_MAX];
    double seconds = result->duration_ns / 1e9;

    message("%llu memory access%s traced",
            (unsigned long long)result->n_accesses,
            result->n_accesses == 1 ? "" : "es");
    message("%s: %s, %.2f bytes an access, %u thread%s, %.1f s", path,
            units_size(result->bytes, size),
            result->n_accesses > 0 ? (double)result->bytes / result->n_accesses
                                   : 0.0,
            result->n_threads, result->n_threads == 1 ? "" : "s", seconds);
    if (result->n_evicted > 0) {
        message("%llu of them went to make room for later ones: memtrace info "
                "tells from when on the trace is whole",
                (unsigned long long)result->n_evicted);
    }
    if (result->n_lost > 0) {
        message("%llu memory accesses dropped: the buffer was full",
                (unsigned long long)result->n_lost);
    }
}

/* How the program ended, where it did not end itself. */
static void say_end(int child_status)
{
    if (WIFSIGNALED(child_status)) {
        message("signal %d (%s) ended the program", WTERMSIG(child_status),
                strsignal(WTERMSIG(child_status)));
    }
}

/* Programs that took the guest's place and were not recorded. */
static void say_programs(const struct channel *channel, bool follows_exec)
{
    uint64_t n = atomic_load(&channel->unseen[CHANNEL_UNSEEN_EXEC]);

    if (n > 0) {
        message("%llu execve executed, their accesses are not in this trace: "
                "%s",
                (unsigned long long)n,
                follows_exec ? "--follow-exec could not follow"
                             : "--follow-exec records them");
    }
}

/*
 * What was executed, but is not in the trace.  Of little the trace tells
 * (memtrace info).
 */
static void confess(const struct channel *channel, uint64_t n_accesses)
{
    for (unsigned kind = 1; kind < CHANNEL_UNSEEN_KINDS; kind++) {
        uint64_t n = kind != CHANNEL_UNSEEN_EXEC
                         ? atomic_load(&channel->unseen[kind])
                         : 0;
        const char *name = recorder_unseen_name(kind);
        size_t part = strlen(RECORDER_UNSEEN_PART);
        bool is_part = strncmp(name, RECORDER_UNSEEN_PART, part) == 0;

        if (!unseen_accesses_are_rare(n, n_accesses)) {
            message("%llu %s executed, %stheir accesses are not in this trace",
                    (unsigned long long)n, is_part ? name + part : name,
                    is_part ? "some of " : "");
        }
    }
}

void record_summary(const char *path, const struct recorder_result *result,
                    const struct channel *channel, bool follows_exec)
{
    summarise(path, result);
    say_clock(channel);
    say_end(result->child_status);
    say_programs(channel, follows_exec);
    confess(channel, result->n_accesses);
}
