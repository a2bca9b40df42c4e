/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plugin_recording.h - the state of the recording in this process.
 */
#ifndef PLUGIN_PLUGIN_RECORDING_H
#define PLUGIN_PLUGIN_RECORDING_H

#include "channel.h"
#include "guest_arch.h"
#include "plugin_options.h"

/**
 * struct plugin_recording - set when the plugin is installed, then constant
 * but for what is marked
 * @channel: to the recorder
 * @guest: its architecture
 * @arch: the instructions of that
 * @options: what the plugin was told
 * @process: the slot for what belongs to the process and to no thread;
 *           written under its lock, see process.c; changes over fork
 * @selection: copied from the channel
 * @guest_base: host address minus guest address; set at the first translation
 */
struct plugin_recording {
    struct channel *channel;
    const struct guest *guest;
    const struct guest_arch *arch;
    struct plugin_options options;
    struct channel_slot *process;
    struct selection selection;
    uint64_t guest_base;
};

extern __attribute__((
    visibility("hidden"))) struct plugin_recording plugin_recording;

#endif /* PLUGIN_PLUGIN_RECORDING_H */
