/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * heap_functions.h - the functions that allocate and free memory.
 *
 * The plugin watches their calls; the command, which knows symbols, tells it
 * where they are.  This is the one list of their names and arguments.
 */
#ifndef CHANNEL_HEAP_FUNCTIONS_H
#define CHANNEL_HEAP_FUNCTIONS_H

/* A function's arguments.  All but the last kind return a block. */
enum heap_call {
    HEAP_CALL_SIZE,      /* size, ... */
    HEAP_CALL_CALLOC,    /* number, size */
    HEAP_CALL_ALIGNED,   /* alignment, size */
    HEAP_CALL_REALLOC,   /* block, size */
    HEAP_CALL_REALLOCS,  /* block, number, size */
    HEAP_CALL_TO_MEMORY, /* where the block's address goes, alignment, size */
    HEAP_CALL_FREE,      /* block, ... */
};

/*
 * Name, enum heap_call.  C++'s operators by the names that compilers give
 * them, with a size_t of 64 bits (m) and of 32 (j).
 */
#define HEAP_FUNCTIONS(X)                                                      \
    X(malloc, SIZE)                                                            \
    X(valloc, SIZE)                                                            \
    X(pvalloc, SIZE)                                                           \
    X(calloc, CALLOC)                                                          \
    X(aligned_alloc, ALIGNED)                                                  \
    X(memalign, ALIGNED)                                                       \
    X(realloc, REALLOC)                                                        \
    X(reallocarray, REALLOCS)                                                  \
    X(posix_memalign, TO_MEMORY)                                               \
    X(free, FREE)                                                              \
    X(cfree, FREE)                                                             \
    X(_Znwm, SIZE)                                                             \
    X(_Znam, SIZE)                                                             \
    X(_ZnwmRKSt9nothrow_t, SIZE)                                               \
    X(_ZnamRKSt9nothrow_t, SIZE)                                               \
    X(_ZnwmSt11align_val_t, SIZE)                                              \
    X(_ZnamSt11align_val_t, SIZE)                                              \
    X(_ZnwmSt11align_val_tRKSt9nothrow_t, SIZE)                                \
    X(_ZnamSt11align_val_tRKSt9nothrow_t, SIZE)                                \
    X(_Znwj, SIZE)                                                             \
    X(_Znaj, SIZE)                                                             \
    X(_ZnwjRKSt9nothrow_t, SIZE)                                               \
    X(_ZnajRKSt9nothrow_t, SIZE)                                               \
    X(_ZnwjSt11align_val_t, SIZE)                                              \
    X(_ZnajSt11align_val_t, SIZE)                                              \
    X(_ZnwjSt11align_val_tRKSt9nothrow_t, SIZE)                                \
    X(_ZnajSt11align_val_tRKSt9nothrow_t, SIZE)                                \
    X(_ZdlPv, FREE)                                                            \
    X(_ZdaPv, FREE)                                                            \
    X(_ZdlPvRKSt9nothrow_t, FREE)                                              \
    X(_ZdaPvRKSt9nothrow_t, FREE)                                              \
    X(_ZdlPvm, FREE)                                                           \
    X(_ZdaPvm, FREE)                                                           \
    X(_ZdlPvj, FREE)                                                           \
    X(_ZdaPvj, FREE)                                                           \
    X(_ZdlPvSt11align_val_t, FREE)                                             \
    X(_ZdaPvSt11align_val_t, FREE)                                             \
    X(_ZdlPvSt11align_val_tRKSt9nothrow_t, FREE)                               \
    X(_ZdaPvSt11align_val_tRKSt9nothrow_t, FREE)                               \
    X(_ZdlPvmSt11align_val_t, FREE)                                            \
    X(_ZdaPvmSt11align_val_t, FREE)                                            \
    X(_ZdlPvjSt11align_val_t, FREE)                                            \
    X(_ZdaPvjSt11align_val_t, FREE)

/* Their numbers: the order of the list. */
enum heap_function {
#define HEAP_FUNCTION_NUMBER(name, call) HEAP_FUNCTION_##name,
    HEAP_FUNCTIONS(HEAP_FUNCTION_NUMBER)
#undef HEAP_FUNCTION_NUMBER
        HEAP_FUNCTION_COUNT
};

#endif /* CHANNEL_HEAP_FUNCTIONS_H */
