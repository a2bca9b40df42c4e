/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * qemu_fake.h - a QEMU for tests of the plugin's parts: enough of its API to
 * link them, and a recording that nobody drains.
 */
#ifndef TESTS_PLUGIN_QEMU_FAKE_H
#define TESTS_PLUGIN_QEMU_FAKE_H

#include <stdbool.h>
#include <stdint.h>

#include "channel.h"
#include "qemu_api.h"

/**
 * struct fake_message - what the plugin has told the recorder
 * @type: enum channel_message
 * @args: n_args of them
 * @text: NUL-terminated
 */
struct fake_message {
    unsigned type;
    unsigned n_args;
    uint64_t args[CHANNEL_MESSAGE_ARGS];
    char text[CHANNEL_MESSAGE_TEXT + 1];
};

/**
 * fake_recording_start() - plugin_recording as after installation
 * @guest: name of the architecture
 *
 * The selection is empty: all is recorded.  This thread has its slot.
 */
void fake_recording_start(const char *guest);

/**
 * fake_isolated() - run a body in a child, as the plugin keeps what it knows
 * till the process ends
 * @body: starts its recording; returns whether all was as it should be
 *
 * Return: what the body returned; false where it came to no end.
 */
bool fake_isolated(bool (*body)(const void *data), const void *data);

/**
 * fake_stopped() - has the plugin ended the recording?
 *
 * Return: why, in words, or NULL; the recording goes on then.
 */
const char *fake_stopped(void);

/**
 * fake_next_message() - what this thread or its process has told next
 * @of_process: the process
 *
 * Return: whether there was one.
 */
bool fake_next_message(bool of_process, struct fake_message *message);

/* What an instruction was given last, to be run before it. */
extern struct fake_callback {
    qemu_plugin_vcpu_udata_cb run;
    void *userdata;
} fake_last_callback;

#endif /* TESTS_PLUGIN_QEMU_FAKE_H */
