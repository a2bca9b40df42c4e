/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * qemu_api.h - the part of QEMU's plugin API that the plugin uses, declared
 * here because no package ships QEMU's header.  What differs between QEMU 7.2
 * and 11.1 is said here and handled in compat.c.
 */
#ifndef PLUGIN_QEMU_API_H
#define PLUGIN_QEMU_API_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PLUGIN_EXPORT __attribute__((visibility("default")))

/* The version that the plugin uses; QEMU reads it. */
extern PLUGIN_EXPORT int qemu_plugin_version;

struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_plugin_register;
struct qemu_plugin_scoreboard;

/* What qemu_plugin_install() is told. */
struct qemu_plugin_install_info {
    const char *target_name;
    struct {
        int min;
        int cur;
    } version;
    bool system_emulation;
    struct {
        int smp_vcpus;
        int max_vcpus;
    } system;
};

enum qemu_plugin_cb_flags {
    QEMU_PLUGIN_CB_NO_REGS = 0,
    QEMU_PLUGIN_CB_R_REGS = 1,
};

enum qemu_plugin_cond {
    QEMU_PLUGIN_COND_NE = 3,
};

enum qemu_plugin_mem_rw {
    QEMU_PLUGIN_MEM_NONE = 0, /* ours; no code is made for such a callback */
    QEMU_PLUGIN_MEM_R = 1,
    QEMU_PLUGIN_MEM_W = 2,
    QEMU_PLUGIN_MEM_RW = 3,
};

/*
 * QEMU's qemu_plugin_mem_value, a type without a tag.  @type is log2 of the
 * size, 4 for the pair of words; of a smaller one the low bytes are set.
 */
struct qemu_plugin_value {
    int type;
    union {
        uint8_t u8;
        uint16_t u16;
        uint32_t u32;
        uint64_t u64;
        struct {
            uint64_t low;
            uint64_t high;
        } u128;
    } data;
};

/* QEMU's qemu_plugin_u64, a type without a tag: a number of each vCPU. */
struct qemu_plugin_number {
    struct qemu_plugin_scoreboard *score;
    size_t offset;
};

typedef void (*qemu_plugin_vcpu_mem_cb)(unsigned vcpu_index, uint32_t info,
                                        uint64_t vaddr, void *userdata);
typedef void (*qemu_plugin_vcpu_udata_cb)(unsigned vcpu_index, void *userdata);

/*
 * Callbacks for whole vCPUs differ in shape between the versions; compat.c
 * passes the right one.
 */
void qemu_plugin_register_vcpu_init_cb(uint64_t id, void *cb, void *userdata);
void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id, void *cb,
                                           void *userdata);
void qemu_plugin_register_vcpu_syscall_cb(uint64_t id, void *cb,
                                          void *userdata);
void qemu_plugin_register_vcpu_syscall_ret_cb(uint64_t id, void *cb,
                                              void *userdata);
void qemu_plugin_register_atexit_cb(uint64_t id, void *cb, void *userdata);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn,
                                            qemu_plugin_vcpu_udata_cb cb,
                                            enum qemu_plugin_cb_flags flags,
                                            void *userdata);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *insn,
                                      qemu_plugin_vcpu_mem_cb cb,
                                      enum qemu_plugin_cb_flags flags,
                                      enum qemu_plugin_mem_rw rw,
                                      void *userdata);
unsigned qemu_plugin_mem_size_shift(uint32_t info);
bool qemu_plugin_mem_is_store(uint32_t info);
bool qemu_plugin_mem_is_big_endian(uint32_t info);
/* From QEMU 9.1 on. */
void qemu_plugin_register_vcpu_tb_exec_cond_cb(struct qemu_plugin_tb *tb,
                                               qemu_plugin_vcpu_udata_cb cb,
                                               enum qemu_plugin_cb_flags flags,
                                               enum qemu_plugin_cond cond,
                                               struct qemu_plugin_number entry,
                                               uint64_t imm, void *userdata)
    __attribute__((weak));
void qemu_plugin_u64_set(struct qemu_plugin_number entry, unsigned vcpu_index,
                         uint64_t value) __attribute__((weak));
struct qemu_plugin_scoreboard *qemu_plugin_scoreboard_new(size_t element_size)
    __attribute__((weak));
/* From QEMU 10.0 on. */
struct qemu_plugin_value qemu_plugin_mem_get_value(uint32_t info)
    __attribute__((weak));
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *
qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t i);
/* Up to QEMU 9.0 the address of the bytes, from 9.1 on how many it copied. */
uintptr_t qemu_plugin_insn_data(const struct qemu_plugin_insn *insn,
                                void *bytes, size_t size);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
/* As text, to be freed; NULL where QEMU has no disassembler for the guest. */
char *qemu_plugin_insn_disas(const struct qemu_plugin_insn *insn);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
void *qemu_plugin_insn_haddr(const struct qemu_plugin_insn *insn);

#endif /* PLUGIN_QEMU_API_H */
