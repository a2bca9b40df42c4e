/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * encode_lanes.h - the encoder's loops over all accesses: LANES at once, in
 * GCC's vectors.  A part of encode_model.c, which includes it for each kind of
 * processor, with LANES_FN() to tell the functions apart and LANES_TARGET.
 */
#ifndef ENCODE_LANES_TYPES
#define ENCODE_LANES_TYPES

typedef uint16_t lanes_u16 __attribute__((vector_size(2 * LANES)));
typedef uint32_t lanes_u32 __attribute__((vector_size(4 * LANES)));
typedef int32_t lanes_s32 __attribute__((vector_size(4 * LANES)));
typedef uint64_t half_u64 __attribute__((vector_size(4 * LANES)));
typedef int64_t half_s64 __attribute__((vector_size(4 * LANES)));

#define LOAD(vector, from) memcpy(&(vector), (from), sizeof(vector))
#define STORE(to, vector) memcpy((to), &(vector), sizeof(vector))

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define LOW_HALVES 0, 2, 4, 6, 8, 10, 12, 14
#define HIGH_HALVES 1, 3, 5, 7, 9, 11, 13, 15
#else
#define LOW_HALVES 1, 3, 5, 7, 9, 11, 13, 15
#define HIGH_HALVES 0, 2, 4, 6, 8, 10, 12, 14
#endif

/* Chunks come out of another core's cache. */
#define PREFETCH_BYTES 1024

/* Addresses are compared as signed numbers, less 2^63. */
#define SIGN (UINT64_C(1) << 63)

#endif /* ENCODE_LANES_TYPES */

/* One bit for each lane, all ones or zeros; lane 0 the lowest. */
static inline LANES_TARGET unsigned LANES_FN(lane_bits)(const lanes_s32 *lanes)
{
#ifdef LANES_AVX2
    return (unsigned)_mm256_movemask_ps((__m256)*lanes);
#else
    unsigned bits = 0;

    for (int i = 0; i < LANES; i++) {
        bits |= ((unsigned)(*lanes)[i] & 1) << i;
    }
    return bits;
#endif
}

static inline LANES_TARGET void LANES_FN(load_ways)(const uint16_t *from,
                                                    lanes_u32 *ways)
{
#ifdef LANES_AVX2
    *ways = (lanes_u32)_mm256_cvtepu16_epi32(
        _mm_loadu_si128((const __m128i *)from));
#else
    lanes_u16 narrow;

    LOAD(narrow, from);
    *ways = __builtin_convertvector(narrow, lanes_u32);
#endif
}

static inline LANES_TARGET void LANES_FN(store_ways)(uint16_t *to,
                                                     const lanes_u32 *ways)
{
    lanes_u16 narrow = __builtin_convertvector(*ways, lanes_u16);

    STORE(to, narrow);
}

/*
 * Append the lanes of the mask to a list, and what else there is behind it.
 * Return: how long the list is then.
 */
static inline LANES_TARGET uint32_t
LANES_FN(append)(const struct model_encoder *m, uint32_t *list, uint32_t n,
                 const lanes_u32 *lanes, unsigned mask)
{
#ifdef LANES_AVX2
    __m256i order = _mm256_cvtepu8_epi32(
        _mm_loadl_epi64((const __m128i *)&m->packing[mask]));

    _mm256_storeu_si256((__m256i *)(list + n),
                        _mm256_permutevar8x32_epi32((__m256i)*lanes, order));
    return n + (unsigned)__builtin_popcount(mask);
#else
    (void)m;
    for (int i = 0; i < LANES; i++) {
        list[n] = (*lanes)[i];
        n += mask >> i & 1;
    }
    return n;
#endif
}

/* What the head says is widened by what the lanes have. */
static LANES_TARGET void LANES_FN(count)(struct model_encoder *m,
                                         const half_s64 *least,
                                         const half_s64 *most,
                                         const lanes_u32 *stores,
                                         const lanes_u32 *atomics)
{
    for (int i = 0; i < LANES / 2; i++) {
        uint64_t min = (uint64_t)(*least)[i] ^ SIGN;
        uint64_t max = (uint64_t)(*most)[i] ^ SIGN;

        m->min_vaddr = min < m->min_vaddr ? min : m->min_vaddr;
        m->max_vaddr = max > m->max_vaddr ? max : m->max_vaddr;
    }
    for (int i = 0; i < LANES; i++) {
        m->n_stores += (*stores)[i];
        m->n_atomics += (*atomics)[i];
    }
}

#define CHOOSE(choice, a, b) (((a) & (choice)) | ((b) & ~(choice)))
#define WIDEN(least, most, vaddrs, counts)                                     \
    do {                                                                       \
        half_s64 v_ = (half_s64)((vaddrs) ^ SIGN);                             \
        (least) = CHOOSE((counts) & (v_ < (least)), v_, (least));              \
        (most) = CHOOSE((counts) & (v_ > (most)), v_, (most));                 \
    } while (0)

/* Lanes of 64 bits from the lower or upper half of those of 32. */
#define WIDE_LOW(lanes)                                                        \
    ((half_s64)__builtin_shufflevector((lanes), (lanes), 0, 0, 1, 1, 2, 2, 3,  \
                                       3))
#define WIDE_HIGH(lanes)                                                       \
    ((half_s64)__builtin_shufflevector((lanes), (lanes), 4, 4, 5, 5, 6, 6, 7,  \
                                       7))

/*
 * LANES entries of which not all are accesses: those go to where the next
 * accesses go, in order, and stamps to the list.  How they are mixed could not
 * be predicted, so there is no branch for it.  In good[] are lanes of ones
 * where an access was.  Return: how many entries were taken.
 */
static inline LANES_TARGET __attribute__((always_inline)) unsigned
LANES_FN(part)(struct model_encoder *m, uint32_t *position,
               const lanes_u32 *tags, const uint64_t vaddrs[LANES],
               unsigned wrong, lanes_s32 *good)
{
    static const lanes_s32 lane_bit = {1, 2, 4, 8, 16, 32, 64, 128};
    struct model_stamps *stamps = &m->stamps;
    lanes_s32 is_stamp = (lanes_s32)((*tags == MEMTRACE_TAG_STAMP) |
                                     (*tags == MEMTRACE_TAG_STAMP_BLOCKED));
    unsigned stamp = LANES_FN(lane_bits)(&is_stamp), other = wrong & ~stamp;
    unsigned n = (unsigned)__builtin_ctz(other | 1u << LANES);
    unsigned access = ~wrong & ((1u << n) - 1);
    uint32_t at = *position, n_stamps = stamps->n;
    uint64_t *to_vaddrs = m->p.vaddrs;
    uint32_t *to_tags = m->p.tags;

    stamp &= (1u << n) - 1;
    for (unsigned i = 0; i < LANES; i++) {
        to_vaddrs[at] = vaddrs[i];
        to_tags[at] = (*tags)[i];
        stamps->times[n_stamps] = vaddrs[i];
        stamps->at[n_stamps] = at;
        at += access >> i & 1;
        n_stamps += stamp >> i & 1;
    }
    *position = at;
    stamps->n = n_stamps;
    *good = (lanes_s32)((lane_bit & (int32_t)access) != 0);
    return n;
}

/*
 * Copy accesses to where predictions look back to, count them, and list the
 * stamps between them.  Each entry is read once.  Return: how many entries
 * were taken.
 */
static LANES_TARGET size_t LANES_FN(take)(struct model_encoder *m,
                                          const struct memtrace_packed *packed,
                                          size_t n)
{
    const uint32_t first = 1u << MEMTRACE_TAG_INSN_SHIFT;
    half_s64 least = {INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX};
    half_s64 most = {INT64_MIN, INT64_MIN, INT64_MIN, INT64_MIN};
    lanes_u32 stores = {0}, atomics = {0};
    uint64_t *vaddrs = m->p.vaddrs;
    uint32_t *tags = m->p.tags, at = m->n_taken;
    unsigned taken = LANES;
    size_t i = 0;

    for (; i + LANES <= n && taken == LANES; i += taken) {
        const char *words = (const char *)(packed + i);
        lanes_u32 w0, w1, w2, tag, low, high;
        lanes_s32 is_wrong;
        unsigned wrong;

        __builtin_prefetch(words + PREFETCH_BYTES);
        __builtin_prefetch(words + PREFETCH_BYTES + 64);
        LOAD(w0, words);
        LOAD(w1, words + sizeof(w0));
        LOAD(w2, words + 2 * sizeof(w0));
        tag = __builtin_shufflevector(w0, w1, 2, 5, 8, 11, 14, 14, 14, 14);
        tag = __builtin_shufflevector(tag, w2, 0, 1, 2, 3, 4, 9, 12, 15);
        low = __builtin_shufflevector(w0, w1, 0, 1, 3, 4, 6, 7, 9, 10);
        high = __builtin_shufflevector(w1, w2, 4, 5, 7, 8, 10, 11, 13, 14);
        is_wrong = (lanes_s32)(tag - first >= MEMTRACE_TAG_CONTROL - first);
        wrong = LANES_FN(lane_bits)(&is_wrong);
        if (wrong == 0) {
            STORE(tags + at, tag);
            STORE(vaddrs + at, low);
            STORE(vaddrs + at + LANES / 2, high);
            at += LANES;
            WIDEN(least, most, (half_u64)low, -1);
            WIDEN(least, most, (half_u64)high, -1);
        } else {
            lanes_s32 good;
            uint64_t mixed[LANES];

            if (m->stamps.n > MODEL_STAMPS - LANES) {
                break;
            }
            STORE(mixed, low);
            STORE(mixed + LANES / 2, high);
            taken = LANES_FN(part)(m, &at, &tag, mixed, wrong, &good);
            tag &= (lanes_u32)good;
            WIDEN(least, most, (half_u64)low, WIDE_LOW(good));
            WIDEN(least, most, (half_u64)high, WIDE_HIGH(good));
        }
        stores += tag / MEMTRACE_TAG_STORE & 1;
        atomics += tag / MEMTRACE_TAG_ATOMIC & 1;
    }
    LANES_FN(count)(m, &least, &most, &stores, &atomics);
    m->n_taken = at;
    return taken < LANES ? i : i + take_rest(m, packed + i, n - i);
}

/*
 * How many accesses, n at most, have the tags of the source; their moves, and
 * in fits[] lanes of ones where 32 bits hold a move.
 */
static inline LANES_TARGET __attribute__((always_inline)) uint32_t
LANES_FN(follow_tags)(struct predictor *p, uint32_t at, uint32_t n,
                      lanes_s32 *fits)
{
    const uint32_t *tags = p->tags + at, *old_tags = p->tags + p->source;
    const uint64_t *vaddrs = p->vaddrs + at;
    const uint64_t *old_vaddrs = p->vaddrs + p->source;
    int32_t *moves = p->moves + at;

    for (uint32_t i = 0; i < n; i += LANES) {
        lanes_u32 tag, old_tag;
        half_u64 low, old_low, high, old_high;
        lanes_s32 move, above, differ;
        unsigned bits;

        LOAD(low, vaddrs + i);
        LOAD(old_low, old_vaddrs + i);
        LOAD(high, vaddrs + i + LANES / 2);
        LOAD(old_high, old_vaddrs + i + LANES / 2);
        low -= old_low;
        high -= old_high;
        move = __builtin_shufflevector((lanes_s32)low, (lanes_s32)high,
                                       LOW_HALVES);
        above = __builtin_shufflevector((lanes_s32)low, (lanes_s32)high,
                                        HIGH_HALVES);
        STORE(moves + i, move);
        fits[i / LANES] = above == (lanes_s32)(move < 0);
        LOAD(tag, tags + i);
        LOAD(old_tag, old_tags + i);
        differ = (lanes_s32)(tag != old_tag);
        bits = LANES_FN(lane_bits)(&differ);
        if (bits != 0) {
            i += (unsigned)__builtin_ctz(bits);
            return i < n ? i : n;
        }
    }
    return n;
}

/* From the last way to the first, each one moves those before up by a bit. */
#define TRY_WAY(expected) ways += ways - (lanes_u32)((expected) == move)
#define TRY_LIKE(distance)                                                     \
    do {                                                                       \
        LOAD(other, moves - (distance));                                       \
        TRY_WAY(other);                                                        \
    } while (0)
#define TRY_TWICE(distance)                                                    \
    do {                                                                       \
        LOAD(other, moves - (distance));                                       \
        TRY_WAY(other + other);                                                \
    } while (0)

/*
 * LANES accesses at `at`, of which the first n count: compare their moves with
 * all ways, take over or learn a way, and append those that were not as
 * expected to misses.  Return: how many those are then.
 */
static inline LANES_TARGET __attribute__((always_inline)) uint32_t
LANES_FN(code_lanes)(struct model_encoder *m, uint32_t at, uint32_t offset,
                     unsigned n, const lanes_s32 *fits, uint32_t *misses,
                     uint32_t n_misses)
{
    static const lanes_u32 lane_numbers = {0, 1, 2, 3, 4, 5, 6, 7};
    struct predictor *p = &m->p;
    const int32_t *moves = p->moves + at;
    lanes_s32 is_missed, is_learned;
    lanes_u32 move, other, ways = {0}, way, lowest, miss;
    unsigned missed;

    LOAD(move, moves);
    TRY_TWICE(4);
    TRY_TWICE(3);
    TRY_TWICE(2);
    TRY_TWICE(1);
    TRY_LIKE(11);
    TRY_LIKE(10);
    TRY_LIKE(9);
    TRY_LIKE(8);
    TRY_LIKE(7);
    TRY_LIKE(6);
    TRY_LIKE(5);
    TRY_LIKE(4);
    TRY_LIKE(3);
    TRY_LIKE(2);
    TRY_LIKE(1);
    TRY_LIKE(p->repeat);
    ways &= (lanes_u32)*fits;
    LANES_FN(load_ways)(p->ways + at - p->repeat, &way);
    is_missed = (lanes_s32)((way & ways) == 0);
    lowest = ways & -ways;
    is_learned = is_missed & (lanes_s32)(lowest != 0);
    way = CHOOSE((lanes_u32)is_learned, lowest, way);
    LANES_FN(store_ways)(p->ways + at, &way);
    missed = LANES_FN(lane_bits)(&is_missed);
    missed &= n < LANES ? (1u << n) - 1 : (1u << LANES) - 1;
    miss = (lane_numbers + offset) | (~(lanes_u32)*fits & MISS_IS_FAR) |
           lowest << MISS_WAY_SHIFT;
    return LANES_FN(append)(m, misses, n_misses, &miss, missed);
}

#undef CHOOSE
#undef WIDEN
#undef WIDE_LOW
#undef WIDE_HIGH
#undef TRY_WAY
#undef TRY_LIKE
#undef TRY_TWICE

#ifdef LANES_AVX512
#include "encode_wide.h"
#endif

/* Code from m->n_coded on, up to end; CODE_MAX accesses at most. */
static inline LANES_TARGET __attribute__((always_inline)) void
LANES_FN(code_some)(struct model_encoder *m, uint32_t end)
{
    struct predictor *p = &m->p;
    uint32_t start = m->n_coded, at = start;
    uint32_t misses[CODE_MAX + 2 * LANES], n_misses = 0;
    lanes_s32 fits[STRETCH / LANES];

    while (at < end) {
        uint32_t n = end - at < STRETCH ? end - at : STRETCH, i = 0;

        if (p->source == NO_SOURCE || p->tags[p->source] != p->tags[at]) {
            miss_tag(m, at);
        }
        if (__builtin_expect(p->source == NO_SOURCE, 0)) {
            p->moves[at] =
                (int32_t)(p->vaddrs[at] - p->vaddrs[(ptrdiff_t)at - 1]);
            p->ways[at] = 1u << WAY_REPEAT;
            misses[n_misses++] = (at - start) | MISS_IS_FAR;
            at++;
            continue;
        }
        n = LANES_FN(follow_tags)(p, at, n, fits);
#ifdef LANES_AVX512
        for (; i < n && p->repeat >= WIDE; i += WIDE) {
            n_misses = code_wide(m, at + i, at + i - start, n - i,
                                 &fits[i / LANES], misses, n_misses);
        }
#endif
        for (; i < n; i += LANES) {
            n_misses = LANES_FN(code_lanes)(m, at + i, at + i - start, n - i,
                                            &fits[i / LANES], misses, n_misses);
        }
        at += n;
        p->source += (int32_t)n;
    }
    put_misses(m, start, misses, n_misses);
    m->n_coded = end;
}

/* Code what was taken. */
static LANES_TARGET void LANES_FN(code)(struct model_encoder *m)
{
    while (m->n_coded < m->n_taken) {
        uint32_t n = m->n_taken - m->n_coded;

        LANES_FN(code_some)(m, m->n_coded + (n < CODE_MAX ? n : CODE_MAX));
    }
}
