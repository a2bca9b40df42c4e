/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest.h - the facts about each guest architecture, from guest_rows.h.
 *
 * What its instructions do only the plugin knows: plugin/arch.  Its system
 * calls are in guest_calls.h.
 */
#ifndef GUEST_H
#define GUEST_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct guest_clone_order - where the arguments of clone() are; see clone(2)
 * @flags, @stack, @word, @tls: numbers of arguments, from 0; @word is the one
 *                              that the kernel clears when the thread ends
 * @has_tls_behind: the argument points to a structure that has the thread
 *                  pointer
 */
struct guest_clone_order {
    uint8_t flags, stack, word, tls;
    bool has_tls_behind;
};

/**
 * struct guest_tls - where the first thread-local block is
 * @is_below: it ends at the thread pointer (variant II)
 * @header_bytes: otherwise, what stands between the thread pointer and it
 * @bias_bytes: what the thread pointer is higher by than what it points to
 */
struct guest_tls {
    bool is_below;
    uint8_t header_bytes;
    uint16_t bias_bytes;
};

/**
 * struct guest_cpu - the CPU for QEMUs that do not show all that their default
 *                    CPU does
 * @name: for -cpu; NULL: no such QEMU
 * @until_version: for QEMUs below this major version
 */
struct guest_cpu {
    const char *name;
    int until_version;
};

#define GUEST_CPUS 2
#define GUEST_CPU_FOR_ALL INT_MAX

struct guest_numbers;

/**
 * struct guest - a guest architecture
 * @name: QEMU's name of the target
 * @bits: size of an address and of a register
 * @is_big_endian: of its data
 * @elf_machine: EM_ of its ELF files
 * @calls: its system calls
 * @stat_bytes: size of what its stat fills in, stat64 where it has 32 bits
 * @sigaction_bytes, @epoll_event_bytes: of these of its kernel
 * @has_wide_ioctl_direction: 3 bits of an ioctl's number tell the direction
 * @has_mmap_in_memory: the arguments of its mmap are words in memory
 * @map_anonymous: its MAP_ANONYMOUS
 * @sigchld: its SIGCHLD
 * @has_marked_code: bit 0 of a function's address is a mark, no address
 * @clone: order of the arguments
 * @tls: where thread-local data is
 * @cpus: the first that is for the QEMU holds; none: its default is right
 * @scans: does an instruction load to compare vectors, as strlen() does? NULL:
 *         not known
 */
struct guest {
    const char *name;
    unsigned bits;
    bool is_big_endian;
    unsigned elf_machine;
    const struct guest_numbers *calls;
    uint16_t stat_bytes;
    uint16_t sigaction_bytes;
    uint16_t epoll_event_bytes;
    bool has_wide_ioctl_direction;
    bool has_mmap_in_memory;
    int map_anonymous;
    int sigchld;
    bool has_marked_code;
    struct guest_clone_order clone;
    struct guest_tls tls;
    struct guest_cpu cpus[GUEST_CPUS];
    bool (*scans)(const uint8_t *bytes, size_t size);
};

/** guest_list() - Return: the i-th architecture, or NULL at the end. */
const struct guest *guest_list(size_t i);

/**
 * guest_find() - an architecture by its name
 * @name: QEMU's, as traces have it; NULL is none
 *
 * Return: the architecture, or NULL.
 */
const struct guest *guest_find(const char *name);

/**
 * guest_of_elf() - the architecture that an ELF file is for
 * @machine: e_machine
 * @ident: e_ident, of which class and byte order are read
 *
 * Return: the architecture, or NULL.
 */
const struct guest *guest_of_elf(unsigned machine, const unsigned char *ident);

/**
 * guest_cpu_for() - the CPU that a guest is given where the user names none
 * @qemu_version: the major version of the QEMU that runs it
 *
 * Return: for -cpu, or NULL: QEMU's default.
 */
const char *guest_cpu_for(const struct guest *guest, int qemu_version);

/**
 * struct guest_clone - what a call asks for that starts a thread
 * @flags: CLONE_ flags
 * @stack: end of the new thread's stack; 0: it is a copy of the caller's
 * @tls: its thread pointer, as the architecture has it; 0: the caller's, or
 *       not told by the arguments
 * @word: address of what the kernel clears and wakes when the thread ends; 0:
 *        nothing
 */
struct guest_clone {
    uint64_t flags, stack, tls, word;
};

/**
 * guest_clone_read() - read the arguments of clone()
 * @guest: NULL, of an unknown architecture: as most have them
 * @args: the call's, 5 of them
 */
void guest_clone_read(const struct guest *guest, const uint64_t *args,
                      struct guest_clone *clone);

/**
 * guest_clone_has_block() - is the thread's control block in the memory that
 * its stack is in, above that?
 * @guest: as above
 * @vaddr, @size: the mapping
 */
bool guest_clone_has_block(const struct guest *guest,
                           const struct guest_clone *clone, uint64_t vaddr,
                           uint64_t size);

/**
 * guest_clone_stack_start() - where in its mapping the thread's stack begins
 *
 * Memory that ends where the stack does, or has the control block above, was
 * mapped for the thread: all below is the stack.  In the middle of other
 * memory, such as Go's heap, no more is taken for it than Go gives a thread.
 */
uint64_t guest_clone_stack_start(const struct guest *guest,
                                 const struct guest_clone *clone,
                                 uint64_t vaddr, uint64_t size);

#endif /* GUEST_H */
