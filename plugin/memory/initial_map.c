/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * initial_map.c - the guest's mappings at its first instruction.
 *
 * QEMU and its guest share one address space, and nothing in the kernel's
 * list says whose a mapping is.  The guest's are found so: mapped since the
 * plugin was installed (before the image is loaded), not executable for the
 * host (QEMU executes no guest code in place), and next to a mapping that is
 * certainly the guest's: one of a file (QEMU maps no files of its own after
 * the plugins) or the stack, at whose top is the program's path.  The
 * addresses of a 32-bit guest are all reserved for it: what is there is its.
 *
 * QEMU 10.0 and later can be asked of each page, and are.
 */
#include "initial_map.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compat.h"
#include "file_notes.h"
#include "image.h"
#include "guest_map.h"
#include "guest_memory.h"
#include "pages.h"
#include "proc_maps.h"
#include "plugin_recording.h"
#include "task_names.h"
#include "thread.h"

#define COMMAND_LINE_BYTES (32u << 10)
#define STACK_SEARCH_BYTES (16u << 20)
#define STACK_TOP_BYTES (64u << 10)
#define LARGE_BYTES (1u << 30)

static struct proc_maps before; /* at installation; freed when compared */
static bool is_found;           /* set at the first translation */

int initial_map_prepare(void)
{
    return proc_maps_read(&before);
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

/* QEMU reserves all of a 32-bit guest's addresses, with pages of no use. */
static bool is_reserved_whole(void)
{
    return plugin_recording.guest->bits == 32;
}

static bool may_be_guests(const struct proc_mapping *mapping)
{
    if (is_reserved_whole() &&
        (mapping->start - guest_base > UINT32_MAX ||
         (mapping->inode == 0 && mapping->prot == PROT_NONE))) {
        return false;
    }
    return mapping->name[0] != '[' && !(mapping->prot & PROT_EXEC) &&
           mapping->start >= guest_base && !was_there(mapping);
}

/* The program that QEMU runs. */
struct program {
    const char *path; /* as QEMU was given it */
    uint64_t inode;
};

static bool is_mapped_file(const struct proc_maps *now, const char *path,
                           uint64_t *inode)
{
    struct stat st;

    if (stat(path, &st) != 0) {
        return false;
    }
    *inode = st.st_ino;
    for (size_t i = 0; i < now->n; i++) {
        if (now->list[i].inode == *inode && may_be_guests(&now->list[i])) {
            return true;
        }
    }
    return false;
}

/*
 * The argument of QEMU that names a file which is mapped by now.  (The API
 * function for it is missing in some builds of QEMU 10.0.)
 *
 * @line: of @size bytes, which program->path will point into
 * @n: set to how many of them QEMU's arguments take
 *
 * Return: whether there is one.
 */
static bool find_program(const struct proc_maps *now, char *line, size_t size,
                         struct program *program, ssize_t *n)
{
    int fd = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);

    *n = fd >= 0 ? read(fd, line, size - 1) : -1;
    if (fd >= 0) {
        close(fd);
    }
    if (*n <= 0) {
        return false;
    }
    line[*n] = '\0';
    for (const char *arg = line; arg < line + *n; arg += strlen(arg) + 1) {
        if (arg > line && is_mapped_file(now, arg, &program->inode)) {
            program->path = arg;
            return true;
        }
    }
    return false;
}

/*
 * Below the stack is a guard page, and at its very top QEMU put the path of
 * the program.  Small mappings of QEMU's for the guest may follow without a
 * seam; if what follows is large it is QEMU's own (10.0), and the stack ends
 * with the path.
 *
 * Return: the end, or 0 where it is no stack.
 */
static uint64_t stack_end(const struct proc_maps *maps, size_t i,
                          const char *path)
{
    const struct proc_mapping *mapping = &maps->list[i];
    uint64_t size = mapping->end - mapping->start;
    const char *found;
    uint64_t end;

    if (mapping->inode != 0 || i == 0 ||
        mapping->prot != (PROT_READ | PROT_WRITE) ||
        maps->list[i - 1].end != mapping->start ||
        maps->list[i - 1].prot != PROT_NONE) {
        return 0;
    }
    if (size > STACK_SEARCH_BYTES) {
        size = STACK_SEARCH_BYTES;
    }
    found = memmem((const void *)(mapping->end - size), size, path,
                   strlen(path) + 1);
    if (found == NULL) {
        return 0;
    }
    end = ((uint64_t)found + strlen(path) + PAGE_BYTES) & -PAGE_BYTES;
    return mapping->end - end > STACK_TOP_BYTES ? end : mapping->end;
}

static bool is_stack(const struct proc_maps *maps, size_t i, const char *path)
{
    return stack_end(maps, i, path) != 0;
}

static void add(const struct proc_mapping *mapping, bool is_guest_stack)
{
    struct mapped_file file = {0};

    if (mapping->inode != 0) {
        file_notes_add_path(mapping->name, mapping->inode);
        file = mapped_file_named(mapping->name, mapping->inode);
    }
    guest_map_add(mapping->start - guest_base, mapping->end - mapping->start,
                  mapping->prot, mapping->inode != 0 ? 0 : MAP_ANONYMOUS,
                  mapping->offset, is_guest_stack ? "[stack]" : mapping->name,
                  &file);
}

/* QEMU 10 may put the stack where a mapping of its own was meanwhile. */
static bool is_candidate(const struct proc_maps *maps, size_t i,
                         const char *path)
{
    return may_be_guests(&maps->list[i]) ||
           (maps->list[i].start >= guest_base && is_stack(maps, i, path));
}

/*
 * Add the runs of adjacent candidates that hold one that is certain.
 * Return: whether the stack is among them.
 */
static bool add_guests(const struct proc_maps *now, const char *path)
{
    bool has_stack = false;
    size_t i = 0;

    while (i < now->n) {
        bool is_certain = is_reserved_whole();
        size_t end = i;

        while (end < now->n && is_candidate(now, end, path) &&
               (end == i || now->list[end].start == now->list[end - 1].end)) {
            is_certain |= now->list[end].inode != 0 || is_stack(now, end, path);
            end++;
        }
        for (size_t k = i; is_certain && k < end; k++) {
            struct proc_mapping mapping = now->list[k];
            uint64_t stack = stack_end(now, k, path);

            mapping.end = stack != 0 ? stack : mapping.end;
            has_stack |= stack != 0;
            add(&mapping, stack != 0);
        }
        i = end > i ? end : i + 1;
    }
    return has_stack;
}

/* Of what QEMU had from the start and is too large to ask of every page. */
static uint64_t end_of_large(uint64_t host)
{
    for (size_t i = 0; i < before.n; i++) {
        const struct proc_mapping *mapping = &before.list[i];

        if (mapping->end - mapping->start >= LARGE_BYTES &&
            mapping->start <= host && host < mapping->end) {
            return mapping->end;
        }
    }
    return 0;
}

/* Up to where all pages are the guest's, or none is. */
static uint64_t end_of_run(const struct proc_mapping *mapping, uint64_t start,
                           bool is_guests)
{
    uint64_t at = start;

    while (at < mapping->end) {
        uint64_t large = end_of_large(at);

        if ((large == 0 && compat_is_guest_page(at - guest_base)) !=
            is_guests) {
            break;
        }
        at = large != 0 ? large : at + PAGE_BYTES;
    }
    return at < mapping->end ? at : mapping->end;
}

static bool is_unchanged(const struct proc_mapping *mapping)
{
    for (size_t i = 0; i < before.n; i++) {
        if (before.list[i].start == mapping->start &&
            before.list[i].end == mapping->end) {
            return true;
        }
    }
    return false;
}

/* Can a part of it be the guest's, with QEMU's own next to that? */
static bool may_have_guests(const struct proc_mapping *mapping)
{
    if (mapping->start < guest_base || (mapping->prot & PROT_EXEC) ||
        is_unchanged(mapping)) {
        return false;
    }
    return !is_reserved_whole() || (mapping->start - guest_base <= UINT32_MAX &&
                                    mapping->prot != PROT_NONE);
}

/*
 * Add what QEMU itself says is the guest's.
 * Return: whether the stack is a part of it.
 */
static bool add_known(const struct proc_maps *now, const char *path)
{
    bool has_stack = false;

    for (size_t i = 0; i < now->n; i++) {
        struct proc_mapping part = now->list[i];
        bool is_guests = false;

        if (!may_have_guests(&part)) {
            continue;
        }
        while (part.start < now->list[i].end) {
            part.end = end_of_run(&now->list[i], part.start, is_guests);
            if (is_guests) {
                add(&part, is_stack(now, i, path));
                has_stack |= is_stack(now, i, path);
            }
            part.start = part.end;
            is_guests = !is_guests;
        }
    }
    return has_stack;
}

/*
 * How far from where the file says the image was loaded.
 * Return: whether that is known.
 */
static bool find_bias(const struct proc_maps *now,
                      const struct program *program, const struct image *image,
                      uint64_t *bias)
{
    uint64_t vaddr = image->first_vaddr & -PAGE_BYTES;
    uint64_t offset = image->first_offset & -PAGE_BYTES;

    *bias = 0;
    if (!image->is_relocatable) {
        return true;
    }
    for (size_t i = 0; i < now->n; i++) {
        const struct proc_mapping *mapping = &now->list[i];

        if (mapping->inode == program->inode && mapping->offset == offset &&
            may_be_guests(mapping)) {
            *bias = mapping->start - guest_base - vaddr;
            return true;
        }
    }
    return false;
}

/* Where QEMU was started by hand, its user sees what is taken for writable. */
static void say_segments(const char *file, const struct image *image,
                         uint64_t bias)
{
    char line[640 + 40 * IMAGE_SEGMENTS];
    int length = snprintf(line, sizeof(line),
                          "memtrace: %.512s: writable ELF segments%s", file,
                          image->n_writable == 0 ? " none" : "");

    for (unsigned i = 0; i < image->n_writable; i++) {
        uint64_t start = image->writable[i].vaddr + bias;

        length +=
            snprintf(line + length, sizeof(line) - length, " 0x%llx-0x%llx",
                     (unsigned long long)start,
                     (unsigned long long)(start + image->writable[i].size));
    }
    dprintf(STDERR_FILENO, "%s\n", line);
}

/*
 * The image's writable segments: they are writable even where QEMU has
 * write-protected a page for the code that it translated from there.
 */
static void add_image(const struct proc_maps *now,
                      const struct program *program)
{
    const struct plugin_recording *r = &plugin_recording;
    /* What the user names may be a copy. */
    const char *file = r->options.elf != NULL ? r->options.elf : program->path;
    struct image image;
    uint64_t bias;

    if (image_read(file, r->guest->elf_machine, &image) != NULL) {
        plugin_recording_stop(CHANNEL_STOP_IMAGE, 0);
        return;
    }
    if (!find_bias(now, program, &image, &bias)) {
        plugin_recording_stop(CHANNEL_STOP_PROGRAM, 0);
        return;
    }
    guest_map_guess_brk(image.end + bias);
    for (unsigned i = 0; i < image.n_writable; i++) {
        uint64_t start = image.writable[i].vaddr + bias;
        uint64_t size = image.writable[i].size;

        pages_set_region(start, size, SELECTION_DATA);
        pages_set(start, size, true);
    }
    if (r->channel->is_detached) {
        say_segments(file, &image, bias);
    }
}

/* All that is the guest's by now, from the kernel's list. */
static void add_all(const struct proc_maps *now)
{
    char line[COMMAND_LINE_BYTES];
    struct program program;
    bool has_stack;
    ssize_t n;

    if (!find_program(now, line, sizeof(line), &program, &n)) {
        plugin_recording_stop(CHANNEL_STOP_PROGRAM, 0);
        return;
    }
    task_names_program(line, n, program.path);
    has_stack = compat_knows_pages() ? add_known(now, program.path)
                                     : add_guests(now, program.path);
    if (!has_stack) {
        plugin_recording_stop(CHANNEL_STOP_STACK, 0);
    }
    add_image(now, &program);
}

void initial_map_find(struct qemu_plugin_tb *tb)
{
    struct qemu_plugin_insn *insn;
    struct proc_maps now;

    if (is_found) {
        return;
    }
    is_found = true;
    insn = qemu_plugin_tb_get_insn(tb, 0);
    guest_base =
        (uint64_t)qemu_plugin_insn_haddr(insn) - qemu_plugin_insn_vaddr(insn);
    thread_attach(0);
    if (proc_maps_read(&now) == 0) {
        add_all(&now);
        proc_maps_free(&now);
    } else {
        plugin_recording_stop(CHANNEL_STOP_MAPPINGS, errno);
    }
    proc_maps_free(&before);
}
