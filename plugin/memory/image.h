/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * image.h - the guest's ELF file: what of it is writable.
 */
#ifndef PLUGIN_IMAGE_H
#define PLUGIN_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

#define IMAGE_SEGMENTS 16

/**
 * struct image - a program's ELF file
 * @writable: its writable segments as the file gives them, n_writable
 * @first_vaddr: p_vaddr of the first segment
 * @first_offset: and its place in the file
 * @end: where the last segment ends
 * @is_relocatable: ET_DYN: loaded somewhere else than the file says
 */
struct image {
    struct image_segment {
        uint64_t vaddr;
        uint64_t size;
    } writable[IMAGE_SEGMENTS];
    unsigned n_writable;
    uint64_t first_vaddr;
    uint64_t first_offset;
    uint64_t end;
    bool is_relocatable;
};

/**
 * image_read() - read the program headers of an ELF file
 * @path: the file
 * @elf_machine: what its EM_ must be
 * @image: filled on success
 *
 * Return: NULL, or what is wrong, in words.
 */
const char *image_read(const char *path, unsigned elf_machine,
                       struct image *image);

#endif /* PLUGIN_IMAGE_H */
