/* SPDX-License-Identifier: GPL-2.0-or-later */
/* registers.c - see registers.h. */
#include "registers.h"

#include "compat.h"
#include "guest_memory.h"
#include "plugin_recording.h"

struct qemu_plugin_register *registers_find(const char *name)
{
    return compat_has_registers() ? compat_register_find(name) : NULL;
}

bool registers_read(struct qemu_plugin_register *handle, uint64_t *value)
{
    size_t size = plugin_recording.guest->bits / 8;
    uint8_t bytes[sizeof(uint64_t)];

    if (!compat_register_read(handle, bytes, size)) {
        return false;
    }
    *value = guest_memory_number(bytes, size);
    return true;
}
