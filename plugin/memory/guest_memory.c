/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest_memory.c - reading the guest's memory: by the kernel, which answers
 * where nothing is mapped instead of raising a signal.
 */
#include "guest_memory.h"

#include <sys/uio.h>
#include <unistd.h>

#include "plugin_recording.h"

#define MAX_WORDS 6

bool guest_memory_read(uint64_t vaddr, void *data, size_t size)
{
    struct iovec to = {data, size};
    struct iovec from = {(void *)(vaddr + plugin_recording.guest_base), size};

    return process_vm_readv(getpid(), &to, 1, &from, 1, 0) == (ssize_t)size;
}

bool guest_memory_words(uint64_t vaddr, uint64_t *words, size_t n)
{
    const struct guest *guest = plugin_recording.guest;
    size_t size = guest->bits / 8;
    uint8_t data[MAX_WORDS * sizeof(uint64_t)];

    if (n > MAX_WORDS || !guest_memory_read(vaddr, data, n * size)) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        uint64_t word = 0;

        for (size_t k = 0; k < size; k++) {
            size_t at = guest->is_big_endian ? k : size - 1 - k;

            word = word << 8 | data[i * size + at];
        }
        words[i] = word;
    }
    return true;
}
