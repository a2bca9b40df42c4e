/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest_memory.c - reading the guest's memory: by the kernel, which answers
 * where nothing is mapped instead of raising a signal.
 */
#include "guest_memory.h"

#include <errno.h>
#include <sys/uio.h>
#include <unistd.h>

#include "plugin_recording.h"

#define MAX_WORDS 6

uint64_t guest_base;

bool guest_memory_read(uint64_t vaddr, void *data, size_t size)
{
    struct iovec to = {data, size};
    struct iovec from = {(void *)(vaddr + guest_base), size};

    ssize_t n = process_vm_readv(getpid(), &to, 1, &from, 1, 0);

    /* Nothing is mapped there: the kernel says so to the guest as well. */
    if (n < 0 && errno != EFAULT) {
        plugin_recording_stop(CHANNEL_STOP_GUEST_MEMORY, errno);
    }
    return n == (ssize_t)size;
}

uint64_t guest_memory_number(const uint8_t *data, size_t size)
{
    bool is_big_endian = plugin_recording.guest->is_big_endian;
    uint64_t number = 0;

    for (size_t i = 0; i < size; i++) {
        number = number << 8 | data[is_big_endian ? i : size - 1 - i];
    }
    return number;
}

bool guest_memory_words(uint64_t vaddr, uint64_t *words, size_t n)
{
    size_t size = plugin_recording.guest->bits / 8;
    uint8_t data[MAX_WORDS * sizeof(uint64_t)];

    if (n > MAX_WORDS || !guest_memory_read(vaddr, data, n * size)) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        words[i] = guest_memory_number(data + i * size, size);
    }
    return true;
}
