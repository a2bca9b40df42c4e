/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * empty.c - a memory callback that does nothing: what QEMU itself takes to
 * show an access.
 */
#include "plugin_api.h"

static void on_access(unsigned vcpu_index, uint32_t info, uint64_t vaddr,
                      void *udata)
{
    (void)vcpu_index;
    (void)info;
    (void)vaddr;
    (void)udata;
}

PLUGIN_OF_CALLBACK(on_access)
