/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tables.h - the bodies of META, INSNS, THREADS and INDEX blocks.
 *
 * A *_put() appends to the raw bytes of a body's section or sections, a
 * *_get() takes one entry from them and returns CORRUPT where there is none.
 */
#ifndef MEMTRACE_TABLES_H
#define MEMTRACE_TABLES_H

#include "block.h"
#include "memtrace.h"

/* Instructions stand in three sections: numbers, pcs and bytes. */
struct insn_columns {
    struct buffer numbers;
    struct buffer pcs;
    struct buffer bytes;
    struct memtrace_insn last; /* that entries are relative to */
    size_t n_insns;
};

void insns_clear(struct insn_columns *columns);
void insns_free(struct insn_columns *columns);
int insns_put(struct insn_columns *columns, const struct memtrace_insn *insn);

struct insns_in {
    struct bytes_in numbers;
    struct bytes_in pcs;
    struct bytes_in bytes;
    struct memtrace_insn last;
};

struct insns_in insns_in(const struct insn_columns *columns);
int insns_get(struct insns_in *in, struct memtrace_insn *insn);

int thread_put(struct buffer *out, const struct memtrace_thread *thread);
int thread_get(struct bytes_in *in, struct memtrace_thread *thread);

/* Where a block lies; head is set for access blocks alone. */
struct block_ref {
    uint16_t kind;
    uint64_t offset;
    uint64_t size;
    struct access_head head;
};

/* end: of the block before; set to this one's */
int block_ref_put(struct buffer *out, const struct block_ref *ref,
                  uint64_t *end);
int block_ref_get(struct bytes_in *in, struct block_ref *ref, uint64_t *end);

#endif /* MEMTRACE_TABLES_H */
