/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * compat.h - one plugin for every QEMU from 7.2 to 11.1: what differs between
 * the versions of the plugin API is in compat.c and nowhere else.
 */
#ifndef PLUGIN_COMPAT_H
#define PLUGIN_COMPAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "qemu_api.h"
#include "qemu_shows.h"

#define COMPAT_INSN_BYTES 16

/*
 * The versions of the plugin API, named after the first QEMU that has each.
 * Only compat.c compares them; all else asks for a capability below.
 */
enum qemu_api {
    QEMU_API_7_2 = 1,
    QEMU_API_9_0 = 2,
    QEMU_API_9_1 = 3,
    QEMU_API_10_0 = 4,
    QEMU_API_10_1 = 5,
    QEMU_API_11_0 = 6,
    QEMU_API_11_1 = 7,
};

/** compat_api() - Return: the version that the plugin uses of this QEMU's. */
enum qemu_api compat_api(void);

/** compat_shown() - Return: bits of enum qemu_shows. */
unsigned compat_shown(void);

/**
 * compat_major() - Return: the major version of the first QEMU with this API.
 */
int compat_major(void);

/** compat_has_execveat() - does this QEMU know the system call? */
bool compat_has_execveat(void);

/**
 * struct compat_callbacks - what the plugin wants to be told
 * @vcpu_init: a vCPU is made: see compat_announces_on_starter()
 * @translate: a block is translated
 * @call: a system call is entered; @args has 6
 * @call_return: it is left
 * @exit: QEMU is about to exit
 */
struct compat_callbacks {
    void (*vcpu_init)(unsigned vcpu_index);
    void (*translate)(struct qemu_plugin_tb *tb);
    void (*call)(unsigned vcpu_index, int64_t number, const uint64_t *args);
    void (*call_return)(unsigned vcpu_index, int64_t number, int64_t result);
    void (*exit)(void);
};

/** compat_register() - ask for the callbacks; @callbacks is copied. */
void compat_register(uint64_t id, const struct compat_callbacks *callbacks);

/**
 * compat_insn_bytes() - an instruction's bytes
 * @bytes: filled
 *
 * Return: how many, at most COMPAT_INSN_BYTES.
 */
size_t compat_insn_bytes(const struct qemu_plugin_insn *insn,
                         uint8_t bytes[COMPAT_INSN_BYTES]);

/*
 * qemu_plugin_meminfo_t: the memory operation, whose low three bits are log2
 * of the size, from bit 4 on, in QEMU 10.2 and later from bit 5; bit 17 is
 * set for a store.  Bit 16 is set for a load only where the size is at bit 4;
 * later it may be a bit of the operation.  QEMU 7.2 has both bits set for a
 * read-modify-write; later versions report its load and its store one after
 * the other.
 */
#define COMPAT_SIZE_BIT 4
#define COMPAT_SIZE_BIT_10_2 5
#define COMPAT_STORE_BIT 17
#define COMPAT_LOAD_BIT 16

/** compat_size_bit() - Return: COMPAT_SIZE_BIT or COMPAT_SIZE_BIT_10_2. */
unsigned compat_size_bit(void);

/**
 * compat_announces_on_starter() - does the thread that starts another one get
 * compat_callbacks.vcpu_init for it?
 *
 * Otherwise the new thread itself gets it.
 */
bool compat_announces_on_starter(void);

/** compat_merges_kinds() - may one callback stand for a load and a store? */
bool compat_merges_kinds(void);

/**
 * compat_leave_out() - at translation: an instruction gets no memory callback
 *
 * To be called for each such instruction, if others get one.
 */
void compat_leave_out(struct qemu_plugin_insn *insn);

/** compat_knows_pages() - can this QEMU say which pages are the guest's? */
bool compat_knows_pages(void);

/**
 * compat_is_guest_page() - is something mapped there for the guest?
 *
 * Only if compat_knows_pages(), on the thread of a vCPU, while it translates or
 * runs.
 *
 * Return: true also for a page without access rights.
 */
bool compat_is_guest_page(uint64_t vaddr);

/** compat_has_values() - does this QEMU tell what was loaded and stored? */
bool compat_has_values(void);

/**
 * compat_value() - what the access loaded or stored that a memory callback is
 * called for
 * @info: as the callback got it; of an access of at most 16 bytes
 * @words: set to the value as a number, the low 8 bytes first
 *
 * Only in a memory callback, and if compat_has_values().
 *
 * Return: whether this QEMU has the value.  If host and guest differ in byte
 * order it may not have it.
 */
bool compat_value(uint32_t info, uint64_t words[2]);

/**
 * compat_has_registers() - can registers be read, and may a callback depend
 * on a number of the vCPU?
 */
bool compat_has_registers(void);

/**
 * compat_register_find() - a register by its name in QEMU
 *
 * On the thread of a vCPU, while it translates.
 *
 * Return: what all vCPUs know it by, or NULL.
 */
struct qemu_plugin_register *compat_register_find(const char *name);

/**
 * compat_register_read() - the value of a register
 * @bytes: filled with @size bytes, in the guest's order
 *
 * Only in a callback that may read registers.
 *
 * Return: whether it was read, and has that size.
 */
bool compat_register_read(struct qemu_plugin_register *handle, void *bytes,
                          size_t size);

#endif /* PLUGIN_COMPAT_H */
