/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * copied_code.h - code of a file that the guest has copied to anonymous memory
 * at its own address, as programs do that want it on huge pages: it keeps the
 * file's name as long as its bytes are the file's.
 *
 * All functions are called under guest_map_lock(), or at the first translation.
 */
#ifndef PLUGIN_COPIED_CODE_H
#define PLUGIN_COPIED_CODE_H

#include <stdint.h>

/** copied_code_map() - a file is mapped as code. */
void copied_code_map(uint64_t vaddr, uint64_t size, uint64_t offset,
                     const char *file);

/** copied_code_unmap() - something else is there now, or nothing. */
void copied_code_unmap(uint64_t vaddr, uint64_t size);

/** copied_code_forget() - nor does what was there before matter. */
void copied_code_forget(uint64_t vaddr, uint64_t size);

/**
 * copied_code_replace() - a call will map anonymous memory there, if it can
 *
 * Notes what is in the pages of code, which are still there.
 */
void copied_code_replace(uint64_t vaddr, uint64_t size);

/** copied_code_move() - code has moved from @old; not told of otherwise yet. */
void copied_code_move(uint64_t old, uint64_t size, uint64_t vaddr);

/* A run of pages that are as they are in the file, from there on. */
typedef void copied_code_run(uint64_t vaddr, uint64_t size, int prot,
                             uint64_t offset, const char *file);

/**
 * copied_code_each() - pages that have the bytes again that they had
 * @prot: they have now; passed on
 * @each: called with each run of them; may map it
 *
 * They are forgotten.
 */
void copied_code_each(uint64_t vaddr, uint64_t size, int prot,
                      copied_code_run *each);

#endif /* PLUGIN_COPIED_CODE_H */
