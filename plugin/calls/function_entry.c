/* SPDX-License-Identifier: GPL-2.0-or-later */
/* function_entry.c - see function_entry.h. */
#include "function_entry.h"

#include <pthread.h>
#include <stddef.h>
#include <string.h>

#include "guest_memory.h"
#include "plugin_recording.h"
#include "registers.h"

/* Where QEMU has them; written once, under the lock. */
static struct {
    pthread_mutex_t lock;
    bool is_tried;
    bool is_known;
    struct qemu_plugin_register *result;
    struct qemu_plugin_register *args[FUNCTION_ARGS];
    struct qemu_plugin_register *link;
    struct qemu_plugin_register *stack;
} known = {.lock = PTHREAD_MUTEX_INITIALIZER};

static bool find(const char *name, struct qemu_plugin_register **found)
{
    /* What is not in a register of this architecture is not missing. */
    if (name == NULL) {
        return true;
    }
    *found = registers_find(name);
    return *found != NULL;
}

static bool find_all(const struct guest_abi *abi)
{
    bool is_known = abi->stack != NULL && find(abi->stack, &known.stack) &&
                    find(abi->link, &known.link) &&
                    find(abi->result, &known.result);

    for (int i = 0; i < FUNCTION_ARGS; i++) {
        is_known = is_known && find(abi->args[i], &known.args[i]);
    }
    return is_known;
}

bool function_entry_prepare(void)
{
    bool is_known;

    pthread_mutex_lock(&known.lock);
    if (!known.is_tried) {
        known.is_tried = true;
        known.is_known = find_all(&plugin_recording.arch->abi);
    }
    is_known = known.is_known;
    pthread_mutex_unlock(&known.lock);
    return is_known;
}

/* The call has just stored it there, so that it is mapped. */
static uint64_t pushed_address(uint64_t stack)
{
    return guest_memory_number((const uint8_t *)(stack + guest_base),
                               plugin_recording.guest->bits / 8);
}

/* A function may have fewer arguments, and nothing be mapped behind them. */
static void read_stack_args(struct function_entry *entry)
{
    unsigned n = FUNCTION_ARGS;

    memset(entry->args, 0, sizeof(entry->args));
    while (n > 0 && !guest_memory_words(entry->stack, entry->args, n)) {
        n--;
    }
}

bool function_entry_read(struct function_entry *entry)
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
        read_stack_args(entry);
        return true;
    }
    for (int i = 0; i < FUNCTION_ARGS; i++) {
        if (!registers_read(known.args[i], &entry->args[i])) {
            return false;
        }
    }
    return true;
}

bool function_entry_stack(uint64_t *stack)
{
    return registers_read(known.stack, stack);
}

bool function_entry_result(uint64_t *result)
{
    return registers_read(known.result, result);
}
