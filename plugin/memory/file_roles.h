/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * file_roles.h - where in the guest's memory there is code or data with a role
 * in the recording (lookup.h): which files are mapped where, and which ranges
 * of each have a role.
 *
 * All functions are thread safe.  Where there is no memory, recording stops.
 */
#ifndef PLUGIN_FILE_ROLES_H
#define PLUGIN_FILE_ROLES_H

#include <stdbool.h>
#include <stdint.h>

#include "lookup.h"

/**
 * file_roles_map() - memory is mapped; what was mapped there is gone
 * @prot: PROT_ bits
 * @offset: in the file
 * @file: its path; not a path if it does not start with a slash
 *
 * This and file_roles_unmap() are called under guest_map_lock().  If the
 * mapping may have code or data with a role, and the file was not asked for
 * before, this asks the recorder and waits for the answer.
 */
void file_roles_map(uint64_t vaddr, uint64_t size, int prot, uint64_t offset,
                    const char *file);
void file_roles_unmap(uint64_t vaddr, uint64_t size);

/**
 * file_roles_find() - the range of a role that an address lies in
 * @role: enum lookup_role
 * @start: set to the address of the range's first byte
 *
 * Return: the range, which is never freed, or NULL.
 */
const struct lookup_range *file_roles_find(enum lookup_role role,
                                           uint64_t vaddr, uint64_t *start);

/**
 * file_roles_enter_at() - is an instruction where a function with a role is
 * entered?
 * @pc: of an instruction that is translated
 *
 * That is its first instruction, or the one behind those that calls within the
 * file jump over (ppc64le).
 *
 * Return: the function's range, or NULL.
 */
const struct lookup_range *file_roles_enter_at(enum lookup_role role,
                                               uint64_t pc);

/** file_roles_want_code() - does the code at @pc pass the filters by code? */
bool file_roles_want_code(uint64_t pc);

#endif /* PLUGIN_FILE_ROLES_H */
