/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * empty.c - a memory callback that does nothing: what QEMU itself takes to
 * show an access.
 */
#include "plugin_api.h"

PLUGIN_ANSWER_VERSION

static void on_access(unsigned vcpu_index, uint32_t info, uint64_t vaddr,
                      void *udata)
{
    (void)vcpu_index;
    (void)info;
    (void)vaddr;
    (void)udata;
}

static void on_block(uint64_t id, struct qemu_plugin_tb *tb)
{
    (void)id;
    plugin_watch_block(tb, on_access);
}

int qemu_plugin_install(uint64_t id, const struct qemu_plugin_info *info,
                        int argc, char **argv)
{
    (void)info;
    (void)argc;
    (void)argv;
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_block);
    return 0;
}
