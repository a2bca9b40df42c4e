/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * channel.h - the shared memory between the plugin and the recorder.
 *
 * One memory file, mapped by QEMU (and, over fork, by every process of the
 * guest) and by the recorder:
 *
 *   struct channel | slots[CHANNEL_SLOTS] | chunks[n_chunks]
 *
 * A thread of the guest owns a slot and appends entries to its slot's last
 * chunk.  A full chunk links to the next by its header, so a slot's chunks
 * are a list with one writer at the tail and one reader, the recorder, at the
 * head.  The writer's cursor lives in the slot: when a process is killed the
 * recorder knows to the entry what it had written.
 *
 * No lock is shared between the processes: a guest may die at any place.
 * What one side reads of the other is therefore atomic, and the recorder
 * trusts none of it: the guest's stray stores can reach this memory.
 */
#ifndef CHANNEL_H
#define CHANNEL_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lookup.h"
#include "selection.h"

#define CHANNEL_MAGIC 0x4d454d5452414345ull /* "MEMTRACE" */
#define CHANNEL_VERSION 5

#define CHANNEL_SLOTS 65536u
#define CHANNEL_CHUNK_BYTES (32u << 10)
#define CHANNEL_ERROR_BYTES 512

/*
 * An entry: an access, a stamp, or a part of a message.  12 bytes, so that
 * the callback stores two words and nothing is masked or shifted together.
 */
struct channel_entry {
    uint64_t value;
    uint32_t tag;
} __attribute__((packed));

/*
 * Tags of accesses: insn number << 5 | atomic << 4 | store << 3 | log2 size.
 * Instruction numbers start at 1, so an access's tag is never 0.
 */
#define CHANNEL_TAG_INSN_SHIFT 5
#define CHANNEL_TAG_ATOMIC 0x10u
#define CHANNEL_TAG_STORE 0x08u
#define CHANNEL_TAG_SIZE_MASK 0x07u
#define CHANNEL_INSN_MAX 0x07fffff6u

#define CHANNEL_TAG_CONTROL 0xffffff00u /* no access has a tag from here on */
#define CHANNEL_TAG_STAMP 0xffffff01u   /* value: counter, see clock.h */
#define CHANNEL_TAG_STAMP_BLOCKED 0xffffff04u /* the same; a STAMP is next */
#define CHANNEL_TAG_MESSAGE 0xffffff02u /* value: see channel_message_head */
#define CHANNEL_TAG_DATA 0xffffff03u    /* value: a word of a message */
/*
 * What the access in the entry before loaded or stored: the low 8 bytes; for 16
 * bytes a second such entry has the high ones.  They are in the chunk of the
 * access and become visible with it, by one move of the cursor.
 */
#define CHANNEL_TAG_VALUE 0xffffff05u

/*
 * A message is one MESSAGE entry and the DATA entries that it counts, all in
 * one chunk: first the arguments, then the text, 8 bytes an entry, the last
 * one filled up with 0.
 */
#define CHANNEL_MESSAGE_ARGS 8
#define CHANNEL_MESSAGE_TEXT 4096

static inline uint64_t channel_message_head(unsigned type, unsigned n_args,
                                            unsigned text_bytes)
{
    return (uint64_t)type | (uint64_t)n_args << 16 | (uint64_t)text_bytes << 32;
}

static inline unsigned channel_message_type(uint64_t head)
{
    return head & 0xffff;
}

static inline unsigned channel_message_n_args(uint64_t head)
{
    return head >> 16 & 0xffff;
}

static inline uint32_t channel_message_text_bytes(uint64_t head)
{
    return head >> 32;
}

/* Types of messages, their arguments and text. */
enum channel_message {
    CHANNEL_MESSAGE_INSN = 1, /* pc, number, size | flags << 8; bytes */
    /* vaddr, size, prot, flags, offset, device, inode, time of birth; file */
    CHANNEL_MESSAGE_MAP = 2,
    CHANNEL_MESSAGE_UNMAP = 3,          /* vaddr, size */
    CHANNEL_MESSAGE_PROTECT = 4,        /* vaddr, size, prot */
    CHANNEL_MESSAGE_SYSCALL = 5,        /* number, 6 arguments; its name */
    CHANNEL_MESSAGE_SYSCALL_RETURN = 6, /* number, result; its name */
    CHANNEL_MESSAGE_THREAD_END = 7,     /* exit status */
    CHANNEL_MESSAGE_LOST = 8,           /* accesses dropped here */
    CHANNEL_MESSAGE_META = 9,           /* -; "key=value" */
    /* vaddr, size, is it a store, number of the call */
    CHANNEL_MESSAGE_KERNEL_ACCESS = 10,
    CHANNEL_MESSAGE_PAUSE = 11,  /* bits of enum selection_pause */
    CHANNEL_MESSAGE_RESUME = 12, /* - */
    /* vaddr, size or CHANNEL_KEPT_SIZE, return address; the function */
    CHANNEL_MESSAGE_ALLOCATE = 13,
    CHANNEL_MESSAGE_FREE = 14,        /* vaddr, return address; the function */
    CHANNEL_MESSAGE_THREAD_NAME = 16, /* tid; the name it has now */
    CHANNEL_MESSAGE_PROCESS_COMMAND = 17, /* pid; its command line */
    /* device, inode, size, time, hash of its content; "build-id path" */
    CHANNEL_MESSAGE_FILE = 18,
};

#define CHANNEL_NO_THREAD UINT32_MAX
#define CHANNEL_KEPT_SIZE UINT64_MAX /* the FREE before it did not happen */
/* In the flags of CHANNEL_MESSAGE_INSN. */
#define CHANNEL_INSN_ATOMIC 0x02u
#define CHANNEL_INSN_CONDITIONAL 0x04u

enum channel_slot_kind {
    CHANNEL_SLOT_THREAD = 1,  /* a guest thread: accesses and messages */
    CHANNEL_SLOT_PROCESS = 2, /* messages of a process: insns, maps */
};

enum channel_slot_state {
    CHANNEL_SLOT_FREE = 0,
    CHANNEL_SLOT_ACTIVE = 1, /* the producer writes */
    CHANNEL_SLOT_ENDED = 2,  /* the producer has gone; the recorder drains */
};

/* How a thread started. */
enum channel_cause {
    CHANNEL_CAUSE_START = 0, /* with its program, or by clone */
    CHANNEL_CAUSE_FORK = 1,  /* with its process */
    CHANNEL_CAUSE_EXEC = 2,  /* with a program in place of another */
};

/*
 * A slot.  While it is active, its first cache line belongs to the producer:
 * the recorder reads it only when it needs the entries of the last chunk.
 */
struct channel_slot {
    /* Writer: the producer.  Addresses are in its address space. */
    _Alignas(64) _Atomic(uint64_t) cursor; /* where the next entry goes */
    uint64_t limit;      /* at or past it the callback takes its slow path */
    uint64_t end;        /* of the chunk's entries */
    uint64_t fetched;    /* up to there lines were fetched for writing */
    uint64_t base;       /* where the producer has mapped the channel */
    uint64_t n_dropped;  /* accesses not recorded since the last LOST */
    uint32_t chunk;      /* index of the chunk that is written to */
    uint32_t n_controls; /* entries of that chunk that are no accesses */
    uint64_t scratch;    /* private memory for discarded entries, or 0 */
    _Atomic(uint32_t) is_discarding; /* cursor is in private memory */
    uint32_t n_dense;                /* accesses from here on, each stamped */

    /* Writer: the producer before it sets state; then constant. */
    _Alignas(64) _Atomic(uint32_t) state;
    uint32_t kind;
    uint32_t number; /* the thread's number in the trace */
    uint32_t pid;
    uint32_t tid;
    uint32_t parent; /* the starting thread's number, or CHANNEL_NO_THREAD */
    uint32_t parent_pid;
    uint32_t cause;       /* enum channel_cause */
    uint32_t chunk_first; /* index of its first chunk */
    uint64_t start_time;

    /* Writer: whoever holds it in the free list. */
    _Atomic(uint32_t) next_free;
};

/*
 * Before a chunk's entries.  The first entry is always a stamp, so that a
 * chunk can be read without the one before it.
 */
struct channel_chunk {
    _Atomic(uint32_t) next;  /* index + 1; writer: the producer, when full */
    _Atomic(uint32_t) bytes; /* of entries; 0 until it is closed */
    _Atomic(uint32_t) next_free; /* writer: whoever holds it free */
    uint32_t n_controls;         /* writer: the producer, before bytes */
};

/* Instructions whose accesses this QEMU does not show: they are counted. */
enum channel_unseen {
    CHANNEL_UNSEEN_NONE = 0,
    CHANNEL_UNSEEN_DC_ZVA,
    CHANNEL_UNSEEN_SVE,
    CHANNEL_UNSEEN_MOPS,
    CHANNEL_UNSEEN_SME,
    CHANNEL_UNSEEN_X87,
    CHANNEL_UNSEEN_FXSAVE,
    CHANNEL_UNSEEN_XSAVE,
    CHANNEL_UNSEEN_STORAGE, /* s390x: storage to storage */
    CHANNEL_UNSEEN_DCBZ,
    CHANNEL_UNSEEN_CBO_ZERO,
    /* Some of what these access is shown. */
    CHANNEL_UNSEEN_PART_X87,
    CHANNEL_UNSEEN_PART_FXSAVE,
    CHANNEL_UNSEEN_PART_XSAVE,
    CHANNEL_UNSEEN_PART_SVE,
    CHANNEL_UNSEEN_EXEC, /* programs that execve put in place of the guest */
    CHANNEL_UNSEEN_KINDS,
};

/* Set by the recorder once, in state; the plugin waits for it at start. */
enum channel_state {
    CHANNEL_STARTING = 0,
    CHANNEL_RECORDING = 1,
    CHANNEL_FAILED = 2,  /* could not start; error says why */
    CHANNEL_STOPPED = 3, /* no more is recorded; error says why or is "" */
    CHANNEL_DONE = 4,    /* output is complete, the recorder is about to go */
};

/*
 * Why a process of the guest ended the recording: a name, and the words that
 * the recorder says and puts into the trace.
 */
#define CHANNEL_STOPS(X)                                                       \
    X(THREADS, "too many threads at once")                                     \
    X(MEMORY, "QEMU is out of memory")                                         \
    X(MAPPINGS, "the list of QEMU's mappings cannot be read")                  \
    X(PROGRAM, "the program is not found among QEMU's mappings")               \
    X(IMAGE, "the program's ELF file cannot be read")                          \
    X(STACK, "the program's stack is not found among QEMU's mappings")         \
    X(GUEST_MEMORY, "the guest's memory cannot be read")                       \
    X(FILE_NAME, "the name of a mapped file cannot be read")                   \
    X(SHARED_MEMORY, "the size of attached shared memory cannot be read")      \
    X(REGISTERS, "QEMU does not tell the guest's registers")                   \
    X(DAMAGED, "the channel is damaged")

enum channel_stop {
    CHANNEL_STOP_NONE = 0,
#define CHANNEL_STOP_NUMBER(name, words) CHANNEL_STOP_##name,
    CHANNEL_STOPS(CHANNEL_STOP_NUMBER)
#undef CHANNEL_STOP_NUMBER
};

/* What to do when no chunk is free; also an option of the recorder. */
enum channel_overflow {
    CHANNEL_OVERFLOW_WAIT = 0,
    CHANNEL_OVERFLOW_DROP = 1,
};

struct channel {
    /* Written before the channel is shared; then constant. */
    uint64_t magic;
    uint32_t version;
    uint32_t overflow;       /* enum channel_overflow */
    uint64_t size_bytes;     /* of the whole memory */
    uint32_t n_chunks;       /* that size_bytes has room for */
    uint32_t most_slots;     /* of CHANNEL_SLOTS that are used */
    uint32_t soft_chunks;    /* in use at once before producers wait */
    uint32_t low_chunks;     /* in use when those that wait go on */
    uint32_t stamp_interval; /* accesses */
    uint32_t n_dense;        /* accesses at starts, each stamped */
    uint32_t is_detached;    /* the plugin started the recorder */
    uint32_t clock;          /* enum clock_reason */
    /* Writer: the recorder, before it sets state; then constant. */
    struct selection selection;

    /* Writer: the recorder. */
    _Alignas(64) _Atomic(uint32_t) state; /* a futex */
    _Atomic(uint32_t) space;       /* a futex: counts what was given back */
    _Atomic(uint32_t) sleeping;    /* the recorder waits on doorbell */
    _Atomic(uint32_t) is_released; /* a futex: a detached QEMU may exit */
    /*
     * Robust and shared between processes, locked by the recorder's main
     * thread for all its life: the kernel marks it when the recorder dies,
     * however it dies.
     */
    _Alignas(64) pthread_mutex_t recorder_life;
    char error[CHANNEL_ERROR_BYTES];

    /* Writers: producers and the recorder, by atomic operations. */
    _Alignas(64) _Atomic(uint32_t) doorbell; /* a futex: chunks, slots came */
    _Atomic(uint32_t) waiters;               /* producers waiting on space */
    /* enum channel_stop | errno << 16; writer: the first that stops. */
    _Atomic(uint32_t) stop;
    _Alignas(64) _Atomic(uint64_t) free_chunks; /* list head: tag, index + 1 */
    _Atomic(uint32_t) fresh_chunk;   /* chunks from here on were never used */
    _Atomic(uint32_t) n_used_chunks; /* taken and not drained yet */
    _Alignas(64) _Atomic(uint64_t) free_slots; /* list head: tag, index + 1 */
    _Atomic(uint32_t) fresh_slot;
    _Atomic(uint32_t) n_slots;       /* taken: each may have a chunk open */
    _Atomic(uint32_t) next_thread;   /* number of the next guest thread */
    _Atomic(uint32_t) next_insn;     /* number of the next instruction */
    _Atomic(uint32_t) n_processes;   /* that have attached */
    _Atomic(uint64_t) next_tick;     /* where stamps count: the next of them */
    _Atomic(uint32_t) forks_pending; /* children that have not, yet */

    /* How often such an instruction was executed. */
    _Alignas(64) _Atomic(uint64_t) unseen[CHANNEL_UNSEEN_KINDS];

    /* A bit a slot: has news.  Set by producers, cleared by the recorder. */
    _Alignas(64) _Atomic(uint64_t) news[CHANNEL_SLOTS / 64];

    _Alignas(64) struct selection_gate gate;
    _Alignas(64) struct lookup lookup;
};

/**
 * struct channel_config - what a new channel is made with
 * @buffer_bytes: of chunks that may be in use before producers wait
 * @stamp_interval: accesses of a thread between two stamps, from 1
 * @n_dense: how many are each stamped at a thread's start, and after a call
 * @overflow: enum channel_overflow
 * @clock: enum clock_choice
 */
struct channel_config {
    uint64_t buffer_bytes;
    uint32_t stamp_interval;
    uint32_t n_dense;
    uint32_t overflow;
    uint32_t clock;
};

/**
 * channel_create() - make a channel
 * @config: see there
 * @fd: set to a close-on-exec descriptor of the memory, owned by the caller
 *
 * Return: the mapped channel, or NULL with errno.
 */
struct channel *channel_create(const struct channel_config *config, int *fd);

/**
 * channel_map() - map a channel that another process made
 * @fd: its descriptor; may be closed afterwards
 *
 * Return: the mapped channel, or NULL with errno (EPROTO: not a channel of
 * this version).
 */
struct channel *channel_map(int fd);
void channel_unmap(struct channel *channel);

/*
 * Where slots and chunks are follows from constants, and is not stored in the
 * header: stray stores of the guest must not lead the recorder elsewhere.
 */
#define CHANNEL_ALIGN_UP(n) (((uint64_t)(n) + 4095) / 4096 * 4096)
#define CHANNEL_SLOTS_OFFSET CHANNEL_ALIGN_UP(sizeof(struct channel))
#define CHANNEL_CHUNKS_OFFSET                                                  \
    (CHANNEL_SLOTS_OFFSET +                                                    \
     CHANNEL_ALIGN_UP(CHANNEL_SLOTS * sizeof(struct channel_slot)))

static inline struct channel_slot *channel_slot(struct channel *channel,
                                                uint32_t i)
{
    return (struct channel_slot *)((char *)channel + CHANNEL_SLOTS_OFFSET) + i;
}

static inline struct channel_chunk *channel_chunk(struct channel *channel,
                                                  uint32_t i)
{
    return (struct channel_chunk *)((char *)channel + CHANNEL_CHUNKS_OFFSET +
                                    (uint64_t)i * CHANNEL_CHUNK_BYTES);
}

static inline void *channel_chunk_entries(struct channel_chunk *chunk)
{
    return chunk + 1;
}

#define CHANNEL_CHUNK_ENTRY_BYTES                                              \
    ((CHANNEL_CHUNK_BYTES - sizeof(struct channel_chunk)) /                    \
     sizeof(struct channel_entry) * sizeof(struct channel_entry))

#define CHANNEL_NONE UINT32_MAX /* no chunk, no slot */

/**
 * channel_take_chunk() - a chunk of one's own, taken from the free or fresh
 *
 * The chunk that was freed last is taken first: it is still in the cache.
 *
 * Return: its index, or CHANNEL_NONE.
 */
uint32_t channel_take_chunk(struct channel *channel);
/**
 * channel_full_chunks() - Return: about how many chunks wait to be read.
 *
 * The chunk that a slot writes to does not count: a sleeping thread may keep it
 * for any time, and other threads must not wait for that.
 */
uint32_t channel_full_chunks(struct channel *channel);
/** channel_free_chunk() - back to the free list; nothing refers to it. */
void channel_free_chunk(struct channel *channel, uint32_t chunk);
/**
 * channel_chunk_drained() - a chunk's entries are read
 *
 * It no longer counts as used, and producers that wait for room continue.  It
 * is freed once its producer has linked the next chunk to it, or has ended.
 */
void channel_chunk_drained(struct channel *channel);

/** channel_take_slot() - Return: index of a slot of one's own, or NONE. */
uint32_t channel_take_slot(struct channel *channel);
/** channel_give_slot() - give back a slot that ended and is drained. */
void channel_give_slot(struct channel *channel, uint32_t slot);

/** channel_recorder_is_alive() - has the recorder's process not died? */
bool channel_recorder_is_alive(struct channel *channel);

/** channel_futex_wait() - sleep while *@word is @value, at most @timeout_ms. */
void channel_futex_wait(_Atomic(uint32_t) *word, uint32_t value,
                        unsigned timeout_ms);
void channel_futex_wake(_Atomic(uint32_t) *word, int n);

/**
 * channel_stop() - end the recording from the guest's side
 * @why: what went wrong in this process, which cannot go on recording all that
 *       it should
 * @error: the errno of it, or 0
 *
 * Does nothing where the recording is over; the first reason counts.  The
 * guest goes on, and what is recorded of it no longer goes anywhere, at the
 * latest from each thread's next chunk on.  The recorder says why, once, and
 * so does the trace.  Thread safe, and waits for nothing.
 */
void channel_stop(struct channel *channel, enum channel_stop why, int error);

/**
 * channel_stop_reason() - has the guest's side ended the recording, and why?
 * @error: set to the errno of it, or 0
 *
 * Return: words, or NULL where it has not.
 */
const char *channel_stop_reason(struct channel *channel, int *error);

/**
 * channel_ring_doorbell() - wake the recorder
 *
 * The recorder looks by itself every millisecond or so.  A producer that waits
 * calls this.
 */
void channel_ring_doorbell(struct channel *channel);

#endif /* CHANNEL_H */
