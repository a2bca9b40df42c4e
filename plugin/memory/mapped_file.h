/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mapped_file.h - which file is mapped: what tells its memory from that of any
 * other, whatever its name.
 *
 * All numbers come from stat(), by the descriptor that is mapped or by the name
 * of what is mapped.  The kernel's list of mappings shows other numbers on some
 * file systems (of btrfs and overlayfs, for example), so only what no stat()
 * reaches is taken from there: System V shared memory.
 */
#ifndef PLUGIN_MAPPED_FILE_H
#define PLUGIN_MAPPED_FILE_H

#include <stdint.h>

/**
 * struct mapped_file - one file; all 0 where it is not known
 * @device: its major number << 20 | its minor number
 * @inode: on that device; of System V shared memory its identifier
 * @born: when the file was made, in ns since 1970, or 0: numbers of inodes are
 *        used again
 */
struct mapped_file {
    uint64_t device;
    uint64_t inode;
    uint64_t born;
};

/**
 * mapped_file_of() - the file of a descriptor
 *
 * Of a device it is not known, since one file of it (/dev/zero) may be
 * different memory each time.
 */
struct mapped_file mapped_file_of(int fd);

/**
 * mapped_file_named() - the file of a name
 * @inode: as the kernel's list of mappings has it; if the file has another
 *         number it is not known, for it may have been replaced
 */
struct mapped_file mapped_file_named(const char *path, uint64_t inode);

/**
 * mapped_file_attached() - System V shared memory
 * @host: address of the host at which it is attached
 */
struct mapped_file mapped_file_attached(uint64_t host);

#endif /* PLUGIN_MAPPED_FILE_H */
