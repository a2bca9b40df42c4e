/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gate.c - which accesses pass by address, thread, time and number.
 */
#include "gate.h"

#include "addresses.h"
#include "stamp_clock.h"
#include "producer.h"

bool gate_is_used;
_Atomic(uint32_t) gate_process_pauses;

void gate_init(void)
{
    const struct selection *selection = &plugin_recording.selection;

    gate_is_used = selection->has_addresses || selection->has_threads ||
                   selection->has_pauses || selection->has_limit;
    if (selection->starts_paused) {
        atomic_store(&gate_process_pauses, SELECTION_PAUSE_STOP);
    }
    addresses_set(NULL, 0);
}

/* Where its stream is paused, and goes on: a reader is to see the gap. */
static void tell(uint32_t pauses)
{
    struct channel *channel = plugin_recording.channel;
    struct channel_slot *slot = plugin_thread.slot;
    uint64_t args[] = {pauses};

    plugin_thread.told_pauses = pauses;
    producer_stamp(channel, slot, stamp_now(channel), false);
    producer_message(channel, slot,
                     pauses != 0 ? CHANNEL_MESSAGE_PAUSE
                                 : CHANNEL_MESSAGE_RESUME,
                     args, pauses != 0, NULL, 0);
}

/* Return: SKIP while accesses are left out, of which this is one. */
static uint32_t count_skipped(struct selection_gate *gate)
{
    int64_t n = atomic_fetch_sub(&gate->n_skip, 1);

    if (n <= 1) {
        atomic_fetch_and(&gate->pauses, ~(uint32_t)SELECTION_PAUSE_SKIP);
    }
    return n > 0 ? SELECTION_PAUSE_SKIP : 0;
}

/* Return: LIMIT where no more are to be recorded. */
static uint32_t count_recorded(struct selection_gate *gate)
{
    int64_t n = atomic_fetch_sub(&gate->n_left, 1);

    if (n <= 1) {
        atomic_fetch_or(&gate->pauses, SELECTION_PAUSE_LIMIT);
    }
    return n > 0 ? 0 : SELECTION_PAUSE_LIMIT;
}

bool gate_admits(unsigned vcpu_index, uint64_t vaddr, uint64_t size)
{
    const struct selection *selection = &plugin_recording.selection;
    struct selection_gate *gate = &plugin_recording.channel->gate;
    uint32_t pauses;

    if (selection->has_addresses && !addresses_have(vaddr, vaddr + size - 1)) {
        return false;
    }
    thread_attach(vcpu_index);
    pauses = gate_pauses();
    if (pauses == SELECTION_PAUSE_SKIP) {
        pauses = count_skipped(gate);
    }
    if (pauses == 0 && selection->has_limit) {
        pauses = count_recorded(gate);
    }
    if (pauses != plugin_thread.told_pauses) {
        tell(pauses);
    }
    return pauses == 0;
}

bool gate_admits_call(uint64_t vaddr, uint64_t size)
{
    return !gate_is_used ||
           (gate_pauses() == 0 && (!plugin_recording.selection.has_addresses ||
                                   addresses_have(vaddr, vaddr + size - 1)));
}

void gate_start(unsigned vcpu_index, void *userdata)
{
    (void)vcpu_index;
    (void)userdata;
    atomic_fetch_and(&gate_process_pauses, ~(uint32_t)SELECTION_PAUSE_STOP);
}

void gate_stop(unsigned vcpu_index, void *userdata)
{
    (void)vcpu_index;
    (void)userdata;
    atomic_fetch_or(&gate_process_pauses, SELECTION_PAUSE_STOP);
}

/* SELECTION_PAUSE_THREAD, or 0 where this thread is recorded. */
static uint32_t own_pauses(void)
{
    const struct selection *selection = &plugin_recording.selection;
    uint32_t number = plugin_thread.slot->number;

    if (!selection->has_threads) {
        return 0;
    }
    for (uint32_t i = 0; i < selection->n_threads; i++) {
        if (number >= selection->threads[i].first &&
            number <= selection->threads[i].last) {
            return 0;
        }
    }
    return SELECTION_PAUSE_THREAD;
}

void gate_thread_attached(unsigned vcpu_index)
{
    (void)vcpu_index;
    plugin_thread.own_pauses = own_pauses();
}

void gate_after_fork(void)
{
    plugin_thread.own_pauses = own_pauses();
}
