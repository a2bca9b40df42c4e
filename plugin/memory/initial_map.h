/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * initial_map.h - what QEMU mapped for the guest before its first
 * instruction: image, dynamic loader, stack.  No system call shows these.
 */
#ifndef PLUGIN_INITIAL_MAP_H
#define PLUGIN_INITIAL_MAP_H

#include "qemu_api.h"

/**
 * initial_map_prepare() - note what is mapped while the plugin is installed
 *
 * To be called after all that the plugin itself maps.
 *
 * Return: 0, or -1 with errno.
 */
int initial_map_prepare(void);

/**
 * initial_map_find() - at the first translation: add the guest's mappings
 * @tb: the block that is translated
 *
 * Sets guest_base and gives the first thread its slot.  Where the guest's
 * mappings, program or stack are not found, recording stops.  Does nothing at
 * later translations.
 */
void initial_map_find(struct qemu_plugin_tb *tb);

#endif /* PLUGIN_INITIAL_MAP_H */
