/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * access_values.h - the callbacks where values are recorded.
 */
#ifndef PLUGIN_ACCESS_VALUES_H
#define PLUGIN_ACCESS_VALUES_H

#include "qemu_api.h"

/** access_values_callback() - as access_callback(), with values=on. */
qemu_plugin_vcpu_mem_cb access_values_callback(unsigned insn_flags);

#endif /* PLUGIN_ACCESS_VALUES_H */
