/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * count.c - counts the accesses of each vCPU: the cheapest callback that
 * sees every access and keeps anything of it.  to=FILE gets the total.
 */
#include <stdlib.h>

#include "plugin_api.h"

PLUGIN_ANSWER_VERSION

#define MAX_VCPUS 65536u

/* A counter a vCPU, each in a cache line of its own; writer: the vCPU. */
struct counter {
    _Alignas(64) uint64_t n_accesses;
};

static struct counter counters[MAX_VCPUS];
static char *to;

static void on_access(unsigned vcpu_index, uint32_t info, uint64_t vaddr,
                      void *udata)
{
    (void)info;
    (void)vaddr;
    (void)udata;
    counters[vcpu_index].n_accesses++;
}

static void on_block(uint64_t id, struct qemu_plugin_tb *tb)
{
    (void)id;
    plugin_watch_block(tb, on_access);
}

/* The file is opened only here: the guest may have closed any before. */
static void on_exit_of_guest(uint64_t id, void *udata)
{
    FILE *file = fopen(to, "w");
    uint64_t n = 0;

    (void)id;
    (void)udata;
    if (!file) {
        return;
    }
    for (unsigned i = 0; i < MAX_VCPUS; i++) {
        n += counters[i].n_accesses;
    }
    fprintf(file, "%llu\n", (unsigned long long)n);
    fclose(file);
}

int qemu_plugin_install(uint64_t id, const struct qemu_plugin_info *info,
                        int argc, char **argv)
{
    const char *path = plugin_option(argc, argv, "to=");

    (void)info;
    if (path) {
        to = strdup(path);
        qemu_plugin_register_atexit_cb(id, on_exit_of_guest, NULL);
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_block);
    return 0;
}
