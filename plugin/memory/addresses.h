/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * addresses.h - the addresses to which accesses are recorded, where not all
 * are: those that the user gave, and where variables are mapped that he named.
 */
#ifndef PLUGIN_ADDRESSES_H
#define PLUGIN_ADDRESSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "range.h"

/**
 * addresses_set() - which are recorded beside selection.addresses
 * @data: n of them, copied; they may overlap
 *
 * Called while the plugin is installed, then under the lock of file_roles.c.
 * Where there is no memory, recording stops.
 */
void addresses_set(const struct range *data, size_t n);

/**
 * addresses_have() - is a byte from @first to @last recorded?
 * @last: below @first where the range goes around the end of memory
 *
 * Thread safe, takes no lock.
 */
bool addresses_have(uint64_t first, uint64_t last);

#endif /* PLUGIN_ADDRESSES_H */
