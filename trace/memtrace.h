/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * memtrace.h - libmemtrace, the reader of qemu-memtrace's trace files.
 *
 * A trace is one file of self-contained blocks (see memtrace.data(5)).  Open
 * it, then read accesses in batches: of one thread, of all threads in the one
 * merged order, or block by block in any order for parallel passes.
 *
 * Every function that can fail returns a negative MEMTRACE_ERR_ value; 0 or a
 * positive count is success.  The library never prints and never exits.
 *
 * What stays, as long as the library is called libmemtrace.so.0: a program runs
 * with every library that is at least as new as the header it was compiled
 * with.
 *
 * - Functions stay, with the types of their arguments and their meaning.
 * - Numbers of errors, flags, event types and limits stay.  New ones may be
 *   added: a program must skip event types and flags that it does not know.
 * - Structs that the library hands out one at a time, by a pointer to const
 *   (summary, thread, insn, block), may get new fields at their end.  A program
 *   must not make them, nor step from one to the next.
 * - Structs that stand in arrays, or that the program makes, keep their size:
 *   access and value for ever; event and batch have reserved room.
 * - A trace of every released version of the format can be read.
 */
#ifndef MEMTRACE_H
#define MEMTRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of this header; that of the library is memtrace_version(). */
#define MEMTRACE_VERSION_MAJOR 0
#define MEMTRACE_VERSION_MINOR 1
#define MEMTRACE_VERSION_PATCH 0
#define MEMTRACE_VERSION_NUMBER                                                \
    (MEMTRACE_VERSION_MAJOR * 1000000 + MEMTRACE_VERSION_MINOR * 1000 +        \
     MEMTRACE_VERSION_PATCH)

/**
 * memtrace_version() - the version of the library
 *
 * Return: as MEMTRACE_VERSION_NUMBER.  If it is smaller than the number in the
 * header that a program was compiled with, the library is too old for it.
 */
unsigned memtrace_version(void);

/* Name, words.  The one list of errors: the enum and the texts come from it. */
#define MEMTRACE_ERRORS(X)                                                     \
    X(NOMEM, "out of memory")                                                  \
    X(IO, "input or output error")                                             \
    X(OPEN, "cannot open file")                                                \
    X(EXISTS, "file exists")                                                   \
    X(NOT_A_TRACE, "not a memtrace trace")                                     \
    X(VERSION, "trace of a newer format version")                              \
    X(TRUNCATED, "trace is truncated")                                         \
    X(CORRUPT, "trace is damaged")                                             \
    X(CHECKSUM, "block checksum does not match")                               \
    X(INVALID, "invalid argument")                                             \
    X(NO_THREAD, "no such thread in the trace")                                \
    X(LIMIT, "limit of the format exceeded")

enum memtrace_error {
    MEMTRACE_OK = 0,
#define MEMTRACE_ERROR_NUMBER(name, words) MEMTRACE_ERR_POSITIVE_##name,
    MEMTRACE_ERR_POSITIVE_NONE = 0,
    MEMTRACE_ERRORS(MEMTRACE_ERROR_NUMBER)
#undef MEMTRACE_ERROR_NUMBER
#define MEMTRACE_ERROR_VALUE(name, words)                                      \
    MEMTRACE_ERR_##name = -MEMTRACE_ERR_POSITIVE_##name,
        MEMTRACE_ERRORS(MEMTRACE_ERROR_VALUE)
#undef MEMTRACE_ERROR_VALUE
};

/**
 * memtrace_strerror() - the words of an error
 * @error: what a function of this library returned
 *
 * Return: a constant string, for any value.
 */
const char *memtrace_strerror(int error);

/* struct memtrace_access.flags */
#define MEMTRACE_STORE 0x01  /* a store; a load if the bit is clear */
#define MEMTRACE_ATOMIC 0x02 /* by an atomic, acquire or release insn */
#define MEMTRACE_KERNEL 0x04 /* made by the kernel for a system call */
#define MEMTRACE_VALUE 0x08  /* what it loaded or stored is known */

/**
 * struct memtrace_access - one access to guest memory, always of 24 bytes
 * @vaddr: guest virtual address of the first byte
 * @time: the thread's last stamp at or before this access, in ticks
 * @insn: number of the instruction, see memtrace_insn()
 * @size: size in bytes
 * @flags: MEMTRACE_STORE and its like, or-ed
 */
struct memtrace_access {
    uint64_t vaddr;
    uint64_t time;
    uint32_t insn;
    uint16_t size;
    uint16_t flags;
};

/**
 * struct memtrace_value - what an access loaded or stored, as a number
 * @low: the low 8 bytes; bytes beyond the size of the access are 0
 * @high: the high 8 bytes of an access of 16 bytes, else 0
 *
 * The number that the bytes in memory make in the guest's byte order.
 */
struct memtrace_value {
    uint64_t low;
    uint64_t high;
};

/* The types of events; the @args of each type are listed beside it. */
enum memtrace_event_type {
    MEMTRACE_EVENT_NONE = 0,
    MEMTRACE_EVENT_PROCESS_START = 1, /* pid, parent pid; text: cause */
    MEMTRACE_EVENT_THREAD_START = 2,  /* pid, tid, parent thread or ~0 */
    MEMTRACE_EVENT_THREAD_END = 3,    /* exit status */
    /*
     * vaddr, size, prot, flags, offset; of the file, 0 where it is not known:
     * device (major << 20 | minor), inode, time it was made (ns since 1970);
     * file
     */
    MEMTRACE_EVENT_MAP = 4,
    MEMTRACE_EVENT_UNMAP = 5,   /* vaddr, size */
    MEMTRACE_EVENT_PROTECT = 6, /* vaddr, size, prot */
    /* Number, 6 arguments, what its descriptor is if it has one; its name. */
    MEMTRACE_EVENT_SYSCALL = 7,
    MEMTRACE_EVENT_SYSCALL_RETURN = 8, /* number, result; its name */
    MEMTRACE_EVENT_LOST = 9,           /* accesses dropped at this place */
    /* 10 is reserved: no trace has it. */
    /* By a system call: vaddr, size, is it a store, number of the call. */
    MEMTRACE_EVENT_KERNEL_ACCESS = 11,
    /*
     * From a PAUSE on accesses of the thread are left out, because an option
     * asked for it: bits of enum memtrace_pause.  From a RESUME on they are
     * recorded again.
     */
    MEMTRACE_EVENT_PAUSE = 12,
    MEMTRACE_EVENT_RESUME = 13,
    /* vaddr, size, return address; the function. See MEMTRACE_KEPT_SIZE. */
    MEMTRACE_EVENT_ALLOCATE = 14,
    MEMTRACE_EVENT_FREE = 15, /* vaddr, return address; the function */
    /*
     * The name that the kernel has of a thread from here on: tid; the name.  It
     * may be in the stream of another thread of the same process.
     */
    MEMTRACE_EVENT_THREAD_NAME = 16,
    MEMTRACE_EVENT_PROCESS_COMMAND = 17, /* pid; the command line, cut */
    /*
     * An ELF file as it was when it is mapped next: device, inode, size, time
     * it was written to in ns, hash of its content; "build-id path".
     */
    MEMTRACE_EVENT_FILE = 18,
};

/* Why accesses are missing between a PAUSE and what ends it. */
enum memtrace_pause {
    MEMTRACE_PAUSE_STOP = 1,    /* outside of the functions to record */
    MEMTRACE_PAUSE_SAMPLE = 2,  /* between two windows of time */
    MEMTRACE_PAUSE_SKIP = 4,    /* the first accesses are left out */
    MEMTRACE_PAUSE_LIMIT = 8,   /* as many as wanted are recorded */
    MEMTRACE_PAUSE_THREAD = 16, /* a thread that is not to be recorded */
};

/*
 * The size of an ALLOCATE after a realloc() that failed: the FREE before it,
 * of the same block in the same thread, did not happen.
 */
#define MEMTRACE_KEPT_SIZE UINT64_MAX

#define MEMTRACE_EVENT_ARGS 8

/**
 * struct memtrace_event - something that happened in a thread's stream
 * @time: the thread's last stamp at or before the event, in ticks
 * @position: number of the thread's accesses before the event
 * @thread: the thread in whose stream it is
 * @type: enum memtrace_event_type
 * @n_args: how many of @args are set; the others are 0
 * @args: see enum memtrace_event_type
 * @text: NUL-terminated, "" if there is none; owned by who owns the event
 * @reserved: 0, for fields to come
 */
struct memtrace_event {
    uint64_t time;
    uint64_t position;
    uint32_t thread;
    uint16_t type;
    uint16_t n_args;
    uint64_t args[MEMTRACE_EVENT_ARGS];
    const char *text;
    uint64_t reserved[2];
};

/* struct memtrace_event.args[2] of a MAP, args[2] of a PROTECT */
#define MEMTRACE_PROT_READ 1
#define MEMTRACE_PROT_WRITE 2
#define MEMTRACE_PROT_EXEC 4

#define MEMTRACE_INSN_BYTES 16
#define MEMTRACE_INSN_CONDITIONAL 0x04 /* a store-exclusive: see @flags */
#define MEMTRACE_INSN_MAX 0x07fffff7u  /* the highest instruction number */

/**
 * struct memtrace_insn - an instruction that accesses memory
 * @pc: guest virtual address
 * @number: from 1
 * @size: bytes of it in @bytes
 * @flags: MEMTRACE_ATOMIC, or 0; MEMTRACE_INSN_CONDITIONAL: a store-exclusive,
 *         which stores only if no other thread has stored there since this
 *         thread's load.  QEMU makes it by comparing with what was loaded
 */
struct memtrace_insn {
    uint64_t pc;
    uint32_t number;
    uint8_t size;
    uint8_t flags;
    uint8_t bytes[MEMTRACE_INSN_BYTES];
};

#define MEMTRACE_NO_THREAD UINT32_MAX

/**
 * struct memtrace_thread - a thread of the trace
 * @number: from 0, in the order of start, never reused
 * @parent: number of the thread that started it, or MEMTRACE_NO_THREAD
 * @start_time, @end_time: ticks; @end_time is 0 if no end was seen
 * @n_loads, @n_stores: accesses in the trace; their sum is all of them
 * @n_atomics: those of them with MEMTRACE_ATOMIC
 * @n_lost: accesses lost because the buffer was full
 * @n_evicted: its first accesses, dropped to make room for later ones
 */
struct memtrace_thread {
    uint32_t number;
    uint32_t pid;
    uint32_t tid;
    uint32_t parent;
    uint64_t start_time;
    uint64_t end_time;
    uint64_t n_loads;
    uint64_t n_stores;
    uint64_t n_atomics;
    uint64_t n_lost;
    uint64_t n_evicted;
};

/**
 * struct memtrace_summary - what a trace holds, and what it misses
 * @n_accesses, @n_loads, @n_stores, @n_atomics, @n_lost: over all threads
 * @n_evicted: accesses dropped to make room for later ones; the counts above
 *             do not include them
 * @whole_time: if some were dropped, their last stamp: after it no access is
 *              missing, before it some are
 * @n_threads: see memtrace_thread()
 * @n_insns: highest instruction number in the trace
 * @n_blocks: access blocks, see memtrace_block()
 * @file_bytes: size of the file
 * @start_time, @end_time: the first and the last stamp, in ticks
 * @ticks_per_second: of the stamps' clock; 0 if unknown
 * @start_unix_ns: wall-clock time of @start_time
 * @is_complete: the recorder finished the trace
 * @index_rebuilt: the index was missing or damaged, blocks were walked
 * @n_damaged_blocks: blocks left out because of their checksum or form
 * @damaged_bytes: bytes of the file that belong to no sound block, without
 *                 @cut_bytes
 * @cut_bytes: bytes of a last block that the end of the file cuts off, because
 *             the recorder was killed or the file was cut; this is no damage
 */
struct memtrace_summary {
    uint64_t n_accesses;
    uint64_t n_loads;
    uint64_t n_stores;
    uint64_t n_atomics;
    uint64_t n_lost;
    uint64_t n_evicted;
    uint64_t whole_time;
    uint32_t n_threads;
    uint32_t n_insns;
    uint64_t n_blocks;
    uint64_t file_bytes;
    uint64_t start_time;
    uint64_t end_time;
    uint64_t ticks_per_second;
    uint64_t start_unix_ns;
    bool is_complete;
    bool index_rebuilt;
    uint64_t n_damaged_blocks;
    uint64_t damaged_bytes;
    uint64_t cut_bytes;
};

struct memtrace_reader;

/**
 * memtrace_open() - open a trace for reading
 * @path: the file
 * @out: set to the reader on success, to NULL otherwise
 *
 * A trace without its index or its end, or with damaged blocks, can be opened;
 * the summary says so.  Any number of threads may call functions that take a
 * const reader at the same time.
 *
 * Return: 0, or MEMTRACE_ERR_OPEN (errno is set), NOT_A_TRACE, VERSION,
 * CORRUPT, IO, NOMEM.
 */
int memtrace_open(const char *path, struct memtrace_reader **out);

/**
 * memtrace_close() - close a reader and free all it gave out
 * @reader: may be NULL; close its cursors first
 */
void memtrace_close(struct memtrace_reader *reader);

/** memtrace_summary() - totals of the trace. Return: valid till the close. */
const struct memtrace_summary *
memtrace_summary(const struct memtrace_reader *reader);

/**
 * memtrace_meta() - a property of the recording
 * @key: such as "guest.arch"; docs/memtrace.data.5 lists them
 *
 * Return: a NUL-terminated value valid till the close, or NULL.
 */
const char *memtrace_meta(const struct memtrace_reader *reader,
                          const char *key);

/**
 * memtrace_meta_at() - the properties one after another, for listings
 * @key: set to the key
 * @value: set to the value
 *
 * Return: true, or false where @i is past the last.
 */
bool memtrace_meta_at(const struct memtrace_reader *reader, size_t i,
                      const char **key, const char **value);

/** memtrace_thread() - Return: thread @number, or NULL. */
const struct memtrace_thread *
memtrace_thread(const struct memtrace_reader *reader, uint32_t number);

/**
 * memtrace_insn() - an instruction by its number
 *
 * Return: the instruction, or NULL if the trace does not hold it (its block is
 * damaged).
 */
const struct memtrace_insn *memtrace_insn(const struct memtrace_reader *reader,
                                          uint32_t number);

/**
 * memtrace_events() - all events, sorted by time; those of a thread in its
 * order
 * @events: set to an array that is valid till the close
 *
 * The first call reads the event parts of all blocks, not the accesses.
 *
 * Return: how many, or a negative error.
 */
int64_t memtrace_events(struct memtrace_reader *reader,
                        const struct memtrace_event **events);

/**
 * struct memtrace_block - accesses of one thread that are decoded together
 * @thread: whose they are
 * @first: how many accesses of the thread come before
 * @n_accesses: how many
 * @start_time, @end_time: first and last stamp that applies, in ticks
 * @min_vaddr, @max_vaddr: lowest first byte and highest first byte accessed
 * @bytes: what the block takes in the file
 */
struct memtrace_block {
    uint32_t thread;
    uint64_t first;
    uint64_t n_accesses;
    uint64_t start_time;
    uint64_t end_time;
    uint64_t min_vaddr;
    uint64_t max_vaddr;
    uint64_t bytes;
};

/** memtrace_block() - Return: block @i below summary.n_blocks, or NULL. */
const struct memtrace_block *
memtrace_block(const struct memtrace_reader *reader, uint64_t i);

/**
 * struct memtrace_batch - accesses handed out together
 * @accesses: in their order; valid till the next call on the same cursor
 * @values: values[i] belongs to accesses[i], and is 0 unless its flags have
 *          MEMTRACE_VALUE; valid as long as @accesses; NULL if none is known
 * @n_accesses: how many, at least 1
 * @first: how many accesses of the thread come before accesses[0]
 * @thread: whose they are
 * @reserved: for arrays beside @accesses and fields to come; a cursor sets them
 *            to 0
 */
struct memtrace_batch {
    const struct memtrace_access *accesses;
    const struct memtrace_value *values;
    size_t n_accesses;
    uint64_t first;
    uint32_t thread;
    uint32_t reserved_number;
    const void *reserved[4];
};

/* A cursor belongs to one thread of the program at a time. */
struct memtrace_cursor;

/**
 * memtrace_cursor_open_thread() - read one thread's accesses in their order
 * @thread: its number
 *
 * Return: 0, or NO_THREAD, NOMEM.
 */
int memtrace_cursor_open_thread(const struct memtrace_reader *reader,
                                uint32_t thread, struct memtrace_cursor **out);

/**
 * memtrace_cursor_open_time() - read all threads merged by time
 *
 * The order: by @time of the accesses; at equal times the lower thread number
 * first; the order of a thread's own accesses is always kept.
 *
 * Return: 0, or NOMEM.
 */
int memtrace_cursor_open_time(const struct memtrace_reader *reader,
                              struct memtrace_cursor **out);

/**
 * memtrace_cursor_open_block() - read blocks in any order
 *
 * The cursor starts before its first block: call memtrace_cursor_seek().
 * For parallel passes open one cursor for each worker.
 *
 * Return: 0, or NOMEM.
 */
int memtrace_cursor_open_block(const struct memtrace_reader *reader,
                               struct memtrace_cursor **out);

/**
 * memtrace_cursor_choose() - leave blocks out, without decoding them
 * @wants: called for each block before it is read; false leaves it out
 * @context: handed to @wants
 *
 * For a thread or time cursor, before its first memtrace_cursor_next().
 */
void memtrace_cursor_choose(struct memtrace_cursor *cursor,
                            bool (*wants)(void *context,
                                          const struct memtrace_block *block),
                            void *context);

/**
 * memtrace_cursor_seek() - go to the start of a block
 * @block: below summary.n_blocks; the cursor must be a block cursor
 *
 * Return: 0, or INVALID, CORRUPT, IO, NOMEM.
 */
int memtrace_cursor_seek(struct memtrace_cursor *cursor, uint64_t block);

/**
 * memtrace_cursor_next() - the next batch
 * @batch: filled on success
 *
 * Thread and time cursors skip a damaged block, which the summary counts; a
 * block cursor reports it.
 *
 * Return: 1 with a batch, 0 at the end, or CORRUPT, IO, NOMEM.
 */
int memtrace_cursor_next(struct memtrace_cursor *cursor,
                         struct memtrace_batch *batch);

/** memtrace_cursor_close() - free a cursor; NULL is fine. */
void memtrace_cursor_close(struct memtrace_cursor *cursor);

/** MEMTRACE_TEXT_LINE_MAX - bytes that the longest text line takes. */
#define MEMTRACE_TEXT_LINE_MAX 80

/**
 * memtrace_format_text() - the text lines of a batch
 * @batch: what to format
 * @out: room for batch->n_accesses * MEMTRACE_TEXT_LINE_MAX bytes
 *
 * One line an access: T<thread> <R|W> 0x<16 hex digits> <size>
 * and where the batch has values: = 0x<2 hex digits a byte>, or = ? for one
 * that is not known.
 *
 * Return: bytes written.
 */
size_t memtrace_format_text(const struct memtrace_batch *batch, char *out);

/** MEMTRACE_KERNEL_LINE_MAX - bytes that the longest line below takes. */
#define MEMTRACE_KERNEL_LINE_MAX 64

/**
 * memtrace_format_kernel() - the text line of a MEMTRACE_EVENT_KERNEL_ACCESS
 * @out: room for MEMTRACE_KERNEL_LINE_MAX bytes
 *
 * T<thread> <R|W> 0x<16 hex digits> <size> kernel
 *
 * Return: bytes written.
 */
size_t memtrace_format_kernel(const struct memtrace_event *event, char *out);

#ifdef __cplusplus
}
#endif

#endif /* MEMTRACE_H */
