/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * elf_identity.h - which program or library a file is: noted when it is mapped,
 * and asked again before its names are believed.
 *
 * The build-id tells.  Of a file without one, a hash of what is in it does.
 */
#ifndef ELF_IDENTITY_H
#define ELF_IDENTITY_H

#include <stdbool.h>
#include <stdint.h>

struct stat;

#define ELF_IDENTITY_BYTES 64 /* of a build-id, at most */
#define ELF_IDENTITY_TEXT (2 * ELF_IDENTITY_BYTES + 1)

/* Of a file that is larger than twice that, so much at each end is hashed. */
#define ELF_IDENTITY_HASHED (UINT64_C(32) << 20)

/**
 * struct elf_identity - what tells a file from others of its name
 * @build_id: in hexadecimal, "" where it has none
 * @content: hash of what is in the file where it has no build-id, else 0
 */
struct elf_identity {
    char build_id[ELF_IDENTITY_TEXT];
    uint64_t content;
};

/**
 * elf_identity_read() - which file a descriptor is open on
 * @st: of the descriptor
 *
 * Reads at offsets; where the descriptor stands is left alone.
 *
 * Return: false where it is no ELF file, cannot be read, or memory is short.
 */
bool elf_identity_read(int fd, const struct stat *st,
                       struct elf_identity *identity);

/** elf_identity_time() - Return: when it was written to last, in ns. */
uint64_t elf_identity_time(const struct stat *st);

#endif /* ELF_IDENTITY_H */
