/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dwarf_helpers.h - makes DWARF of one unit, entry by entry, and has libdw read
 * it.  Each entry has an abbreviation of its own.
 */
#ifndef DWARF_HELPERS_H
#define DWARF_HELPERS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <gelf.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MADE_BYTES 65536u
#define MADE_HEADER 11 /* of a unit of DWARF 4 */

/* What is made: the entries of a unit, and their abbreviations. */
struct made {
    uint8_t info[MADE_BYTES];
    size_t n_info;
    uint8_t abbrev[MADE_BYTES];
    size_t n_abbrev;
    unsigned code;
    int fd;
    Dwarf *dwarf;
};

static inline void made_byte(uint8_t *bytes, size_t *n, uint8_t byte)
{
    assert_true(*n < MADE_BYTES);
    bytes[(*n)++] = byte;
}

static inline void made_uleb(uint8_t *bytes, size_t *n, uint64_t number)
{
    do {
        made_byte(bytes, n, (uint8_t)((number & 0x7f) | (number > 0x7f) << 7));
        number >>= 7;
    } while (number);
}

static inline void made_le(uint8_t *bytes, size_t *n, uint64_t number,
                           unsigned size)
{
    for (unsigned i = 0; i < size; i++) {
        made_byte(bytes, n, (uint8_t)(number >> 8 * i));
    }
}

static inline void made_attribute(struct made *made, unsigned name,
                                  unsigned form)
{
    made_uleb(made->abbrev, &made->n_abbrev, name);
    made_uleb(made->abbrev, &made->n_abbrev, form);
}

/* An entry; its attributes follow, then made_end(). Return: its offset. */
static inline uint32_t made_entry(struct made *made, unsigned tag,
                                  bool has_children)
{
    uint32_t offset = (uint32_t)made->n_info;

    made_uleb(made->info, &made->n_info, ++made->code);
    made_uleb(made->abbrev, &made->n_abbrev, made->code);
    made_uleb(made->abbrev, &made->n_abbrev, tag);
    made_byte(made->abbrev, &made->n_abbrev, has_children);
    return offset;
}

static inline void made_end(struct made *made)
{
    made_attribute(made, 0, 0);
}

static inline void made_string(struct made *made, unsigned name,
                               const char *text)
{
    made_attribute(made, name, DW_FORM_string);
    do {
        made_byte(made->info, &made->n_info, (uint8_t)*text);
    } while (*text++);
}

static inline void made_number(struct made *made, unsigned name,
                               uint64_t number)
{
    made_attribute(made, name, DW_FORM_udata);
    made_uleb(made->info, &made->n_info, number);
}

static inline void made_signed(struct made *made, unsigned name, int64_t number)
{
    made_attribute(made, name, DW_FORM_sdata);
    /* One byte is enough here. */
    assert_true(number >= -64 && number < 64);
    made_byte(made->info, &made->n_info, (uint8_t)(number & 0x7f));
}

static inline void made_address(struct made *made, unsigned name,
                                uint64_t address)
{
    made_attribute(made, name, DW_FORM_addr);
    made_le(made->info, &made->n_info, address, 8);
}

static inline void made_flag(struct made *made, unsigned name)
{
    made_attribute(made, name, DW_FORM_flag_present);
}

/* A reference to an entry of the unit. Return: where it stands. */
static inline size_t made_ref(struct made *made, unsigned name, uint32_t entry)
{
    made_attribute(made, name, DW_FORM_ref4);
    made_le(made->info, &made->n_info, entry, 4);
    return made->n_info - 4;
}

/* To an entry that was made later. */
static inline void made_patch(struct made *made, size_t at, uint32_t entry)
{
    for (unsigned i = 0; i < 4; i++) {
        made->info[at + i] = (uint8_t)(entry >> 8 * i);
    }
}

/* After the last child of an entry that has children. */
static inline void made_close(struct made *made)
{
    made_byte(made->info, &made->n_info, 0);
}

/* The unit itself, of a language, 0: none; it is open for children. */
static inline void made_begin_in(struct made *made, unsigned language)
{
    memset(made, 0, sizeof(*made));
    made->fd = -1;
    made->n_info = MADE_HEADER;
    made_entry(made, DW_TAG_compile_unit, true);
    if (language) {
        made_number(made, DW_AT_language, language);
    }
    made_end(made);
}

static inline void made_begin(struct made *made)
{
    made_begin_in(made, 0);
}

static inline void made_section(Elf *elf, uint32_t name, uint32_t type,
                                void *bytes, size_t size)
{
    Elf_Scn *section = elf_newscn(elf);
    Elf_Data *data = elf_newdata(section);
    GElf_Shdr header;

    data->d_buf = bytes;
    data->d_size = size;
    data->d_align = 1;
    gelf_getshdr(section, &header);
    header.sh_name = name;
    header.sh_type = type;
    assert_true(gelf_update_shdr(section, &header) != 0);
}

/* All is made: libdw reads it. Return: the unit's entry. */
static inline Dwarf_Die made_read(struct made *made)
{
    static char names[] = "\0.debug_info\0.debug_abbrev\0.shstrtab";
    size_t n = 0;
    GElf_Ehdr header;
    Dwarf_Die unit;
    Elf *elf;

    made_close(made);
    made_byte(made->abbrev, &made->n_abbrev, 0);
    made_le(made->info, &n, made->n_info - 4, 4);
    made_le(made->info, &n, 4, 2); /* version */
    made_le(made->info, &n, 0, 4); /* of the abbreviations */
    made_le(made->info, &n, 8, 1); /* bytes of an address */
    elf_version(EV_CURRENT);
    made->fd = memfd_create("made", MFD_CLOEXEC);
    assert_true(made->fd >= 0);
    elf = elf_begin(made->fd, ELF_C_WRITE, NULL);
    assert_non_null(elf);
    assert_true(gelf_newehdr(elf, ELFCLASS64) != NULL);
    gelf_getehdr(elf, &header);
    header.e_ident[EI_DATA] = ELFDATA2LSB;
    header.e_type = ET_EXEC;
    header.e_machine = EM_X86_64;
    header.e_version = EV_CURRENT;
    header.e_shstrndx = 3;
    gelf_update_ehdr(elf, &header);
    made_section(elf, 1, SHT_PROGBITS, made->info, made->n_info);
    made_section(elf, 13, SHT_PROGBITS, made->abbrev, made->n_abbrev);
    made_section(elf, 27, SHT_STRTAB, names, sizeof(names));
    assert_true(elf_update(elf, ELF_C_WRITE) > 0);
    elf_end(elf);
    made->dwarf = dwarf_begin(made->fd, DWARF_C_READ);
    assert_non_null(made->dwarf);
    assert_true(dwarf_offdie(made->dwarf, MADE_HEADER, &unit) != NULL);
    return unit;
}

/* Return: the entry that made_entry() gave that offset. */
static inline Dwarf_Die made_at(struct made *made, uint32_t offset)
{
    Dwarf_Die die;

    assert_true(dwarf_offdie(made->dwarf, offset, &die) != NULL);
    return die;
}

static inline void made_free(struct made *made)
{
    dwarf_end(made->dwarf);
    close(made->fd);
}

#endif /* DWARF_HELPERS_H */
