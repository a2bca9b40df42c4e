/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * initial_map.c - the guest's mappings at its first instruction.
 *
 * QEMU and its guest share one address space, and nothing in the kernel's
 * list says whose a mapping is.  The guest's are found so: mapped since the
 * plugin was installed (before the image is loaded), not executable for the
 * host (QEMU executes no guest code in place), and next to a mapping that is
 * certainly the guest's: one of a file (QEMU maps no files of its own after
 * the plugins) or the stack, at whose top is the program's path.
 */
#include "initial_map.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "image.h"
#include "map_calls.h"
#include "pages.h"
#include "proc_maps.h"
#include "plugin_recording.h"
#include "thread.h"

#define STACK_TOP_BYTES (64u << 10)

static struct proc_maps before; /* at installation; freed when compared */
static uint64_t guest_base;
static bool is_found;

int initial_map_prepare(void)
{
    return proc_maps_read(&before);
}

uint64_t initial_map_guest_base(void)
{
    return guest_base;
}

static bool was_there(const struct proc_mapping *mapping)
{
    for (size_t i = 0; i < before.n; i++) {
        if (mapping->start < before.list[i].end &&
            before.list[i].start < mapping->end) {
            return true;
        }
    }
    return false;
}

static bool may_be_guests(const struct proc_mapping *mapping)
{
    return mapping->name[0] != '[' && !(mapping->prot & PROT_EXEC) &&
           mapping->start >= guest_base && !was_there(mapping);
}

/*
 * Below the stack is a guard page, and at its very top QEMU put the path of
 * the program.  Small mappings of QEMU's for the guest may follow without a
 * seam.
 */
static bool is_stack(const struct proc_maps *maps, size_t i, const char *path)
{
    const struct proc_mapping *mapping = &maps->list[i];
    uint64_t size = mapping->end - mapping->start;

    if (path == NULL || mapping->is_file || i == 0 ||
        mapping->prot != (PROT_READ | PROT_WRITE) ||
        maps->list[i - 1].end != mapping->start ||
        maps->list[i - 1].prot != PROT_NONE) {
        return false;
    }
    if (size > STACK_TOP_BYTES) {
        size = STACK_TOP_BYTES;
    }
    return memmem((const void *)(mapping->end - size), size, path,
                  strlen(path) + 1) != NULL;
}

static void add(const struct proc_mapping *mapping, bool is_guest_stack)
{
    mappings_add(mapping->start - guest_base, mapping->end - mapping->start,
                 mapping->prot, mapping->is_file ? 0 : MAP_ANONYMOUS,
                 mapping->offset,
                 is_guest_stack ? "[stack]" : mapping->name);
}

/* Add the runs of adjacent candidates that hold one that is certain. */
static void add_guests(const struct proc_maps *now, const char *path)
{
    size_t i = 0;

    while (i < now->n) {
        bool is_certain = false;
        size_t end = i;

        while (end < now->n && may_be_guests(&now->list[end]) &&
               (end == i ||
                now->list[end].start == now->list[end - 1].end)) {
            is_certain |=
                now->list[end].is_file || is_stack(now, end, path);
            end++;
        }
        for (size_t k = i; is_certain && k < end; k++) {
            add(&now->list[k], is_stack(now, k, path));
        }
        i = end > i ? end : i + 1;
    }
}

/*
 * The image's writable segments: said at the start where the plugin was
 * loaded by hand, and writable even where QEMU has write-protected a page for
 * the code that it translated from there.
 */
static void add_image(const char *path)
{
    const struct plugin_recording *r = &plugin_recording;
    const char *file = r->options.elf != NULL ? r->options.elf : path;
    struct image image;
    uint64_t bias = 0;
    const char *error;
    char line[1024];
    int length;

    if (file == NULL) {
        return;
    }
    error = image_read(file, r->arch->elf_machine, &image);
    if (error != NULL) {
        return;
    }
    if (image.is_relocatable) {
        bias = qemu_plugin_start_code() - image.first_code;
    }
    mappings_guess_brk(image.end + bias);
    length = snprintf(line, sizeof(line),
                      "memtrace: %.512s: writable ELF segments", file);
    for (unsigned i = 0; i < image.n_writable; i++) {
        uint64_t start = image.writable[i].vaddr + bias;
        uint64_t size = image.writable[i].size;

        pages_set(start, size, true);
        length += snprintf(line + length, sizeof(line) - length,
                           " 0x%llx-0x%llx", (unsigned long long)start,
                           (unsigned long long)(start + size));
    }
    if (r->channel->is_detached) {
        dprintf(STDERR_FILENO, "%s%s\n", line,
                image.n_writable == 0 ? " none" : "");
    }
}

void initial_map_find(struct qemu_plugin_tb *tb)
{
    struct qemu_plugin_insn *insn;
    struct proc_maps now;
    const char *path;

    if (is_found) {
        return;
    }
    is_found = true;
    insn = qemu_plugin_tb_get_insn(tb, 0);
    guest_base = (uint64_t)qemu_plugin_insn_haddr(insn) -
                 qemu_plugin_insn_vaddr(insn);
    thread_attach(0);
    path = qemu_plugin_path_to_binary();
    if (proc_maps_read(&now) == 0) {
        add_guests(&now, path);
        proc_maps_free(&now);
    }
    add_image(path);
    proc_maps_free(&before);
    free((char *)path);
}
