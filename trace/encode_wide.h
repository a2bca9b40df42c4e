/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * encode_wide.h - code_lanes() of encode_lanes.h for WIDE lanes at once, where
 * the processor has AVX-512: a comparison gives a mask, and its way's bit goes
 * to the lanes that have one.
 */
#define WIDE (2 * LANES)

#define TRY_WAY(way, expected)                                                 \
    ways = _mm512_mask_or_epi32(ways, _mm512_cmpeq_epi32_mask(expected, move), \
                                ways, _mm512_set1_epi32(1 << (way)))
#define TRY_LIKE(distance)                                                     \
    TRY_WAY(WAY_LIKE_1 + (distance)-1, _mm512_loadu_si512(moves - (distance)))
#define TRY_TWICE(distance)                                                    \
    do {                                                                       \
        other = _mm512_loadu_si512(moves - (distance));                        \
        TRY_WAY(WAY_TWICE_1 + (distance)-1, _mm512_add_epi32(other, other));   \
    } while (0)

/* p->repeat must be WIDE at least; the rest is as with code_lanes(). */
static inline LANES_TARGET __attribute__((always_inline)) uint32_t
code_wide(struct model_encoder *m, uint32_t at, uint32_t offset, unsigned n,
          const lanes_s32 *fits, uint32_t *misses, uint32_t n_misses)
{
    static const uint32_t lane_numbers[WIDE] = {0, 1, 2,  3,  4,  5,  6,  7,
                                                8, 9, 10, 11, 12, 13, 14, 15};
    struct predictor *p = &m->p;
    const int32_t *moves = p->moves + at;
    __m512i move = _mm512_loadu_si512(moves), ways = _mm512_setzero_si512();
    __m512i fit = _mm512_loadu_si512(fits), other, way, lowest, miss;
    __mmask16 is_missed, is_learned;

    TRY_WAY(WAY_REPEAT, _mm512_loadu_si512(moves - p->repeat));
    TRY_LIKE(1);
    TRY_LIKE(2);
    TRY_LIKE(3);
    TRY_LIKE(4);
    TRY_LIKE(5);
    TRY_LIKE(6);
    TRY_LIKE(7);
    TRY_LIKE(8);
    TRY_LIKE(9);
    TRY_LIKE(10);
    TRY_LIKE(11);
    TRY_TWICE(1);
    TRY_TWICE(2);
    TRY_TWICE(3);
    TRY_TWICE(4);
    ways = _mm512_and_si512(ways, fit);
    way = _mm512_cvtepu16_epi32(
        _mm256_loadu_si256((const __m256i *)(p->ways + at - p->repeat)));
    is_missed = _mm512_testn_epi32_mask(way, ways);
    is_learned = is_missed & _mm512_test_epi32_mask(ways, ways);
    lowest =
        _mm512_and_si512(ways, _mm512_sub_epi32(_mm512_setzero_si512(), ways));
    way = _mm512_mask_mov_epi32(way, is_learned, lowest);
    _mm256_storeu_si256((__m256i *)(p->ways + at), _mm512_cvtepi32_epi16(way));
    miss = _mm512_add_epi32(_mm512_loadu_si512(lane_numbers),
                            _mm512_set1_epi32((int)offset));
    miss = _mm512_or_si512(
        miss, _mm512_andnot_si512(fit, _mm512_set1_epi32(MISS_IS_FAR)));
    miss = _mm512_or_si512(miss, _mm512_slli_epi32(lowest, MISS_WAY_SHIFT));
    is_missed &= n < WIDE ? (1u << n) - 1 : (1u << WIDE) - 1;
    _mm512_storeu_si512(misses + n_misses,
                        _mm512_maskz_compress_epi32(is_missed, miss));
    return n_misses + (unsigned)__builtin_popcount(is_missed);
}

#undef TRY_WAY
#undef TRY_LIKE
#undef TRY_TWICE
