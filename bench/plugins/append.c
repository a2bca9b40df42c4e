/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * append.c - what keeping an access costs before anything is done with it:
 * 12 bytes of each go to a buffer of the vCPU's own, over and over, and are
 * thrown away.  No recorder whose callback writes accesses down can be faster.
 */
#include <stdlib.h>

#include "plugin_api.h"

#define MAX_VCPUS 65536u
#define BUFFER_ENTRIES 4096u

struct entry {
    uint64_t vaddr;
    uint32_t tag;
} __attribute__((packed));

/* A vCPU's, in a cache line of its own; writer: the vCPU. */
struct buffer {
    _Alignas(64) struct entry *next;
    struct entry *end;
    struct entry *start;
};

static struct buffer buffers[MAX_VCPUS];

static __attribute__((noinline)) void start_anew(struct buffer *buffer)
{
    if (!buffer->start) {
        buffer->start = malloc(BUFFER_ENTRIES * sizeof(*buffer->start));
        if (!buffer->start) {
            abort();
        }
        buffer->end = buffer->start + BUFFER_ENTRIES;
    }
    buffer->next = buffer->start;
}

static void on_access(unsigned vcpu_index, uint32_t info, uint64_t vaddr,
                      void *udata)
{
    struct buffer *buffer = &buffers[vcpu_index];

    if (__builtin_expect(buffer->next == buffer->end, 0)) {
        start_anew(buffer);
    }
    buffer->next->vaddr = vaddr;
    buffer->next->tag = (uint32_t)(uintptr_t)udata | (info >> 4 & 0xf);
    buffer->next++;
}

PLUGIN_OF_CALLBACK(on_access)
