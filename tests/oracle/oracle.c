/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * oracle.c - a plugin that prints every data access, and nothing else.
 *
 * With the argument exclusive=ARCH the load that QEMU makes for an exclusive
 * store of that architecture is left out, and of x86's lock neg the first of
 * two loads, and of x86's multiplications with addition of one element what
 * QEMU loads behind that.  The version of QEMU's plugin API is
 * told by ORACLE_API in the environment, since QEMU asks for it first of all.
 *
 * What the tests hold memtrace's traces against: it shares no code with the
 * project, not even the declarations of QEMU's plugin API, and is meant to be
 * right at a glance.  Single-threaded guests only.
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))

struct qemu_plugin_tb;
struct qemu_plugin_insn;
typedef uint32_t meminfo;

size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *
qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t i);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
/* API 1 returns where the bytes are, later ones copy and count them. */
uintptr_t qemu_plugin_insn_data(const struct qemu_plugin_insn *insn, void *to,
                                size_t size);
unsigned qemu_plugin_mem_size_shift(meminfo info);
_Bool qemu_plugin_mem_is_store(meminfo info);
void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id, void *f, void *p);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *insn,
                                      void (*f)(unsigned vcpu, meminfo info,
                                                uint64_t vaddr, void *p),
                                      int registers, int loads_and_stores,
                                      void *p);
void qemu_plugin_register_atexit_cb(uint64_t id, void *f, void *p);

EXPORT int qemu_plugin_version;
EXPORT int qemu_plugin_install(uint64_t id, const void *info, int argc,
                               char **argv);

static FILE *out;
static const char *exclusive = "";
static char no_load, one_load;             /* what a callback's p points to */
static const unsigned element[2] = {4, 8}; /* or here */

__attribute__((constructor)) static void set_version(void)
{
    const char *api = getenv("ORACLE_API");

    qemu_plugin_version = api ? atoi(api) : 1;
}

static void access_memory(unsigned vcpu, meminfo info, uint64_t vaddr, void *p)
{
    int is_store = qemu_plugin_mem_is_store(info);
    /* API 1 has a load and a store in one once memory is shared. */
    int is_load =
        !is_store || (qemu_plugin_version == 1 && (info >> 16 & 3) == 3);
    unsigned size = 1u << qemu_plugin_mem_size_shift(info);

    (void)vcpu;
    /* Of lock neg: the load that comes with the store. */
    if (p == &one_load ? is_store : is_load && p != &no_load) {
        fprintf(out, "R 0x%016" PRIx64 " %u\n", vaddr, size);
    }
    if (is_store) {
        fprintf(out, "W 0x%016" PRIx64 " %u\n", vaddr, size);
    }
}

/* It loads one element: QEMU loads 16 bytes, the old one as twice 8. */
static void access_element(unsigned vcpu, meminfo info, uint64_t vaddr, void *p)
{
    static int is_second;

    (void)vcpu;
    if (!is_second) {
        fprintf(out, "R 0x%016" PRIx64 " %u\n", vaddr, *(const unsigned *)p);
    }
    is_second = !is_second && qemu_plugin_mem_size_shift(info) == 3;
}

static uint32_t code_of(const struct qemu_plugin_insn *insn)
{
    uint32_t code = 0;
    size_t size = qemu_plugin_insn_size(insn);
    uintptr_t answer;

    size = size < sizeof code ? size : sizeof code;
    answer = qemu_plugin_insn_data(insn, &code, size);
    if (qemu_plugin_version < 3) {
        memcpy(&code, (const void *)answer, size);
    }
    return code;
}

/* The instructions' names are those of each architecture's manual. */
static int is_exclusive_store(uint32_t code, int is_thumb)
{
    if (!strcmp(exclusive, "aarch64")) {
        /* STXR, STLXR, STXP, STLXP; not CASP: bit 21 without bit 31 */
        return (code & 0x3fc00000) == 0x08000000 &&
               (code & 0x80200000) != 0x00200000;
    }
    if (!strcmp(exclusive, "arm") && is_thumb) {
        /* STREX; STREXB, STREXH, STREXD, and STLEX of each size */
        return (code & 0xfff0) == 0xe840 ||
               ((code & 0xfff0) == 0xe8c0 && (code >> 20 & 0xf) != 0xf &&
                ((code >> 20 & 0xc) == 0x4 || (code >> 20 & 0xc) == 0xc)) ||
               (code & 0x00f0fff0) == 0x00f0e8c0;
    }
    if (!strcmp(exclusive, "arm")) {
        /* STREX and STLEX of each size */
        return (code & 0x0f900ef0) == 0x01800e90;
    }
    if (!strcmp(exclusive, "riscv64")) {
        return (code & 0xf800007f) == 0x1800002f; /* SC.W, SC.D */
    }
    if (!strcmp(exclusive, "mips64el")) {
        return code >> 26 == 0x38 || code >> 26 == 0x3c; /* SC, SCD */
    }
    if (!strcmp(exclusive, "ppc64le")) {
        /* STWCX., STDCX., STBCX., STHCX., STQCX. */
        unsigned op = code >> 1 & 0x3ff;
        return code >> 26 == 31 && (code & 1) &&
               (op == 150 || op == 214 || op == 694 || op == 726 || op == 182);
    }
    return 0;
}

/* LOCK NEG, without other prefixes */
static int is_lock_neg(uint32_t code)
{
    return (!strcmp(exclusive, "x86_64") || !strcmp(exclusive, "i386")) &&
           (code & 0x0038feff) == 0x0018f6f0;
}

/* VFMADD132SS and its like: VEX of 3 bytes, map 2, prefix 66. */
static const unsigned *element_of(uint32_t code)
{
    unsigned opcode = code >> 24;

    return (!strcmp(exclusive, "x86_64") || !strcmp(exclusive, "i386")) &&
                   (code & 0x031fff) == 0x0102c4 && opcode >= 0x90 &&
                   opcode <= 0xbf && (opcode & 9) == 9
               ? &element[code >> 23 & 1]
               : NULL;
}

static void watch(struct qemu_plugin_tb *tb)
{
    size_t n = qemu_plugin_tb_n_insns(tb);
    int is_thumb = 0; /* an instruction of 2 bytes is not A32 */

    for (size_t i = 0; i < n; i++) {
        is_thumb |= qemu_plugin_insn_size(qemu_plugin_tb_get_insn(tb, i)) == 2;
    }
    for (size_t i = 0; i < n; i++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
        uint32_t code = code_of(insn);
        void *p = is_exclusive_store(code, is_thumb) ? &no_load
                  : is_lock_neg(code)                ? &one_load
                                                     : NULL;
        const unsigned *bytes = element_of(code);

        qemu_plugin_register_vcpu_mem_cb(
            insn, bytes ? access_element : access_memory, 0, 3,
            bytes ? (void *)(uintptr_t)bytes : p);
    }
}

static void translate(uint64_t id, struct qemu_plugin_tb *tb)
{
    (void)id;
    watch(tb);
}

static void translate_7(struct qemu_plugin_tb *tb, void *p)
{
    (void)p;
    watch(tb);
}

/* API 7 passes one argument, earlier ones two: neither matters. */
static void at_exit(void)
{
    fclose(out);
}

/* Arguments: out=FILE, then exclusive=ARCH or nothing. */
int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv)
{
    (void)info;
    if (argc < 1 || argc > 2 || strncmp(argv[0], "out=", 4) != 0 ||
        (argc == 2 && strncmp(argv[1], "exclusive=", 10) != 0)) {
        fprintf(stderr, "oracle: wants out=FILE[,exclusive=ARCH]\n");
        return 1;
    }
    if (argc == 2) {
        exclusive = strdup(argv[1] + 10);
    }
    out = fopen(argv[0] + 4, "w");
    if (!out) {
        perror(argv[0] + 4);
        return 1;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(
        id, qemu_plugin_version < 7 ? (void *)translate : (void *)translate_7,
        NULL);
    qemu_plugin_register_atexit_cb(id, at_exit, NULL);
    return 0;
}
