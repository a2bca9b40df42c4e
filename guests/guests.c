/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guests.c - see guest.h. */
#include "guest.h"

#include <elf.h>
#include <string.h>

#include "guest_numbers.h"
#include "scans.h"

#define GUEST(name, ...) extern const struct guest_numbers guest_numbers_##name;
#include "guest_rows.h"
#undef GUEST

#define GUEST(id, ...) {.name = #id, .calls = &guest_numbers_##id, __VA_ARGS__},
static const struct guest guests[] = {
#include "guest_rows.h"
};
#undef GUEST

#define N_GUESTS (sizeof(guests) / sizeof(guests[0]))

const struct guest *guest_list(size_t i)
{
    return i < N_GUESTS ? &guests[i] : NULL;
}

const struct guest *guest_find(const char *name)
{
    for (size_t i = 0; name && i < N_GUESTS; i++) {
        if (!strcmp(guests[i].name, name)) {
            return &guests[i];
        }
    }
    return NULL;
}

const struct guest *guest_of_elf(unsigned machine, const unsigned char *ident)
{
    for (size_t i = 0; i < N_GUESTS; i++) {
        const struct guest *guest = &guests[i];
        unsigned class = guest->bits == 64 ? ELFCLASS64 : ELFCLASS32;
        unsigned data = guest->is_big_endian ? ELFDATA2MSB : ELFDATA2LSB;

        if (guest->elf_machine == machine && ident[EI_CLASS] == class &&
            ident[EI_DATA] == data) {
            return guest;
        }
    }
    return NULL;
}

const char *guest_cpu_for(const struct guest *guest, int qemu_version)
{
    for (size_t i = 0; i < GUEST_CPUS && guest->cpus[i].name; i++) {
        if (qemu_version < guest->cpus[i].until_version) {
            return guest->cpus[i].name;
        }
    }
    return NULL;
}

/* From <linux/sched.h>. */
#define CLONE_SETTLS 0x00080000u
#define CLONE_CHILD_CLEARTID 0x00200000u

/* What Go gives a thread for its scheduler, in the middle of its heap. */
#define BARE_STACK_BYTES (16u << 10)
#define PAGE_BYTES 4096u

void guest_clone_read(const struct guest *guest, const uint64_t *args,
                      struct guest_clone *clone)
{
    static const struct guest_clone_order most = {
        .flags = 0, .stack = 1, .tls = 3, .word = 4};
    const struct guest_clone_order *order = guest ? &guest->clone : &most;
    uint64_t flags = args[order->flags];
    bool has_tls = flags & CLONE_SETTLS && !order->has_tls_behind;

    *clone = (struct guest_clone){
        .flags = flags,
        .stack = args[order->stack],
        .tls = has_tls ? args[order->tls] : 0,
        .word = flags & CLONE_CHILD_CLEARTID ? args[order->word] : 0,
    };
}

bool guest_clone_has_block(const struct guest *guest,
                           const struct guest_clone *clone, uint64_t vaddr,
                           uint64_t size)
{
    uint64_t bias = guest ? guest->tls.bias_bytes : 0;

    if (guest && guest->clone.has_tls_behind) {
        return clone->flags & CLONE_SETTLS; /* where is not told */
    }
    return clone->tls >= clone->stack + bias &&
           clone->tls - bias - vaddr <= size;
}

uint64_t guest_clone_stack_start(const struct guest *guest,
                                 const struct guest_clone *clone,
                                 uint64_t vaddr, uint64_t size)
{
    uint64_t top = clone->stack - vaddr;

    return top <= BARE_STACK_BYTES || size - top < PAGE_BYTES ||
                   guest_clone_has_block(guest, clone, vaddr, size)
               ? vaddr
               : clone->stack - BARE_STACK_BYTES;
}
