/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * process.c - start, forks and end of the guest's processes.
 */
#include "process.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "check.h"
#include "compat.h"
#include "guest_calls.h"
#include "plugin_recording.h"
#include "producer.h"
#include "task_names.h"
#include "thread.h"

#define WAIT_MS 200

/*
 * The process that QEMU was started as; its children do not wait at exit.
 * Writer: process_start().
 */
static pid_t first_pid;

/* Writer: process_on_fork(), while the plugin is installed. */
static void (*hooks[PROCESS_HOOKS])(void);
static unsigned n_hooks;

/* Between before_fork() and the return of the system call in the parent. */
static _Thread_local bool is_forking;

/*
 * The slot for what belongs to the process and to no thread; the lock guards
 * it and all that is written to it.  Another one in the child of a fork.
 */
static pthread_mutex_t process_lock = PTHREAD_MUTEX_INITIALIZER;
static struct channel_slot *process_slot;
static struct channel_slot spare_slot; /* where the channel has none */

static void attach_process(void)
{
    struct producer_start start = {
        .kind = CHANNEL_SLOT_PROCESS,
        .number = CHANNEL_NO_THREAD,
        .pid = getpid(),
        .tid = getpid(),
        .parent = CHANNEL_NO_THREAD,
        .parent_pid = getppid(),
        .spare = &spare_slot,
    };

    process_slot = producer_attach(plugin_recording.channel, &start);
    atomic_fetch_add(&plugin_recording.channel->n_processes, 1);
}

/*
 * Over fork: no other thread may be in the middle of a message, and the
 * recorder must know of the child before it takes the parent's end for the
 * end of all.
 */
static void before_fork(void)
{
    pthread_mutex_lock(&process_lock);
    is_forking = true;
    atomic_fetch_add(&plugin_recording.channel->forks_pending, 1);
}

static void after_fork_in_parent(void)
{
    pthread_mutex_unlock(&process_lock);
}

static void after_fork_in_child(void)
{
    pthread_mutex_init(&process_lock, NULL);
    attach_process();
    for (unsigned i = 0; i < n_hooks; i++) {
        hooks[i]();
    }
    is_forking = false;
    atomic_fetch_sub(&plugin_recording.channel->forks_pending, 1);
}

void process_on_fork(void (*hook)(void))
{
    check(n_hooks < PROCESS_HOOKS, "there is room for the hook");
    hooks[n_hooks++] = hook;
}

bool process_fork_returned(int64_t result)
{
    bool was_forking = is_forking;

    if (is_forking && result < 0) {
        atomic_fetch_sub(&plugin_recording.channel->forks_pending, 1);
    }
    is_forking = false;
    return was_forking;
}

static void tell_api(void)
{
    char text[32];
    int n = snprintf(text, sizeof(text), "plugin.api=%d", compat_api());

    process_message(CHANNEL_MESSAGE_META, NULL, 0, text, n);
}

/* For who looks for order between threads: which calls are told. */
static void tell_sync_calls(void)
{
    char text[32];
    int n =
        snprintf(text, sizeof(text), "record.sync_calls=%d", GUEST_CALLS_TOLD);

    process_message(CHANNEL_MESSAGE_META, NULL, 0, text, n);
}

int process_start(void)
{
    first_pid = getpid();
    task_names_prepare();
    attach_process();
    tell_api();
    tell_sync_calls();
    return pthread_atfork(before_fork, after_fork_in_parent,
                          after_fork_in_child) == 0
               ? 0
               : -1;
}

void process_message(enum channel_message type, const uint64_t *args,
                     unsigned n_args, const void *text, size_t text_bytes)
{
    pthread_mutex_lock(&process_lock);
    check(process_slot != NULL, "the process has its slot");
    producer_message(plugin_recording.channel, process_slot, type, args, n_args,
                     text, text_bytes);
    pthread_mutex_unlock(&process_lock);
}

void process_end(uint64_t status)
{
    struct channel *channel = plugin_recording.channel;

    pthread_mutex_lock(&process_lock);
    if (thread_is_known()) {
        task_names_end();
        thread_end(status);
    }
    producer_end(channel, process_slot);
    pthread_mutex_unlock(&process_lock);
    if (!channel->is_detached || getpid() != first_pid) {
        return;
    }
    while (!atomic_load(&channel->is_released)) {
        channel_futex_wait(&channel->is_released, 0, WAIT_MS);
        if (!channel_recorder_is_alive(channel)) {
            return;
        }
    }
}
