/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * access.h - the callbacks that see the guest's accesses.
 */
#ifndef PLUGIN_ACCESS_H
#define PLUGIN_ACCESS_H

#include <stdint.h>

#include "qemu_api.h"

/**
 * access_callback() - the memory callback for an instruction
 * @flags: GUEST_INSN_ of the instruction; an atomic one gets a callback that
 *         puts a stamp after each access
 *
 * To be registered with the tag of the instruction's accesses as userdata, with
 * neither size nor direction in it.
 */
qemu_plugin_vcpu_mem_cb access_callback(unsigned flags);

/** access_stamp_before() - callback to be run before an atomic instruction. */
void access_stamp_before(unsigned vcpu_index, void *userdata);

#endif /* PLUGIN_ACCESS_H */
