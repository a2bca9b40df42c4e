/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * format.h - the numbers of the file format; memtrace.data(5) explains them.
 *
 * All offsets are in bytes, all numbers little-endian.
 */
#ifndef MEMTRACE_FORMAT_H
#define MEMTRACE_FORMAT_H

#define FORMAT_VERSION 1

/* The file header: magic, version, its size, checksum. */
#define FILE_MAGIC "\x89MTRACE\n"
#define FILE_HEADER_BYTES 32
#define FILE_HEADER_VERSION 8
#define FILE_HEADER_SIZE 12
#define FILE_HEADER_CHECKSUM 24

/* A block: this header, a head whose form depends on the kind, a body. */
#define BLOCK_SYNC "\xf7MTBLK\r\n"
#define BLOCK_SYNC_BYTES 8
#define BLOCK_HEADER_BYTES 40
#define BLOCK_KIND 8
#define BLOCK_ENCODING 10
#define BLOCK_HEAD_SIZE 12
#define BLOCK_BODY_SIZE 16
#define BLOCK_BODY_CHECKSUM 24
#define BLOCK_HEAD_CHECKSUM 32 /* of bytes 8..31 and the head */
#define BLOCK_HEAD_MAX 256

enum block_kind {
    BLOCK_META = 1,
    BLOCK_INSNS = 2,
    BLOCK_ACCESS = 3,
    BLOCK_THREADS = 4,
    BLOCK_INDEX = 5,
    BLOCK_EVICTED = 6,
    BLOCK_FREE = 7, /* its body is anything */
};

/* The head of an ACCESS block. */
#define ACCESS_THREAD 0
#define ACCESS_N_EVENTS 4
#define ACCESS_FIRST 8
#define ACCESS_START_TIME 16
#define ACCESS_END_TIME 24
#define ACCESS_MIN_VADDR 32
#define ACCESS_MAX_VADDR 40
#define ACCESS_N_LOST 48
#define ACCESS_N_ACCESSES 56
#define ACCESS_N_STORES 60
#define ACCESS_N_ATOMICS 64
#define ACCESS_EVENTS_SIZE 68 /* of the events part, the body's first */
#define ACCESS_EVENTS_CHECKSUM 72
#define ACCESS_HEAD_BYTES 80
/* With values the head goes on; readers that know none skip both. */
#define ACCESS_FLAGS 80
#define ACCESS_HAS_VALUES 1 /* values stand behind the columns */
#define ACCESS_HAS_DIGEST 2 /* the body ends with a digest */
#define ACCESS_DIGEST_SIZE 84
#define ACCESS_HEAD_BYTES_VALUES 88
/* So it does with a digest. */
#define ACCESS_DIGEST_CHECKSUM 88
#define ACCESS_HEAD_BYTES_DIGEST 96

/* The head of an EVICTED block. */
#define EVICTED_THREAD 0
#define EVICTED_N_EVENTS 4
#define EVICTED_FIRST 8
#define EVICTED_START_TIME 16
#define EVICTED_END_TIME 24
#define EVICTED_N_ACCESSES 32
#define EVICTED_N_STORES 40
#define EVICTED_N_ATOMICS 48
#define EVICTED_N_LOST 56
#define EVICTED_HEAD_BYTES 64

/* The head of an INDEX block. */
#define INDEX_PREVIOUS_OFFSET 0 /* of the INDEX block before, 0 for none */
#define INDEX_PREVIOUS_SIZE 8
#define INDEX_FLAGS 16
#define INDEX_IS_LAST 1     /* the recorder came to the file's end */
#define INDEX_IS_COMPLETE 2 /* and says that nothing is missing */
#define INDEX_HEAD_BYTES 24

/* The last bytes of a complete file. */
#define TRAILER_MAGIC "\xf7MTEND\r\n"
#define TRAILER_BYTES 32
#define TRAILER_INDEX_OFFSET 8
#define TRAILER_INDEX_SIZE 16
#define TRAILER_CHECKSUM 24 /* of bytes 0..23 */

/* A section: method, raw size, stored size (varints), the stored bytes. */
#define SECTION_STORED 0
#define SECTION_ZSTD 1
#define SECTION_HEADER_MAX 21

/*
 * Limits, so that a small file cannot ask for much memory.  A section that
 * the reader keeps holds at most KEPT_RATIO times its bytes in the file and
 * KEPT_SLACK more.
 */
#define LIMIT_BLOCK_ACCESSES (1u << 20)
#define LIMIT_THREADS (1u << 24)
#define LIMIT_KEPT_BYTES (64u << 20)
#define LIMIT_EVENT_TEXT 65535
#define KEPT_RATIO 256
#define KEPT_SLACK 4096

#endif /* MEMTRACE_FORMAT_H */
