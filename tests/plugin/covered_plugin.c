/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * covered_plugin.c - the plugin in a build for gcov (tests/coverage): QEMU ends
 * without the functions that run at exit, so that the counts are written behind
 * the plugin's own last callback.
 */
#include <stdint.h>

void __gcov_dump(void);
void __real_qemu_plugin_register_atexit_cb(uint64_t id,
                                           void (*cb)(uint64_t, void *),
                                           void *data);
void __wrap_qemu_plugin_register_atexit_cb(uint64_t id,
                                           void (*cb)(uint64_t, void *),
                                           void *data);

static void (*plugin_cb)(uint64_t, void *);

static void at_exit(uint64_t id, void *data)
{
    plugin_cb(id, data);
    __gcov_dump();
}

void __wrap_qemu_plugin_register_atexit_cb(uint64_t id,
                                           void (*cb)(uint64_t, void *),
                                           void *data)
{
    plugin_cb = cb;
    __real_qemu_plugin_register_atexit_cb(id, at_exit, data);
}
