/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * file_notes.h - tells the recorder which program or library is mapped, while
 * the guest waits: its name may lead to another file soon.
 *
 * Called under guest_map_lock(), or at the first translation, by a thread that
 * has its slot, before the message of the mapping itself.
 */
#ifndef PLUGIN_FILE_NOTES_H
#define PLUGIN_FILE_NOTES_H

#include <stdint.h>

/**
 * file_notes_add() - a file is mapped
 * @fd: the guest's descriptor of it
 * @path: its path as the kernel has it; what the kernel adds to the path of a
 *        deleted file is cut off
 *
 * What is no ELF file, or cannot be read, is not noted; a file is noted once
 * for as long as it does not change.
 */
void file_notes_add(int fd, char *path);

/**
 * file_notes_add_path() - the same for what QEMU mapped before the guest ran
 * @inode: of the file that is mapped; nothing is noted of another one
 */
void file_notes_add_path(const char *path, uint64_t inode);

#endif /* PLUGIN_FILE_NOTES_H */
