/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * insn_parts.h - which part of its instruction an access is, for those who
 * ask whether an instruction does the same at each turn of a loop.
 *
 * One execution of an instruction may access several places: registers in pairs
 * or more, the last one before the others perhaps, a vector in halves, two
 * operands, a copy.  Each of these accesses is a part, with a number.  A loop
 * of one instruction that walks through memory looks the same in a trace.  It
 * has too many parts, and the one with the last number goes elsewhere at each
 * turn.  An access to the address of the first part begins a new execution.
 */
#ifndef INSN_PARTS_H
#define INSN_PARTS_H

#include <stdbool.h>
#include <stdint.h>

#define RACE_PARTS 16
#define RACE_PART_COPY 8 /* the store of what was loaded elsewhere */

/* The number of a part stands above the instruction's. */
#define RACE_PART_SHIFT 27
#define RACE_PART_INSN ((1u << RACE_PART_SHIFT) - 1)

/*
 * A thread may load what it has just stored, at most so many times: as a
 * function does that reads its return address or a saved register.  Where that
 * is depends on the depth of the stack, and says nothing about a loop.
 */
#define RACE_OWN_LOADS 2

/**
 * struct race_part - an access as a part of its instruction
 * @vaddr, @insn, @size, @is_store, @is_atomic: of the access
 * @part: its number
 * @start: address of the first part
 * @own: 1 for a store; more for a load of what was just stored there
 */
struct race_part {
    uint64_t vaddr;
    uint32_t insn;
    uint32_t part;
    unsigned size;
    uint64_t start;
    unsigned own;
    bool is_store;
    bool is_atomic;
};

/**
 * race_part_follow() - number an access by the one before it
 * @before: all zero where there is none
 * @access: its part, start and own are set
 */
static inline void race_part_follow(const struct race_part *before,
                                    struct race_part *access)
{
    bool is_behind = before->vaddr == access->vaddr;

    access->part = 0;
    access->start = access->vaddr;
    access->own = access->is_store;
    if (before->insn == access->insn) {
        if (before->is_store != access->is_store) {
            access->part = access->is_store && !is_behind ? RACE_PART_COPY : 0;
        } else if (!is_behind && before->start != access->vaddr) {
            access->part = before->part + (before->part < RACE_PARTS - 1);
            access->start = before->start;
        }
    } else if (is_behind && before->own && before->own <= RACE_OWN_LOADS &&
               before->size >= access->size && !access->is_store &&
               !access->is_atomic) {
        access->own = before->own + 1;
    }
}

/* Return: does the access load what its thread has just stored? */
static inline bool race_part_is_own_load(const struct race_part *access)
{
    return access->own > 1;
}

/* Return: the instruction and the part as one number. */
static inline uint32_t race_part_number(const struct race_part *access)
{
    return access->insn | access->part << RACE_PART_SHIFT;
}

#endif /* INSN_PARTS_H */
