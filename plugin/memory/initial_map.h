/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * initial_map.h - what QEMU mapped for the guest before its first
 * instruction: image, dynamic loader, stack.  No system call shows these.
 */
#ifndef PLUGIN_INITIAL_MAP_H
#define PLUGIN_INITIAL_MAP_H

#include "qemu_api.h"

/** initial_map_prepare() - when the plugin is installed, after its own maps.
 *
 * Return: 0, or -1.
 */
int initial_map_prepare(void);

/**
 * initial_map_find() - at the first translation: find what is the guest's
 * @tb: the block that is translated
 *
 * Does nothing at later translations.
 */
void initial_map_find(struct qemu_plugin_tb *tb);

#endif /* PLUGIN_INITIAL_MAP_H */
