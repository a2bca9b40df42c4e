/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ifuncs.c - functions that a resolver chooses as the program starts (IFUNC):
 * all that it may choose.
 *
 * The symbol is the resolver's.  What it may return are addresses that its code
 * makes, by the instructions that compilers make them with, and at which a
 * function starts: one that the unwinding table or the symbol table has.
 */
#include <string.h>

#include "file_parts.h"

#define RESOLVER_BYTES 4096
#define TABLE_BYTES (16u << 20)
#define CHOICES_MAX 64
#define HDR_SORTED 0x3b /* of .eh_frame_hdr: pairs of 4 bytes, from its start  \
                         */
#define HDR_ENTRY 8

struct resolver {
    struct symbols_file *file;
    uint64_t address;
    const uint8_t *code;
    size_t size;
    const uint8_t *starts; /* of functions, sorted: .eh_frame_hdr's table */
    size_t n_starts;
    uint64_t starts_from; /* what they are counted from */
    uint64_t base;        /* of the global offset table */
    uint64_t choices[CHOICES_MAX];
    size_t n_choices;
};

static uint32_t number(const struct symbols_file *file, const uint8_t *bytes)
{
    uint32_t value = 0;

    for (unsigned i = 0; i < 4; i++) {
        value = value << 8 | bytes[file->is_big_endian ? i : 3 - i];
    }
    return value;
}

static int64_t signed_part(uint64_t value, unsigned bits)
{
    return (int64_t)(value << (64 - bits)) >> (64 - bits);
}

static uint64_t start_at(const struct resolver *resolver, size_t i)
{
    return resolver->starts_from +
           (uint64_t)signed_part(
               number(resolver->file, resolver->starts + i * HDR_ENTRY), 32);
}

/* Return: the end of the function that starts there, 0 where none does. */
static uint64_t end_of(const struct resolver *resolver, uint64_t address)
{
    const struct intervals *code = &resolver->file->table.kinds[SYMBOL_CODE];
    size_t low = 0;
    size_t high = resolver->n_starts;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (start_at(resolver, middle) < address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low + 1 < resolver->n_starts && start_at(resolver, low) == address) {
        return start_at(resolver, low + 1);
    }
    for (size_t i = 0; i < code->n; i++) {
        if (code->array[i].start == address) {
            return code->array[i].end;
        }
    }
    return 0;
}

static void choose(struct resolver *resolver, uint64_t address)
{
    bool is_new = address != resolver->address;

    for (size_t i = 0; i < resolver->n_choices; i++) {
        is_new &= resolver->choices[i] != address;
    }
    if (is_new && resolver->n_choices < CHOICES_MAX &&
        end_of(resolver, address) > address) {
        resolver->choices[resolver->n_choices++] = address;
    }
}

/* lea from the instruction pointer, or a base; mov of a constant. */
static void scan_x86(struct resolver *resolver)
{
    bool is_64 = resolver->file->guest->bits == 64;
    const uint8_t *code = resolver->code;

    for (size_t i = 0; i + 6 <= resolver->size; i++) {
        uint64_t number_2 = number(resolver->file, code + i + 2);
        bool is_lea = code[i] == 0x8d;

        if (is_lea && is_64 && (code[i + 1] & 0xc7) == 0x05) {
            choose(resolver, resolver->address + i + 6 +
                                 (uint64_t)signed_part(number_2, 32));
        } else if (is_lea && !is_64 && (code[i + 1] & 0xc0) == 0x80) {
            choose(resolver, (uint32_t)(resolver->base + number_2));
        }
        if ((code[i] & 0xf8) == 0xb8) {
            choose(resolver, number(resolver->file, code + i + 1));
        } else if (code[i] == 0xc7 && (code[i + 1] & 0xf8) == 0xc0) {
            choose(resolver, number_2);
        }
    }
}

/* adrp and add; adr. */
static void scan_aarch64(struct resolver *resolver)
{
    uint64_t pages[32] = {0};

    for (size_t i = 0; i + 4 <= resolver->size; i += 4) {
        uint32_t insn = number(resolver->file, resolver->code + i);
        uint64_t pc = resolver->address + i;
        uint64_t bits = (insn >> 5 & 0x7ffff) << 2 | (insn >> 29 & 3);

        if ((insn & 0x9f000000) == 0x90000000) {
            pages[insn & 31] = (pc & ~UINT64_C(0xfff)) +
                               ((uint64_t)signed_part(bits, 21) << 12);
            choose(resolver, pages[insn & 31]);
        } else if ((insn & 0x9f000000) == 0x10000000) {
            choose(resolver, pc + (uint64_t)signed_part(bits, 21));
        } else if ((insn & 0xffc00000) == 0x91000000) {
            choose(resolver, pages[insn >> 5 & 31] + (insn >> 10 & 0xfff));
        }
    }
}

/* addis from r2, and addi. */
static void scan_ppc64le(struct resolver *resolver)
{
    uint64_t high[32] = {0};

    high[2] = resolver->base + 0x8000;
    for (size_t i = 0; i + 4 <= resolver->size; i += 4) {
        uint32_t insn = number(resolver->file, resolver->code + i);
        unsigned to = insn >> 21 & 31;
        uint64_t from = high[insn >> 16 & 31];
        uint64_t value = (uint64_t)signed_part(insn & 0xffff, 16);

        if (insn >> 26 == 15 && (insn >> 16 & 31) == 2) {
            high[to] = from + (value << 16);
        } else if (insn >> 26 == 14 && from != 0) {
            choose(resolver, from + value);
        }
    }
}

/* larl. */
static void scan_s390x(struct resolver *resolver)
{
    for (size_t i = 0; i + 6 <= resolver->size; i += 2) {
        const uint8_t *code = resolver->code + i;

        if (code[0] == 0xc0 && (code[1] & 0x0f) == 0) {
            choose(resolver, resolver->address + i +
                                 2 * (uint64_t)signed_part(
                                         number(resolver->file, code + 2), 32));
        }
    }
}

static const struct {
    unsigned machine;
    void (*scan)(struct resolver *resolver);
} scans[] = {
    {EM_X86_64, scan_x86},    {EM_386, scan_x86},    {EM_AARCH64, scan_aarch64},
    {EM_PPC64, scan_ppc64le}, {EM_S390, scan_s390x},
};

static const uint8_t *bytes_at(const struct symbols_file *file,
                               uint64_t address, uint64_t size)
{
    struct symbols_range range = file_range(file, address, size);
    Elf_Data *data;

    if (range.offset == SYMBOLS_NO_OFFSET || range.offset > INT64_MAX) {
        return NULL;
    }
    data = elf_getdata_rawchunk(file->elf, (int64_t)range.offset, size,
                                ELF_T_BYTE);
    return data && data->d_size == size ? data->d_buf : NULL;
}

/* Where functions start, in the table for unwinding. */
static void find_starts(struct resolver *resolver)
{
    const struct symbols_file *file = resolver->file;
    const uint8_t *head;
    GElf_Phdr header;
    size_t n = 0;

    elf_getphdrnum(file->elf, &n);
    for (size_t i = 0; i < n; i++) {
        if (!gelf_getphdr(file->elf, (int)i, &header) ||
            header.p_type != PT_GNU_EH_FRAME || header.p_filesz < 12 ||
            header.p_filesz > TABLE_BYTES) {
            continue;
        }
        head = bytes_at(file, header.p_vaddr, header.p_filesz);
        if (head && head[0] == 1 && head[3] == HDR_SORTED) {
            uint64_t room = (header.p_filesz - 12) / HDR_ENTRY;
            uint64_t has = number(file, head + 8);

            resolver->starts = head + 12;
            resolver->n_starts = has < room ? has : room;
            resolver->starts_from = header.p_vaddr;
        }
    }
}

/* What i386 and ppc64le reach from: .got.plt, or else .got. */
static void find_base(struct resolver *resolver)
{
    Elf *elf = resolver->file->elf;
    Elf_Scn *section = NULL;
    size_t names;

    if (elf_getshdrstrndx(elf, &names) != 0) {
        return;
    }
    while ((section = elf_nextscn(elf, section)) != NULL) {
        GElf_Shdr header;
        const char *name = gelf_getshdr(section, &header)
                               ? elf_strptr(elf, names, header.sh_name)
                               : NULL;

        if (name && (strcmp(name, ".got.plt") == 0 ||
                     (strcmp(name, ".got") == 0 && resolver->base == 0))) {
            resolver->base = header.sh_addr;
        }
    }
}

int ifunc_each(struct symbols_file *file, const struct symbol *symbol,
               int (*each)(void *context, uint64_t start, uint64_t end),
               void *context)
{
    struct resolver resolver = {.file = file, .address = symbol->address};
    int result = 0;

    resolver.size = symbol->size_bytes < RESOLVER_BYTES ? symbol->size_bytes
                                                        : RESOLVER_BYTES;
    resolver.code = bytes_at(file, symbol->address, resolver.size);
    if (!file->guest || !resolver.code) {
        return 0;
    }
    find_starts(&resolver);
    find_base(&resolver);
    for (size_t i = 0; i < sizeof(scans) / sizeof(scans[0]); i++) {
        if (scans[i].machine == file->guest->elf_machine) {
            scans[i].scan(&resolver);
        }
    }
    for (size_t i = 0; result == 0 && i < resolver.n_choices; i++) {
        result = each(context, resolver.choices[i],
                      end_of(&resolver, resolver.choices[i]));
    }
    return result != 0 ? result : (int)resolver.n_choices;
}
