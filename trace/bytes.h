/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bytes.h - little-endian numbers and varints, in memory of any alignment.
 *
 * Reading goes through struct bytes_in, which never passes its end: what is
 * read past it is 0 and is_bad stays set, so that a decoder tests once.
 */
#ifndef MEMTRACE_BYTES_H
#define MEMTRACE_BYTES_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define VARINT_MAX 10 /* bytes of the longest varint */

static inline uint16_t get_le16(const uint8_t *p)
{
    uint16_t v;

    memcpy(&v, p, sizeof(v));
    return le16toh(v);
}

static inline uint32_t get_le32(const uint8_t *p)
{
    uint32_t v;

    memcpy(&v, p, sizeof(v));
    return le32toh(v);
}

static inline uint64_t get_le64(const uint8_t *p)
{
    uint64_t v;

    memcpy(&v, p, sizeof(v));
    return le64toh(v);
}

static inline void put_le16(uint8_t *p, uint16_t v)
{
    v = htole16(v);
    memcpy(p, &v, sizeof(v));
}

static inline void put_le32(uint8_t *p, uint32_t v)
{
    v = htole32(v);
    memcpy(p, &v, sizeof(v));
}

static inline void put_le64(uint8_t *p, uint64_t v)
{
    v = htole64(v);
    memcpy(p, &v, sizeof(v));
}

/* Small differences of either sign to small numbers: 0 -1 1 -2 2 ... */
static inline uint64_t zigzag(uint64_t difference)
{
    return difference << 1 ^ -(difference >> 63);
}

static inline uint64_t unzigzag(uint64_t v)
{
    return v >> 1 ^ -(v & 1);
}

/* Seven bits a byte, lowest first, the top bit where more follow. */
static inline uint8_t *put_varint(uint8_t *p, uint64_t v)
{
    while (v >= 0x80) {
        *p++ = (uint8_t)(v | 0x80);
        v >>= 7;
    }
    *p++ = (uint8_t)v;
    return p;
}

struct bytes_in {
    const uint8_t *next;
    const uint8_t *end;
    bool is_bad;
};

/* data may be NULL where size is 0; what is read from is never NULL. */
static inline struct bytes_in bytes_in(const uint8_t *data, size_t size)
{
    static const uint8_t nothing[1];

    if (!data) {
        data = nothing;
    }
    return (struct bytes_in){.next = data, .end = data + size};
}

static inline size_t bytes_left(const struct bytes_in *in)
{
    return (size_t)(in->end - in->next);
}

/* NULL, and is_bad, where fewer than n bytes are left. */
static inline const uint8_t *get_bytes(struct bytes_in *in, size_t n)
{
    const uint8_t *p = in->next;

    if (bytes_left(in) < n) {
        in->is_bad = true;
        in->next = in->end;
        return NULL;
    }
    in->next += n;
    return p;
}

static inline uint8_t get_u8(struct bytes_in *in)
{
    const uint8_t *p = get_bytes(in, 1);

    return p ? *p : 0;
}

static inline uint64_t get_varint(struct bytes_in *in)
{
    uint64_t v = 0;

    for (unsigned shift = 0; shift < 64 && in->next < in->end; shift += 7) {
        uint8_t byte = *in->next++;

        v |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            return v;
        }
    }
    in->is_bad = true;
    return 0;
}

#endif /* MEMTRACE_BYTES_H */
