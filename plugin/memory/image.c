/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * image.c - the guest's ELF file, by libelf.
 */
#include "image.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <string.h>
#include <unistd.h>

/* Return: NULL, or what is wrong. */
static const char *read_segments(Elf *elf, size_t n, struct image *image)
{
    bool is_first = true;

    for (size_t i = 0; i < n; i++) {
        GElf_Phdr phdr;

        if (gelf_getphdr(elf, i, &phdr) == NULL) {
            return "an ELF file with program headers that cannot be read";
        }
        if (phdr.p_type != PT_LOAD || phdr.p_memsz == 0) {
            continue;
        }
        if (phdr.p_vaddr + phdr.p_memsz > image->end) {
            image->end = phdr.p_vaddr + phdr.p_memsz;
        }
        if (is_first) {
            image->first_vaddr = phdr.p_vaddr;
            image->first_offset = phdr.p_offset;
            is_first = false;
        }
        if (phdr.p_flags & PF_W) {
            if (image->n_writable == IMAGE_SEGMENTS) {
                return "an ELF file with too many writable segments";
            }
            image->writable[image->n_writable++] =
                (struct image_segment){phdr.p_vaddr, phdr.p_memsz};
        }
    }
    return NULL;
}

static const char *read_elf(Elf *elf, unsigned elf_machine, struct image *image)
{
    GElf_Ehdr header;
    size_t n;

    if (elf == NULL || elf_kind(elf) != ELF_K_ELF ||
        gelf_getehdr(elf, &header) == NULL) {
        return "not an ELF file";
    }
    if (header.e_machine != elf_machine) {
        return "an ELF file of another architecture";
    }
    if (header.e_type != ET_EXEC && header.e_type != ET_DYN) {
        return "an ELF file, but no program";
    }
    if (elf_getphdrnum(elf, &n) != 0 || n == 0) {
        return "an ELF file without program headers";
    }
    image->is_relocatable = header.e_type == ET_DYN;
    return read_segments(elf, n, image);
}

const char *image_read(const char *path, unsigned elf_machine,
                       struct image *image)
{
    const char *error;
    Elf *elf;
    int fd;

    *image = (struct image){0};
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return strerror(errno);
    }
    elf_version(EV_CURRENT);
    elf = elf_begin(fd, ELF_C_READ, NULL);
    error = read_elf(elf, elf_machine, image);
    elf_end(elf);
    close(fd);
    return error;
}
