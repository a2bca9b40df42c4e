/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * file_segments.c - addresses and offsets of a file, by its segments.
 */
#include "file_parts.h"

bool symbols_file_address(const struct symbols_file *file, uint64_t offset,
                          uint64_t *address)
{
    for (size_t i = 0; i < file->n_segments; i++) {
        const struct segment *segment = &file->segments[i];

        if (offset >= segment->offset &&
            offset - segment->offset < segment->file_bytes) {
            *address = segment->address + (offset - segment->offset);
            return true;
        }
    }
    return false;
}

bool symbols_file_segment(const struct symbols_file *file, uint64_t address,
                          struct symbols_range *segment)
{
    for (size_t i = 0; i < file->n_segments; i++) {
        const struct segment *at = &file->segments[i];

        if (address >= at->address &&
            address - at->address < at->memory_bytes) {
            *segment = (struct symbols_range){at->address, at->memory_bytes,
                                              at->offset};
            return true;
        }
    }
    return false;
}

struct symbols_range file_range(const struct symbols_file *file,
                                uint64_t address, uint64_t size_bytes)
{
    struct symbols_range range = {
        .address = address,
        .size_bytes = size_bytes ? size_bytes : 1,
        .offset = SYMBOLS_NO_OFFSET,
    };

    for (size_t i = 0; i < file->n_segments; i++) {
        const struct segment *segment = &file->segments[i];

        if (address >= segment->address &&
            address - segment->address < segment->file_bytes) {
            range.offset = segment->offset + (address - segment->address);
            break;
        }
    }
    return range;
}
