/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * thread_starts.c - see thread_starts.h.
 *
 * What a clone returns to the starter is the TID that the new thread has.
 * Either may be the first to come here.
 */
#include "thread_starts.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "check.h"
#include "compat.h"
#include "plugin_recording.h"

#define MOST_STARTED 4096 /* that have not asked yet */
#define PATIENCE_NS 200000000l

/* Guards the rest; condition: something has changed. */
static pthread_mutex_t starts_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t starts_changed = PTHREAD_COND_INITIALIZER;

static unsigned n_pending; /* calls that have not returned */
static struct started {
    uint32_t tid;
    uint32_t parent;
} started[MOST_STARTED];
static size_t n_started;

void thread_starts_begin(void)
{
    pthread_mutex_lock(&starts_lock);
    n_pending++;
    pthread_mutex_unlock(&starts_lock);
}

static void note_locked(uint32_t tid, uint32_t parent)
{
    if (n_started == MOST_STARTED) {
        if (!compat_announces_on_starter()) {
            plugin_recording_stop(CHANNEL_STOP_THREADS, 0);
        }
        n_started = 0; /* where it does nobody asks */
    }
    check(n_started < MOST_STARTED, "the list has room");
    started[n_started++] = (struct started){tid, parent};
}

void thread_starts_end(uint32_t tid, uint32_t parent)
{
    pthread_mutex_lock(&starts_lock);
    /* Not in a child that was forked meanwhile. */
    n_pending -= n_pending > 0;
    if (tid != 0) {
        note_locked(tid, parent);
    }
    pthread_cond_broadcast(&starts_changed);
    pthread_mutex_unlock(&starts_lock);
}

static bool take_locked(uint32_t tid, uint32_t *parent)
{
    /* The last one: a TID is used again. */
    for (size_t i = n_started; i-- > 0;) {
        if (started[i].tid == tid) {
            *parent = started[i].parent;
            started[i] = started[--n_started];
            return true;
        }
    }
    return false;
}

uint32_t thread_starts_parent(uint32_t tid)
{
    uint32_t parent = CHANNEL_NO_THREAD;
    struct timespec until;
    int error = 0;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += PATIENCE_NS;
    if (until.tv_nsec >= 1000000000l) {
        until.tv_nsec -= 1000000000l;
        until.tv_sec++;
    }
    pthread_mutex_lock(&starts_lock);
    while (!take_locked(tid, &parent) && n_pending > 0 && error == 0) {
        error = pthread_cond_timedwait(&starts_changed, &starts_lock, &until);
    }
    pthread_mutex_unlock(&starts_lock);
    return parent;
}

void thread_starts_after_fork(void)
{
    pthread_mutex_init(&starts_lock, NULL);
    pthread_cond_init(&starts_changed, NULL);
    n_pending = 0;
    n_started = 0;
}
