/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plugin_recording.h - the recording that this QEMU takes part in: what is
 * known once the plugin is installed.
 */
#ifndef PLUGIN_PLUGIN_RECORDING_H
#define PLUGIN_PLUGIN_RECORDING_H

#include "channel.h"
#include "guest_arch.h"
#include "plugin_options.h"

/**
 * struct plugin_recording - constant after installation
 * @channel: to the recorder; what it points to is shared, see channel.h
 * @guest: its architecture
 * @arch: the instructions of that
 * @options: what the plugin was told
 * @selection: copied from the channel
 */
struct plugin_recording {
    struct channel *channel;
    const struct guest *guest;
    const struct guest_arch *arch;
    struct plugin_options options;
    struct selection selection;
};

/* Writer: plugin.c, on QEMU's only thread, before the guest runs. */
extern __attribute__((
    visibility("hidden"))) struct plugin_recording plugin_recording;

/**
 * plugin_recording_stop() - what should be recorded cannot be, from here on
 * @why: what went wrong
 * @error: the errno of it, or 0
 *
 * For all that fails in QEMU once the guest runs: the guest goes on unharmed,
 * the recording ends, stderr and the trace say why.  See channel_stop().
 * Thread safe.
 */
void plugin_recording_stop(enum channel_stop why, int error);

#endif /* PLUGIN_PLUGIN_RECORDING_H */
