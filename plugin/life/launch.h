/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * launch.h - starts the recorder where QEMU was started by hand.
 */
#ifndef PLUGIN_LAUNCH_H
#define PLUGIN_LAUNCH_H

#include "plugin_options.h"

/**
 * launch_recorder() - make a channel and start a recorder on it
 * @options: where the output goes and how
 * @guest: QEMU's name of the guest architecture
 *
 * The recorder is no child of this process, so that the guest's wait() never
 * sees it.  It is found beside the plugin, then beside an installed plugin's
 * bin folder, then on PATH.  Says on stderr what is wrong.
 *
 * Return: the channel, recording; or NULL.
 */
struct channel *launch_recorder(const struct plugin_options *options,
                                const char *guest);

#endif /* PLUGIN_LAUNCH_H */
