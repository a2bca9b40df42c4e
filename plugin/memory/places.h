/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * places.h - parts of the guest's memory that have a role in the recording,
 * by the file that is mapped there and what the recorder says of the file.
 */
#ifndef PLUGIN_PLACES_H
#define PLUGIN_PLACES_H

#include <stdbool.h>
#include <stdint.h>

#include "lookup.h"

/**
 * places_map() - something is mapped
 * @prot: PROT_ bits
 * @offset: in the file
 * @file: its path, or anything that starts with no slash
 *
 * Called in the order in which the kernel maps, as places_unmap() is.  Asks
 * the recorder where the mapping may be code, or data that has a role.
 */
void places_map(uint64_t vaddr, uint64_t size, int prot, uint64_t offset,
                const char *file);
void places_unmap(uint64_t vaddr, uint64_t size);

/**
 * places_find() - what role has the code or data at an address?
 * @role: enum lookup_role
 * @start: set to the address of the range's first byte
 *
 * Return: the range, valid for ever, or NULL.
 */
const struct lookup_range *places_find(enum lookup_role role, uint64_t vaddr,
                                       uint64_t *start);

/**
 * places_enter_at() - does a call of a function that has the role come here?
 * @pc: of an instruction that is translated
 *
 * Return: the function's range, or NULL.
 */
const struct lookup_range *places_enter_at(enum lookup_role role, uint64_t pc);

/** places_want_code() - is the instruction's access to be recorded? */
bool places_want_code(uint64_t pc);

#endif /* PLUGIN_PLACES_H */
