/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hidden.c - accesses that QEMU does not report, worked out from registers:
 * aarch64's DC ZVA, which zeroes a block of memory.
 *
 * The size of a block depends on the CPU that QEMU emulates, and QEMU tells it
 * to the guest alone.  A guest that zeroes blocks reads it from DCZID_EL0
 * first, and the plugin reads that result.  A block that is zeroed before is
 * counted as not shown.
 *
 * The callback runs before the instruction.  If the instruction faults, its
 * accesses are in the trace nevertheless.
 */
#include "hidden.h"

#include <pthread.h>

#include "access_inline.h"
#include "compat.h"
#include "registers.h"
#include "thread.h"

#define PIECE_LOG 4 /* log2 of the bytes of what is recorded as one store */
#define PIECE_BYTES (1u << PIECE_LOG)

/*
 * The size of a block; 0 until the guest has read it.  Writer: any thread that
 * reads it; all read the same.
 */
static _Atomic(uint64_t) block_bytes;

/*
 * Registers that hold addresses of blocks.  The userdata of a callback has room
 * for a place in this list, and none for a handle.  Writer: whoever holds the
 * lock, at translation; an entry is constant once it is there.
 */
#define MAX_REGISTERS 256
static struct qemu_plugin_register *registers[MAX_REGISTERS];
static unsigned n_registers;
static pthread_mutex_t registers_lock = PTHREAD_MUTEX_INITIALIZER;

#define ABOUT_REGISTER_SHIFT 32
#define ABOUT_KIND_SHIFT 40

static void learn_block_size(unsigned vcpu_index, void *userdata)
{
    uint64_t value;

    (void)vcpu_index;
    if (registers_read(userdata, &value)) {
        atomic_store(&block_bytes,
                     plugin_recording.arch->hidden_block_bytes(value));
    }
}

static void put_store(unsigned vcpu_index, uint64_t vaddr, uint32_t tag)
{
    const uint64_t zeroes[2] = {0, 0};

    if (!is_wanted(vcpu_index, vaddr, tag)) {
        return;
    }
    if (plugin_recording.options.asked.values) {
        producer_put_valued(plugin_recording.channel, plugin_thread.slot, vaddr,
                            tag, zeroes, 2);
    } else {
        producer_put(plugin_recording.channel, plugin_thread.slot, vaddr, tag);
    }
}

static void zero_block(unsigned vcpu_index, void *userdata)
{
    uint64_t about = (uint64_t)(uintptr_t)userdata;
    struct qemu_plugin_register *address =
        registers[about >> ABOUT_REGISTER_SHIFT & (MAX_REGISTERS - 1)];
    uint64_t size = atomic_load_explicit(&block_bytes, memory_order_relaxed);
    uint64_t vaddr;

    if (size < PIECE_BYTES || !registers_read(address, &vaddr)) {
        atomic_fetch_add(
            &plugin_recording.channel->unseen[about >> ABOUT_KIND_SHIFT], 1);
        return;
    }
    thread_attach(vcpu_index);
    vaddr &= -size;
    for (uint64_t at = 0; at < size; at += PIECE_BYTES) {
        put_store(vcpu_index, vaddr + at, (uint32_t)about);
    }
}

/* Its place in the list. Return: MAX_REGISTERS where there is none. */
static unsigned place_of(struct qemu_plugin_register *wanted)
{
    unsigned i;

    pthread_mutex_lock(&registers_lock);
    for (i = 0; i < n_registers && registers[i] != wanted; i++) {
    }
    if (i == n_registers && i < MAX_REGISTERS) {
        registers[n_registers++] = wanted;
    }
    pthread_mutex_unlock(&registers_lock);
    return i;
}

static bool watch_zeroing(struct qemu_plugin_insn *insn,
                          struct qemu_plugin_register *address, uint32_t tag,
                          unsigned kind)
{
    uint64_t place = place_of(address);

    if (place == MAX_REGISTERS) {
        return false;
    }
    qemu_plugin_register_vcpu_insn_exec_cb(
        insn, zero_block, QEMU_PLUGIN_CB_R_REGS,
        (void *)(uintptr_t)(tag | CHANNEL_TAG_STORE | PIECE_LOG |
                            place << ABOUT_REGISTER_SHIFT |
                            (uint64_t)kind << ABOUT_KIND_SHIFT));
    return true;
}

/* What of an instruction can be worked out, and its register. */
static enum guest_hidden_kind find(const uint8_t *data, size_t size,
                                   struct qemu_plugin_register **found)
{
    struct guest_hidden hidden = plugin_recording.arch->hidden(data, size);

    if (hidden.kind == GUEST_HIDDEN_NOTHING) {
        return GUEST_HIDDEN_NOTHING;
    }
    *found = registers_find(hidden.name);
    return *found == NULL ? GUEST_HIDDEN_NOTHING : hidden.kind;
}

static bool can_work_out(void)
{
    return plugin_recording.arch->hidden != NULL && compat_has_registers();
}

void hidden_learn(struct qemu_plugin_insn *insn, struct qemu_plugin_insn *next)
{
    struct qemu_plugin_register *found;
    uint8_t data[COMPAT_INSN_BYTES];

    if (next != NULL && can_work_out() &&
        find(data, compat_insn_bytes(insn, data), &found) ==
            GUEST_HIDDEN_BLOCK_SIZE) {
        qemu_plugin_register_vcpu_insn_exec_cb(next, learn_block_size,
                                               QEMU_PLUGIN_CB_R_REGS, found);
    }
}

bool hidden_watch(struct qemu_plugin_insn *insn, const uint8_t *data,
                  size_t size, uint32_t tag, unsigned kind)
{
    struct qemu_plugin_register *found;

    return can_work_out() &&
           find(data, size, &found) == GUEST_HIDDEN_ZEROED_BLOCK &&
           watch_zeroing(insn, found, tag, kind);
}
