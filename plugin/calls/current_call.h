/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * current_call.h - the system call that a guest thread is in.
 */
#ifndef PLUGIN_CURRENT_CALL_H
#define PLUGIN_CURRENT_CALL_H

#include <stdint.h>

#include "guest_calls.h"

#define CALL_ARGS 6

/**
 * struct current_call - a call between its entry and its return
 * @call: which it is, where the plugin cares; NULL: of no interest, or none
 * @number: its number
 * @plain: what it is in effect, however it is made; not NULL while @call is not
 * @kind: by which its arguments are in @args, and what they are for
 * @args: the arguments of a call of that kind
 * @result_vaddr: where in memory the call puts its result; 0: nowhere
 * @block_vaddr, @block_words: memory that the arguments were in; 0: nowhere
 */
struct current_call {
    const struct guest_call *call;
    int64_t number;
    const struct guest_call *plain;
    enum guest_call_kind kind;
    uint64_t args[CALL_ARGS];
    uint64_t result_vaddr;
    uint64_t block_vaddr;
    unsigned block_words;
};

#endif /* PLUGIN_CURRENT_CALL_H */
