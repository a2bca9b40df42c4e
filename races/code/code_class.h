/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * code_class.h - which code is a library's own business: libc, the dynamic
 * loader, the runtimes of compilers.
 *
 * They synchronise by means that no memory model has words for, and look at
 * their own data without a lock where a stale value does no harm.
 */
#ifndef CODE_CLASS_H
#define CODE_CLASS_H

#include <stdbool.h>

#include "memtrace.h"
#include "symbols.h"

enum race_code {
    RACE_CODE_USER,      /* or unknown */
    RACE_CODE_NAMELESS,  /* of a static program, so libc's or its own */
    RACE_CODE_LOADER,    /* the dynamic loader: all it does is its own */
    RACE_CODE_RUNTIME,   /* of threads: what it touches is its own */
    RACE_CODE_ALLOCATOR, /* what it touches is its own, till it is given away */
    RACE_CODE_LIBC,      /* of libc, and no more is known */
    RACE_CODE_COPIER,    /* memcpy() and the like: on memory of its callers */
    RACE_CODE_SCANNER,  /* strlen() and the like: loads more than it looks at */
    RACE_CODE_ATOMIC,   /* std::atomic's, of whatever it is a part */
    RACE_CODE_INTERNAL, /* of libc: malloc(), stdio, threads */
};

/** race_code_kind() - whose business is the function that this names? */
enum race_code race_code_kind(const struct symbols_code *code);

/**
 * race_code_starts_with() - does a name start as one of these does?
 * @starts: NULL behind the last
 */
bool race_code_starts_with(const char *name, const char *const *starts);

/** race_code_is_one_of() - the same, for whole names. */
bool race_code_is_one_of(const char *text, const char *const *names);

#endif /* CODE_CLASS_H */
