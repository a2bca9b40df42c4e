/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * oracle.c - a plugin that prints every data access, and nothing else.
 *
 * With the argument exclusive=on (aarch64) the load that QEMU makes for an
 * exclusive store is left out.
 *
 * What the tests hold memtrace's traces against: it shares no code with the
 * project, not even the declarations of QEMU's plugin API 1, and is meant to
 * be right at a glance.  Single-threaded guests only.
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct qemu_plugin_tb;
struct qemu_plugin_insn;
typedef uint32_t meminfo;

size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *
qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t i);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);
unsigned qemu_plugin_mem_size_shift(meminfo info);
void qemu_plugin_register_vcpu_tb_trans_cb(
    uint64_t id, void (*f)(uint64_t id, struct qemu_plugin_tb *tb));
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *insn,
                                      void (*f)(unsigned vcpu, meminfo info,
                                                uint64_t vaddr, void *p),
                                      int registers, int loads_and_stores,
                                      void *p);
void qemu_plugin_register_atexit_cb(uint64_t id,
                                    void (*f)(uint64_t id, void *p), void *p);

__attribute__((visibility("default"))) int qemu_plugin_version = 1;
__attribute__((visibility("default"))) int
qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv);

static FILE *out;
static int is_exclusive_known;

static void access_memory(unsigned vcpu, meminfo info, uint64_t vaddr, void *p)
{
    unsigned kind = info >> 16 & 3; /* 1 load, 2 store, 3 both */
    unsigned size = 1u << qemu_plugin_mem_size_shift(info);

    (void)vcpu;
    if ((kind & 1) && !p) {
        fprintf(out, "R 0x%016" PRIx64 " %u\n", vaddr, size);
    }
    if (kind & 2) {
        fprintf(out, "W 0x%016" PRIx64 " %u\n", vaddr, size);
    }
}

/* STXR, STLXR, STXP, STLXP; not CASP, which has bit 21 without bit 31. */
static int is_exclusive_store(const struct qemu_plugin_insn *insn)
{
    uint32_t code;

    memcpy(&code, qemu_plugin_insn_data(insn), sizeof code);
    return (code & 0x3fc00000) == 0x08000000 &&
           (code & 0x80200000) != 0x00200000;
}

static void translate(uint64_t id, struct qemu_plugin_tb *tb)
{
    (void)id;
    for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
        int no_load = is_exclusive_known && is_exclusive_store(insn);
        qemu_plugin_register_vcpu_mem_cb(insn, access_memory, 0, 3,
                                         no_load ? insn : NULL);
    }
}

static void at_exit(uint64_t id, void *p)
{
    (void)id;
    (void)p;
    fclose(out);
}

/* Arguments: out=FILE, then exclusive=on or nothing. */
int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv)
{
    (void)info;
    if (argc < 1 || argc > 2 || strncmp(argv[0], "out=", 4) != 0) {
        fprintf(stderr, "oracle: wants out=FILE[,exclusive=on]\n");
        return 1;
    }
    is_exclusive_known = argc == 2;
    out = fopen(argv[0] + 4, "w");
    if (!out) {
        perror(argv[0] + 4);
        return 1;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
    qemu_plugin_register_atexit_cb(id, at_exit, NULL);
    return 0;
}
