/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * access.h - the callbacks that see the guest's accesses.
 */
#ifndef PLUGIN_ACCESS_H
#define PLUGIN_ACCESS_H

#include <stdint.h>

#include "qemu_api.h"

/**
 * access_callback() - the callback for an instruction's accesses
 * @flags: GUEST_INSN_ of the instruction; of an atomic one the stamps before
 *         and after each access are exact
 *
 * All are registered with the access's tag, without size and direction, as
 * userdata.
 */
qemu_plugin_vcpu_mem_cb access_callback(unsigned flags);

/** access_stamp_before() - to be run before an atomic instruction. */
void access_stamp_before(unsigned vcpu_index, void *userdata);

#endif /* PLUGIN_ACCESS_H */
