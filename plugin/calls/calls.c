/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calls.c - every system call is stamped before and after; those that
 * matter are told to the recorder and to whoever must act on them.
 */
#include "calls.h"

#include <string.h>

#include "call_args.h"
#include "call_object.h"
#include "check.h"
#include "stamp_clock.h"
#include "task_names.h"
#include "thread_starts.h"
#include "follow.h"
#include "kernel_accesses.h"
#include "map_calls.h"
#include "plugin_recording.h"
#include "process.h"
#include "thread.h"

#define MOST_NAME_BYTES 16 /* that who names a thread would write */

/* The call that this thread is in. */
static _Thread_local struct current_call current;

static void tell(enum channel_message type, const uint64_t *args, unsigned n,
                 const char *name)
{
    producer_message(plugin_recording.channel, plugin_thread.slot, type, args,
                     n, name, strlen(name));
}

/* A thread may have got another name: by its own call, or by its file. */
static void see_names(int64_t result)
{
    if (current.plain->does & CALL_NAMES) {
        task_names_changed();
    } else if (current.kind == GUEST_CALL_WRITE && result > 0 &&
               result <= MOST_NAME_BYTES) {
        task_names_written((int)current.args[0]);
    }
}

/* The call, where it is of interest: NULL where not. */
static const struct guest_call *find_call(int64_t number)
{
    const struct guest_call *call =
        guest_call_numbered(plugin_recording.guest, number);

    return call != NULL && (guest_call_is_told(call) ||
                            plugin_recording.options.asked.syscalls)
               ? call
               : NULL;
}

void calls_enter(unsigned vcpu_index, int64_t number, const uint64_t *args)
{
    struct channel *channel = plugin_recording.channel;
    const struct guest_call *call = find_call(number);
    uint64_t message[1 + CALL_ARGS + 1] = {number};
    unsigned n_words = 1 + CALL_ARGS;

    thread_attach(vcpu_index);
    current.call = call;
    if (call == NULL) {
        producer_stamp(channel, plugin_thread.slot, stamp_after(channel), true);
        return;
    }
    call_args_set(&current, number, call, args);
    check(current.plain != NULL, "a call of interest is one in effect");
    if (map_calls_concern(&current)) {
        map_calls_enter(&current);
    }
    for (size_t i = 0; i < CALL_ARGS; i++) {
        message[1 + i] = call_args_word(args[i]);
    }
    message[n_words] = call_object(&current);
    n_words += message[n_words] != 0;
    producer_stamp(channel, plugin_thread.slot, stamp_after(channel), false);
    tell(CHANNEL_MESSAGE_SYSCALL, message, n_words, call->name);
    if (plugin_recording.options.asked.syscalls) {
        kernel_accesses_enter(&current);
    }
    if (current.kind == GUEST_CALL_EXIT) {
        task_names_changed();
        thread_end(current.args[0]);
        return;
    }
    producer_stamp(channel, plugin_thread.slot, stamp_after(channel), true);
    if (current.plain->does & CALL_CLONES) {
        thread_starts_begin();
    }
    if (current.kind == GUEST_CALL_EXEC) {
        follow_exec(&current);
        /* Till it fails: what comes in place of this program is not seen. */
        atomic_fetch_add(&channel->unseen[CHANNEL_UNSEEN_EXEC], 1);
    }
}

void calls_leave(unsigned vcpu_index, int64_t number, int64_t result)
{
    struct channel *channel = plugin_recording.channel;
    const struct guest_call *call = current.call;
    uint64_t message[2] = {number, result};

    thread_attach(vcpu_index);
    producer_start_dense(channel, plugin_thread.slot);
    producer_stamp(channel, plugin_thread.slot, stamp_before(channel), false);
    if (call == NULL) {
        return;
    }
    if (plugin_recording.options.asked.syscalls) {
        kernel_accesses_leave(&current, result);
    }
    tell(CHANNEL_MESSAGE_SYSCALL_RETURN, message, 2, call->name);
    see_names(result);
    if (map_calls_concern(&current)) {
        map_calls_leave(&current, call_args_result(&current, result));
    }
    if (current.kind == GUEST_CALL_EXEC) {
        atomic_fetch_sub(&channel->unseen[CHANNEL_UNSEEN_EXEC], 1);
    }
    if (current.plain->does & CALL_CLONES) {
        bool is_process = process_fork_returned(result);

        thread_starts_end(is_process || result < 0 ? 0 : (uint32_t)result,
                          plugin_thread.slot->number);
    }
    current.call = NULL;
}

uint64_t calls_exit_status(void)
{
    return current.call != NULL && current.kind == GUEST_CALL_EXIT_GROUP
               ? current.args[0]
               : 0;
}
