/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plugin_threads.c - threads and processes: who started whom, and what is done
 * for each new one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <string.h>

#include "thread_starts.h"
#include "failing.h"
#include "gate.h"
#include "plugin_recording.h"
#include "process.h"
#include "qemu_api.h"
#include "compat.h"
#include "qemu_fake.h"
#include "thread.h"

#define MOST_PENDING 4096

static char done[16]; /* a letter for each hook that has run, in order */

static void note(char letter)
{
    done[strlen(done)] = letter;
}

static void first_hook(unsigned vcpu_index)
{
    (void)vcpu_index;
    note(thread_is_known() ? 'A' : '?');
}

static void second_hook(unsigned vcpu_index)
{
    note((char)('0' + vcpu_index));
}

static void first_fork_hook(void)
{
    note('F');
}

static void second_fork_hook(void)
{
    note(thread_is_known() ? 'G' : '?');
}

static void *attach(void *argument)
{
    thread_attach(*(unsigned *)argument);
    thread_attach(*(unsigned *)argument); /* it has its slot: nothing */
    return (void *)(uintptr_t)plugin_thread.own_pauses;
}

/* Return: what the gate has of the thread's own. */
static uintptr_t run_thread(unsigned vcpu_index)
{
    pthread_t thread;
    void *result;

    pthread_create(&thread, NULL, attach, &vcpu_index);
    pthread_join(thread, &result);
    return (uintptr_t)result;
}

static int start(void **state)
{
    (void)state;
    thread_on_attach(first_hook);
    thread_on_attach(gate_thread_attached);
    thread_on_attach(second_hook);
    process_on_fork(thread_after_fork);
    process_on_fork(first_fork_hook);
    process_on_fork(gate_after_fork);
    process_on_fork(second_fork_hook);
    fake_recording_start("x86_64");
    return 0;
}

static void hooks_run_on_each_thread_in_order(void **state)
{
    (void)state;
    assert_string_equal(done, "A0");
    run_thread(5);
    assert_string_equal(done, "A0A5");
}

static bool is_a_process_of_its_own(const void *data)
{
    const struct plugin_thread *parent = data;

    return strcmp(done, "FG") == 0 && plugin_thread.slot != parent->slot &&
           plugin_thread.slot->cause == CHANNEL_CAUSE_FORK &&
           plugin_thread.slot->parent == parent->slot->number &&
           plugin_thread.own_pauses == SELECTION_PAUSE_THREAD &&
           parent->own_pauses == 0;
}

static void hooks_run_in_a_forked_child_in_order(void **state)
{
    struct plugin_thread parent = plugin_thread;

    (void)state;
    memset(done, 0, sizeof(done));
    plugin_recording.selection.has_threads = 1;
    plugin_recording.selection.n_threads = 1;
    plugin_recording.selection.threads[0] = (struct range){0, 0};
    assert_true(fake_isolated(is_a_process_of_its_own, &parent));
    assert_string_equal(done, "");
    plugin_recording.selection.has_threads = 0;
}

static void a_thread_is_recorded_by_its_number(void **state)
{
    uint32_t next = atomic_load(&plugin_recording.channel->next_thread);

    (void)state;
    plugin_recording.selection.has_threads = 1;
    plugin_recording.selection.n_threads = 1;
    plugin_recording.selection.threads[0] = (struct range){next + 1, next + 2};
    assert_int_equal(run_thread(1), SELECTION_PAUSE_THREAD);
    assert_int_equal(run_thread(1), 0);
    assert_int_equal(run_thread(1), 0);
    assert_int_equal(run_thread(1), SELECTION_PAUSE_THREAD);
    plugin_recording.selection.has_threads = 0;
}

static void a_thread_finds_who_started_it(void **state)
{
    (void)state;
    thread_starts_begin();
    thread_starts_end(100, 7);
    thread_starts_begin();
    thread_starts_end(101, 8);
    assert_int_equal(thread_starts_parent(101), 8);
    assert_int_equal(thread_starts_parent(100), 7);
    assert_int_equal(thread_starts_parent(100), CHANNEL_NO_THREAD);
    /* The last one: a TID is used again. */
    thread_starts_end(100, 7);
    thread_starts_end(100, 9);
    assert_int_equal(thread_starts_parent(100), 9);
    thread_starts_after_fork();
    assert_int_equal(thread_starts_parent(100), CHANNEL_NO_THREAD);
}

static void too_many_that_wait_stop_the_recording(void **state)
{
    int before = qemu_plugin_version;

    (void)state;
    thread_starts_after_fork();
    /* Here the starter is told: nobody asks, and none is missed. */
    qemu_plugin_version = QEMU_API_7_2;
    for (uint32_t i = 1; i <= MOST_PENDING + 1; i++) {
        thread_starts_end(i, 0);
    }
    assert_null(fake_stopped());
    thread_starts_after_fork();
    qemu_plugin_version = QEMU_API_9_0;
    for (uint32_t i = 1; i <= MOST_PENDING; i++) {
        thread_starts_end(i, 0);
    }
    assert_null(fake_stopped());
    thread_starts_end(MOST_PENDING + 1, 0);
    assert_string_equal(fake_stopped(), "too many threads at once");
    qemu_plugin_version = before;
}

/* What is dropped could not be counted. */
static void no_memory_for_what_is_dropped_stops_the_recording(void **state)
{
    struct channel *channel = plugin_recording.channel;

    (void)state;
    channel->overflow = CHANNEL_OVERFLOW_DROP;
    failing_set("memory", 1, true);
    for (unsigned i = 0; i < 1000000 && failing_count() == 0; i++) {
        producer_put(channel, plugin_thread.slot, i, 1 << 5);
    }
    assert_int_equal(failing_count(), 1);
    assert_int_equal(atomic_load(&channel->state), CHANNEL_STOPPED);
    /* It goes on without any. */
    for (unsigned i = 0; i < 10000; i++) {
        producer_put(channel, plugin_thread.slot, i, 1 << 5);
    }
    run_thread(2);
    failing_set(NULL, 0, false);
    assert_string_equal(fake_stopped(), "QEMU is out of memory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hooks_run_on_each_thread_in_order),
        cmocka_unit_test(hooks_run_in_a_forked_child_in_order),
        cmocka_unit_test(a_thread_is_recorded_by_its_number),
        cmocka_unit_test(a_thread_finds_who_started_it),
        cmocka_unit_test(too_many_that_wait_stop_the_recording),
        cmocka_unit_test(no_memory_for_what_is_dropped_stops_the_recording),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
