/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * current_call.h - the system call that a guest thread is in.
 */
#ifndef PLUGIN_CURRENT_CALL_H
#define PLUGIN_CURRENT_CALL_H

#include <stdint.h>

#include "guest_arch.h"

#define CALL_ARGS 6

/**
 * struct current_call - a call between its entry and its return
 * @call: which it is, where the plugin cares; NULL: of no interest, or none
 * @kind: what the call does, however it is made
 * @args: the arguments of a call of that kind
 * @result_vaddr: where in memory the call puts its result; 0: nowhere
 * @block_vaddr, @block_words: memory that the arguments were in; 0: nowhere
 */
struct current_call {
    const struct guest_call_number *call;
    enum guest_call kind;
    uint64_t args[CALL_ARGS];
    uint64_t result_vaddr;
    uint64_t block_vaddr;
    unsigned block_words;
};

#endif /* PLUGIN_CURRENT_CALL_H */
