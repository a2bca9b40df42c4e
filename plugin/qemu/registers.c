/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * registers.c - the guest's registers by their names in QEMU, which are
 * those of its GDB stub; guest_arch.h says which are of interest.
 */
#include "registers.h"

#include <pthread.h>
#include <stddef.h>
#include <string.h>

#include "compat.h"
#include "guest_memory.h"
#include "plugin_recording.h"

/* Where QEMU has them; written once, under the lock. */
static struct {
    pthread_mutex_t lock;
    bool is_tried;
    bool is_known;
    struct qemu_plugin_register *result;
    struct qemu_plugin_register *args[REGISTERS_ARGS];
    struct qemu_plugin_register *link;
    struct qemu_plugin_register *stack;
} known = {.lock = PTHREAD_MUTEX_INITIALIZER};

struct qemu_plugin_register *registers_find(const char *name)
{
    return compat_has_registers() ? compat_register_find(name) : NULL;
}

static bool find(const char *name, struct qemu_plugin_register **found)
{
    /* What is not in a register of this architecture is not missing. */
    if (name == NULL) {
        return true;
    }
    *found = compat_register_find(name);
    return *found != NULL;
}

static bool find_all(const struct guest_abi *abi)
{
    bool is_known = abi->stack != NULL && find(abi->stack, &known.stack) &&
                    find(abi->link, &known.link) &&
                    find(abi->result, &known.result);

    for (int i = 0; i < REGISTERS_ARGS; i++) {
        is_known = is_known && find(abi->args[i], &known.args[i]);
    }
    return is_known;
}

bool registers_prepare(void)
{
    bool is_known;

    pthread_mutex_lock(&known.lock);
    if (!known.is_tried) {
        known.is_tried = true;
        known.is_known =
            compat_has_registers() && find_all(&plugin_recording.arch->abi);
    }
    is_known = known.is_known;
    pthread_mutex_unlock(&known.lock);
    return is_known;
}

bool registers_read(struct qemu_plugin_register *handle, uint64_t *value)
{
    const struct guest *guest = plugin_recording.guest;
    size_t size = guest->bits / 8;
    uint8_t bytes[sizeof(uint64_t)];

    if (!compat_register_read(handle, bytes, size)) {
        return false;
    }
    *value = 0;
    for (size_t i = 0; i < size; i++) {
        size_t at = guest->is_big_endian ? i : size - 1 - i;

        *value = *value << 8 | bytes[at];
    }
    return true;
}

/* The call has just stored it there, so that it is mapped. */
static uint64_t pushed_address(uint64_t stack)
{
    const void *host = (const void *)(stack + plugin_recording.guest_base);
    uint64_t wide;
    uint32_t narrow;

    if (plugin_recording.guest->bits == 32) {
        memcpy(&narrow, host, sizeof(narrow));
        return narrow;
    }
    memcpy(&wide, host, sizeof(wide));
    return wide;
}

bool registers_entry(struct registers_entry *entry)
{
    uint64_t stack;

    if (!registers_read(known.stack, &stack)) {
        return false;
    }
    entry->stack = stack;
    if (known.link != NULL) {
        if (!registers_read(known.link, &entry->return_to)) {
            return false;
        }
    } else {
        entry->return_to = pushed_address(stack);
        entry->stack += plugin_recording.guest->bits / 8;
    }
    /* The lowest bit of arm's says in which instruction set. */
    entry->return_to &= ~plugin_recording.arch->abi.link_flags;
    if (plugin_recording.arch->abi.args[0] == NULL) {
        return guest_memory_words(entry->stack, entry->args, REGISTERS_ARGS);
    }
    for (int i = 0; i < REGISTERS_ARGS; i++) {
        if (!registers_read(known.args[i], &entry->args[i])) {
            return false;
        }
    }
    return true;
}

bool registers_stack(uint64_t *stack)
{
    return registers_read(known.stack, stack);
}

bool registers_result(uint64_t *result)
{
    return registers_read(known.result, result);
}
