/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plugin_api.h - the little of QEMU's plugin API that the contenders call.
 *
 * Serves QEMU 7.2 (which takes version 0 or 1) and 9.0 to 11.0 (version 2);
 * the functions declared here are the same in all of them.
 */
#ifndef PLUGIN_API_H
#define PLUGIN_API_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))

struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_plugin_info {
    const char *target_name;
    /* More follows, which no contender reads. */
};

enum { PLUGIN_NO_REGS = 0 };
enum { PLUGIN_LOADS_AND_STORES = 3 };

typedef void (*plugin_tb_fn)(uint64_t id, struct qemu_plugin_tb *tb);
typedef void (*plugin_mem_fn)(unsigned vcpu_index, uint32_t info,
                              uint64_t vaddr, void *udata);
typedef void (*plugin_exit_fn)(uint64_t id, void *udata);
typedef void (*plugin_syscall_fn)(uint64_t id, unsigned vcpu_index,
                                  int64_t number, uint64_t a1, uint64_t a2,
                                  uint64_t a3, uint64_t a4, uint64_t a5,
                                  uint64_t a6, uint64_t a7, uint64_t a8);
typedef void (*plugin_syscall_return_fn)(uint64_t id, unsigned vcpu_index,
                                         int64_t number, int64_t result);

void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id, plugin_tb_fn fn);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *
qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t i);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *insn,
                                      plugin_mem_fn fn, int flags, int rw,
                                      void *udata);
unsigned qemu_plugin_mem_size_shift(uint32_t info);
bool qemu_plugin_mem_is_store(uint32_t info);
void qemu_plugin_register_atexit_cb(uint64_t id, plugin_exit_fn fn,
                                    void *udata);
void qemu_plugin_register_vcpu_syscall_cb(uint64_t id, plugin_syscall_fn fn);
void qemu_plugin_register_vcpu_syscall_ret_cb(uint64_t id,
                                              plugin_syscall_return_fn fn);

/* Only there from 9.0 on: tells which version to answer. */
void *qemu_plugin_scoreboard_new(size_t size) __attribute__((weak));

EXPORT extern int qemu_plugin_version;
EXPORT int qemu_plugin_install(uint64_t id, const struct qemu_plugin_info *info,
                               int argc, char **argv);

#define PLUGIN_ANSWER_VERSION                                                  \
    int qemu_plugin_version = 1;                                               \
    __attribute__((constructor)) static void answer_version(void)              \
    {                                                                          \
        qemu_plugin_version = qemu_plugin_scoreboard_new ? 2 : 1;              \
    }

/* Have @fn called for each load and store of a block. */
static inline void plugin_watch_block(struct qemu_plugin_tb *tb,
                                      plugin_mem_fn fn)
{
    size_t n = qemu_plugin_tb_n_insns(tb);

    for (size_t i = 0; i < n; i++) {
        qemu_plugin_register_vcpu_mem_cb(qemu_plugin_tb_get_insn(tb, i), fn,
                                         PLUGIN_NO_REGS,
                                         PLUGIN_LOADS_AND_STORES, NULL);
    }
}

/* A plugin that is no more than this callback. */
#define PLUGIN_OF_CALLBACK(fn)                                                 \
    PLUGIN_ANSWER_VERSION                                                      \
    static void on_block(uint64_t id, struct qemu_plugin_tb *tb)               \
    {                                                                          \
        (void)id;                                                              \
        plugin_watch_block(tb, fn);                                            \
    }                                                                          \
    int qemu_plugin_install(uint64_t id, const struct qemu_plugin_info *info,  \
                            int argc, char **argv)                             \
    {                                                                          \
        (void)info;                                                            \
        (void)argc;                                                            \
        (void)argv;                                                            \
        qemu_plugin_register_vcpu_tb_trans_cb(id, on_block);                   \
        return 0;                                                              \
    }

/* Return: what follows @key ("to=") in the arguments, or NULL. */
static inline const char *plugin_option(int argc, char **argv, const char *key)
{
    for (int i = 0; i < argc; i++) {
        if (strncmp(argv[i], key, strlen(key)) == 0) {
            return argv[i] + strlen(key);
        }
    }
    return NULL;
}

#endif /* PLUGIN_API_H */
