/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plugin_recording.c - see plugin_recording.h. */
#include "plugin_recording.h"

struct plugin_recording plugin_recording;

void plugin_recording_stop(enum channel_stop why, int error)
{
    channel_stop(plugin_recording.channel, why, error);
}
