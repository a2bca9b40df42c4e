/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * thread.c - numbers and slots for guest threads.
 *
 * QEMU reuses the index of a vCPU as soon as its thread has ended, so threads
 * get numbers of their own.  QEMU 7.2 announces a vCPU on the host thread
 * that starts it, later versions on the new thread itself.
 */
#include "thread.h"

#include <sys/syscall.h>
#include <unistd.h>

#include "check.h"
#include "thread_starts.h"
#include "plugin_recording.h"

/*
 * A slot that is always full: the first access of a thread takes the slow path
 * of access.c, which gives the thread a slot of its own.  Never written.
 */
static struct channel_slot no_slot;

/* In place of a slot of the channel, where there is none for this thread. */
static _Thread_local struct channel_slot spare_slot;

_Thread_local struct plugin_thread plugin_thread = {.slot = &no_slot};

/* Writer: thread_on_attach(), while the plugin is installed. */
static void (*hooks[THREAD_HOOKS])(unsigned vcpu_index);
static unsigned n_hooks;

/*
 * Is a thread attached that another program's thread became, by execve?
 * Writer: the first thread, before there are others.
 */
static bool is_execution_told;

/*
 * What was announced, by vCPU index: number + 1 and parent.  Writer: the
 * starting thread, before the new one runs; then the new one, which takes it.
 */
#define MAX_ANNOUNCED 65536
static struct announcement {
    uint32_t number_plus_1;
    uint32_t parent;
} announced[MAX_ANNOUNCED];

static uint32_t new_number(void)
{
    return atomic_fetch_add(&plugin_recording.channel->next_thread, 1);
}

bool thread_is_known(void)
{
    return plugin_thread.slot != &no_slot;
}

void thread_on_attach(void (*hook)(unsigned vcpu_index))
{
    check(n_hooks < THREAD_HOOKS, "there is room for the hook");
    hooks[n_hooks++] = hook;
}

void thread_announce(unsigned vcpu_index)
{
    if (vcpu_index >= MAX_ANNOUNCED) {
        return;
    }
    if (thread_is_known()) {
        announced[vcpu_index] = (struct announcement){
            .number_plus_1 = new_number() + 1,
            .parent = plugin_thread.slot->number,
        };
    } else if (vcpu_index > 0) {
        thread_attach(vcpu_index);
    }
}

static void attach(uint32_t number, uint32_t parent, enum channel_cause cause)
{
    struct producer_start start = {
        .kind = CHANNEL_SLOT_THREAD,
        .number = number,
        .pid = getpid(),
        .tid = syscall(SYS_gettid),
        .parent = parent,
        .parent_pid = getppid(),
        .cause = cause,
        .spare = &spare_slot,
    };

    plugin_thread.slot = producer_attach(plugin_recording.channel, &start);
    plugin_thread.told_pauses = 0;
}

void thread_attach(unsigned vcpu_index)
{
    uint32_t parent = plugin_recording.options.parent;
    struct announcement *mine;

    if (thread_is_known()) {
        return;
    }
    if (vcpu_index < MAX_ANNOUNCED &&
        announced[vcpu_index].number_plus_1 != 0) {
        mine = &announced[vcpu_index];
        attach(mine->number_plus_1 - 1, mine->parent, CHANNEL_CAUSE_START);
        mine->number_plus_1 = 0;
    } else if (parent != CHANNEL_NO_THREAD && vcpu_index == 0 &&
               !is_execution_told) {
        /* The first thread of a program that another one executed. */
        is_execution_told = true;
        attach(new_number(), parent, CHANNEL_CAUSE_EXEC);
    } else {
        attach(new_number(), thread_starts_parent(syscall(SYS_gettid)),
               CHANNEL_CAUSE_START);
    }
    for (unsigned i = 0; i < n_hooks; i++) {
        hooks[i](vcpu_index);
    }
}

void thread_end(uint64_t status)
{
    struct channel_slot *slot = plugin_thread.slot;

    if (!thread_is_known()) {
        return;
    }
    producer_message(plugin_recording.channel, slot, CHANNEL_MESSAGE_THREAD_END,
                     &status, 1, NULL, 0);
    plugin_thread.slot = &no_slot;
    producer_end(plugin_recording.channel, slot);
}

void thread_after_fork(void)
{
    uint32_t parent =
        thread_is_known() ? plugin_thread.slot->number : CHANNEL_NO_THREAD;

    attach(new_number(), parent, CHANNEL_CAUSE_FORK);
}
