/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gate.c - which accesses pass by address, thread, time and number.
 */
#include "gate.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "producer.h"

bool gate_is_used;
_Atomic(uint32_t) gate_process_pauses;

/*
 * The ranges of addresses that are recorded, sorted, none touching another.
 * A new list takes the place of the old one, which is never freed: a callback
 * may be reading it.  Writer: under the lock of places.c.
 */
struct addresses {
    size_t n;
    struct selection_range ranges[];
};
static _Atomic(struct addresses *) addresses;

void gate_init(void)
{
    const struct selection *selection = &plugin_recording.selection;

    gate_is_used = selection->has_addresses || selection->has_threads ||
                   selection->has_pauses || selection->has_limit;
    if (selection->starts_paused) {
        atomic_store(&gate_process_pauses, SELECTION_PAUSE_STOP);
    }
    gate_set_data(NULL, 0);
}

static int compare(const void *a, const void *b)
{
    const struct selection_range *left = a;
    const struct selection_range *right = b;

    return (left->first > right->first) - (left->first < right->first);
}

void gate_set_data(const struct selection_range *data, size_t n)
{
    const struct selection *selection = &plugin_recording.selection;
    size_t n_all = selection->n_addresses + n;
    struct addresses *list =
        malloc(sizeof(*list) + n_all * sizeof(list->ranges[0]));

    if (list == NULL) {
        return;
    }
    memcpy(list->ranges, selection->addresses,
           selection->n_addresses * sizeof(list->ranges[0]));
    if (n > 0) {
        memcpy(&list->ranges[selection->n_addresses], data, n * sizeof(*data));
    }
    qsort(list->ranges, n_all, sizeof(list->ranges[0]), compare);
    list->n = 0;
    for (size_t i = 0; i < n_all; i++) {
        struct selection_range range = list->ranges[i];

        if (list->n > 0 && list->ranges[list->n - 1].last >= range.first) {
            struct selection_range *before = &list->ranges[list->n - 1];

            before->last =
                before->last > range.last ? before->last : range.last;
        } else {
            list->ranges[list->n++] = range;
        }
    }
    atomic_store(&addresses, list);
}

static bool has_address(uint64_t first, uint64_t last)
{
    const struct addresses *list = atomic_load(&addresses);
    size_t low = 0, high = list != NULL ? list->n : 0;

    if (last < first) {
        last = UINT64_MAX; /* around the end of memory: it ends there */
    }
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (list->ranges[middle].last < first) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return list != NULL && low < list->n && list->ranges[low].first <= last;
}

/* Where its stream is paused, and goes on: a reader is to see the gap. */
static void tell(uint32_t pauses)
{
    struct channel *channel = plugin_recording.channel;
    struct channel_slot *slot = plugin_thread.slot;
    uint64_t args[] = {pauses};

    plugin_thread.told_pauses = pauses;
    producer_stamp(channel, slot, clock_ticks(), false);
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

    if (selection->has_addresses && !has_address(vaddr, vaddr + size - 1)) {
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
                                   has_address(vaddr, vaddr + size - 1)));
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

uint32_t gate_own_pauses(uint32_t thread_number)
{
    const struct selection *selection = &plugin_recording.selection;

    if (!selection->has_threads) {
        return 0;
    }
    for (uint32_t i = 0; i < selection->n_threads; i++) {
        if (thread_number >= selection->threads[i].first &&
            thread_number <= selection->threads[i].last) {
            return 0;
        }
    }
    return SELECTION_PAUSE_THREAD;
}
