/* SPDX-License-Identifier: GPL-2.0-or-later */
/* code_class.h - the classes of code: whose business it is. */
#ifndef CODE_CLASS_H
#define CODE_CLASS_H

#include <stddef.h>

/* A name for rules and reports, and what it is for; docs/code-rules.md. */
#define CODE_CLASS_LIST(X)                                                     \
    X(USER, "user", "the program's, or of a library that no rule knows")       \
    X(GLUE, "glue", "acts for its caller: the linkage table, C++'s libraries") \
    X(UNNAMED, "unnamed",                                                      \
      "of a static program, without a name: libc's or not")                    \
    X(LIBC, "libc", "of libc, and no more is known")                           \
    X(COPIER, "copier", "memcpy() and the like, on memory of their callers")   \
    X(SCANNER, "scanner", "strlen() and the like, which load too much")        \
    X(INTERNAL, "internal", "of libc, for itself: malloc(), stdio, threads")   \
    X(RUNTIME, "runtime", "of threads: what it touches is its own")            \
    X(ALLOCATOR, "allocator", "in malloc()'s place")                           \
    X(ATOMIC, "atomic", "atomic accesses of the source: std::atomic")          \
    X(LOADER, "loader", "the dynamic loader: all that it does is its own")     \
    X(COLLECTOR, "collector", "looks at all memory as it is, or stops threads")

enum code_class {
#define CODE_CLASS_ENUM(id, name, words) CODE_##id,
    CODE_CLASS_LIST(CODE_CLASS_ENUM)
#undef CODE_CLASS_ENUM
        CODE_CLASSES
};

/** code_class_name() - as rules have it. */
const char *code_class_name(enum code_class class);

/** code_class_words() - what it is for, in half a line. */
const char *code_class_words(enum code_class class);

/** code_class_find() - Return: the class of that name, or CODE_CLASSES. */
enum code_class code_class_find(const char *name);

#endif /* CODE_CLASS_H */
