/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * heap.c - calls of the functions that allocate and free.
 *
 * The first instruction of such a function has a callback that reads the
 * arguments and the return address.  Each block has a callback that runs only
 * while a call of this thread is pending, which costs a load and a comparison
 * otherwise; it looks whether the block is at the return address.  Such a
 * function may call others of them: only the outermost call is recorded.
 */
#include "heap.h"

#include <pthread.h>
#include <string.h>

#include "check.h"
#include "stamp_clock.h"
#include "compat.h"
#include "function_entry.h"
#include "guest_memory.h"
#include "plugin_recording.h"
#include "thread.h"

static const struct {
    const char *name;
    enum heap_call call;
} functions[] = {
#define HEAP_FUNCTION_ENTRY(name, call) {#name, HEAP_CALL_##call},
    HEAP_FUNCTIONS(HEAP_FUNCTION_ENTRY)
#undef HEAP_FUNCTION_ENTRY
};

/* The call that this thread is in. */
struct heap_pending {
    bool is_active;
    unsigned function; /* enum heap_function */
    uint64_t freed;    /* by a realloc, or 0 */
    struct function_entry entry;
};

static _Thread_local struct heap_pending pending;

/*
 * For each vCPU, 1 while a call of its thread is pending: QEMU tests it before
 * each block.  Writer: the thread of the vCPU.
 */
static struct qemu_plugin_number is_pending;

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void make_scoreboard(void)
{
    is_pending.score = qemu_plugin_scoreboard_new(sizeof(uint64_t));
}

const char *heap_check(void)
{
    if (!compat_has_registers()) {
        return "needs QEMU 9.1 or later, older ones do not tell "
               "registers where a function returns: tools/build-qemu builds "
               "one";
    }
    if (plugin_recording.arch->abi.stack == NULL) {
        return "is not possible: QEMU tells no registers of this architecture";
    }
    pthread_once(&once, make_scoreboard);
    return NULL;
}

static void set_pending(unsigned vcpu_index, bool is_active)
{
    pending.is_active = is_active;
    qemu_plugin_u64_set(is_pending, vcpu_index, is_active);
}

static void tell(unsigned vcpu_index, enum channel_message type,
                 const uint64_t *args, unsigned n_args, unsigned function)
{
    const char *name = functions[function].name;

    thread_attach(vcpu_index);
    /*
     * Before a free and after an allocation: what one thread frees and
     * another one gets is told in that order.
     */
    producer_stamp(plugin_recording.channel, plugin_thread.slot,
                   stamp_after(plugin_recording.channel), false);
    producer_message(plugin_recording.channel, plugin_thread.slot, type, args,
                     n_args, name, strlen(name));
}

static void tell_free(unsigned vcpu_index, uint64_t vaddr, uint64_t return_to,
                      unsigned function)
{
    const uint64_t args[] = {vaddr, return_to};

    if (vaddr != 0) {
        tell(vcpu_index, CHANNEL_MESSAGE_FREE, args, 2, function);
    }
}

static void tell_allocate(unsigned vcpu_index, uint64_t vaddr, uint64_t size)
{
    const uint64_t args[] = {vaddr, size, pending.entry.return_to};

    if (vaddr != 0) {
        tell(vcpu_index, CHANNEL_MESSAGE_ALLOCATE, args, 3, pending.function);
    }
}

/* Which bytes the pending call asked for; more than there are is no block. */
static uint64_t wanted_bytes(void)
{
    const uint64_t *args = pending.entry.args;
    uint64_t bytes;

    switch (functions[pending.function].call) {
    case HEAP_CALL_SIZE:
        return args[0];
    case HEAP_CALL_CALLOC:
        return __builtin_mul_overflow(args[0], args[1], &bytes) ? 0 : bytes;
    case HEAP_CALL_REALLOCS:
        return __builtin_mul_overflow(args[1], args[2], &bytes) ? 0 : bytes;
    case HEAP_CALL_TO_MEMORY:
        return args[2];
    default:
        return args[1];
    }
}

/* The pending call has returned. */
static void returned(unsigned vcpu_index)
{
    uint64_t result, size = wanted_bytes();

    set_pending(vcpu_index, false);
    if (functions[pending.function].call == HEAP_CALL_FREE) {
        return;
    }
    if (!function_entry_result(&result)) {
        plugin_recording_stop(CHANNEL_STOP_REGISTERS, 0);
        return;
    }
    if (functions[pending.function].call == HEAP_CALL_TO_MEMORY) {
        if ((uint32_t)result != 0 ||
            !guest_memory_words(pending.entry.args[0], &result, 1)) {
            return;
        }
    } else if (result == 0 && size != 0 && pending.freed != 0) {
        result = pending.freed;
        size = CHANNEL_KEPT_SIZE;
    }
    tell_allocate(vcpu_index, result, size);
}

/*
 * A block is about to run while a call is pending.  The stack tells it from
 * the same place in a deeper call; where it is above the place to return to,
 * the call was left by a longjmp or an exception.
 */
static void at_block(unsigned vcpu_index, void *userdata)
{
    bool is_known = false;
    uint64_t stack;

    if (pending.is_active) {
        is_known = function_entry_stack(&stack);
        if (!is_known) {
            plugin_recording_stop(CHANNEL_STOP_REGISTERS, 0);
        }
    }
    if (!is_known || stack > pending.entry.stack) {
        set_pending(vcpu_index, false);
    } else if ((uint64_t)(uintptr_t)userdata == pending.entry.return_to &&
               stack == pending.entry.stack) {
        returned(vcpu_index);
    }
}

static void at_entry(unsigned vcpu_index, void *userdata)
{
    unsigned function = (unsigned)(uintptr_t)userdata;
    struct function_entry entry;
    uint64_t freed = 0;

    if (pending.is_active) {
        return;
    }
    if (!function_entry_read(&entry)) {
        plugin_recording_stop(CHANNEL_STOP_REGISTERS, 0);
        return;
    }
    switch (functions[function].call) {
    case HEAP_CALL_FREE:
    case HEAP_CALL_REALLOC:
    case HEAP_CALL_REALLOCS:
        freed = entry.args[0];
        tell_free(vcpu_index, freed, entry.return_to, function);
        break;
    default:
        break;
    }
    check(function < HEAP_FUNCTION_COUNT, "the function is one of the list");
    pending = (struct heap_pending){
        .function = function, .freed = freed, .entry = entry};
    set_pending(vcpu_index, true);
}

void heap_watch_block(struct qemu_plugin_tb *tb)
{
    struct qemu_plugin_insn *first = qemu_plugin_tb_get_insn(tb, 0);

    qemu_plugin_register_vcpu_tb_exec_cond_cb(
        tb, at_block, QEMU_PLUGIN_CB_R_REGS, QEMU_PLUGIN_COND_NE, is_pending, 0,
        (void *)(uintptr_t)qemu_plugin_insn_vaddr(first));
}

void heap_watch_entry(struct qemu_plugin_insn *insn, unsigned function)
{
    if (function >= HEAP_FUNCTION_COUNT) {
        plugin_recording_stop(CHANNEL_STOP_DAMAGED, 0);
    } else if (!function_entry_prepare()) {
        plugin_recording_stop(CHANNEL_STOP_REGISTERS, 0);
    } else {
        qemu_plugin_register_vcpu_insn_exec_cb(
            insn, at_entry, QEMU_PLUGIN_CB_R_REGS, (void *)(uintptr_t)function);
    }
}

void heap_thread_attached(unsigned vcpu_index)
{
    qemu_plugin_u64_set(is_pending, vcpu_index, 0);
}
