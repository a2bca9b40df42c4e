/* SPDX-License-Identifier: GPL-2.0-or-later */
/* quick_loops.c - see quick_loops.h. */
#include "quick_loops.h"

#include <stdbool.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

static bool is_unseen(uint64_t vaddr, uint32_t tag, const uint64_t *seen)
{
    uint64_t what = race_seen_what(vaddr, tag);

    int is_new = seen[race_seen_place(what)] != what;
    int crosses = race_end_in_page(vaddr, tag) > RACE_PAGE_BYTES;

    return is_new | crosses | (tag & MEMTRACE_TAG_ATOMIC);
}

static uint64_t unseen_plain(const uint64_t *vaddrs, const uint32_t *tags,
                             size_t n, const uint64_t *seen)
{
    uint64_t mask = 0;

    for (size_t i = 0; i < n; i++) {
        mask |= (uint64_t)is_unseen(vaddrs[i], tags[i], seen) << i;
    }
    return mask;
}

static uint64_t listed_plain(const uint64_t *vaddrs, size_t n,
                             const uint8_t *places)
{
    uint64_t mask = 0;

    for (size_t i = 0; i < n; i++) {
        size_t place = race_listed_place(vaddrs[i] >> RACE_PAGE_BITS);

        mask |= (uint64_t)places[place] << i;
    }
    return mask;
}

static const struct race_quick plain = {unseen_plain, listed_plain};

#if defined(__x86_64__)

#define AVX2 __attribute__((target("avx2")))

static AVX2 uint64_t unseen_avx2(const uint64_t *vaddrs, const uint32_t *tags,
                                 size_t n, const uint64_t *seen)
{
    const __m256i one = _mm256_set1_epi64x(1);
    uint64_t mask = 0;
    size_t i = 0;

    for (; i + 4 <= n; i += 4) {
        __m256i vaddr = _mm256_loadu_si256((const __m256i *)(vaddrs + i));
        __m256i tag =
            _mm256_cvtepu32_epi64(_mm_loadu_si128((const __m128i *)(tags + i)));
        __m256i what = _mm256_or_si256(
            _mm256_slli_epi64(_mm256_srli_epi64(vaddr, RACE_PAGE_BITS), 4),
            _mm256_or_si256(
                one,
                _mm256_and_si256(tag, _mm256_set1_epi64x(MEMTRACE_TAG_STORE))));
        __m256i place =
            _mm256_and_si256(_mm256_xor_si256(_mm256_srli_epi64(what, 3),
                                              _mm256_srli_epi64(what, 14)),
                             _mm256_set1_epi64x(RACE_SEEN - 1));
        __m256i is_seen = _mm256_cmpeq_epi64(
            what, _mm256_i64gather_epi64((const long long *)seen, place, 8));
        __m256i size = _mm256_sllv_epi64(
            one,
            _mm256_and_si256(tag, _mm256_set1_epi64x(MEMTRACE_TAG_SIZE_MASK)));
        __m256i end = _mm256_add_epi64(
            size,
            _mm256_and_si256(vaddr, _mm256_set1_epi64x(RACE_PAGE_BYTES - 1)));
        __m256i crosses =
            _mm256_cmpgt_epi64(end, _mm256_set1_epi64x(RACE_PAGE_BYTES));
        __m256i atomic = _mm256_cmpgt_epi64(
            _mm256_and_si256(tag, _mm256_set1_epi64x(MEMTRACE_TAG_ATOMIC)),
            _mm256_setzero_si256());
        __m256i is_dull =
            _mm256_andnot_si256(_mm256_or_si256(crosses, atomic), is_seen);
        unsigned dull = (unsigned)_mm256_movemask_pd((__m256d)is_dull);

        mask |= (uint64_t)(dull ^ 0xf) << i;
    }
    for (; i < n; i++) {
        mask |= (uint64_t)is_unseen(vaddrs[i], tags[i], seen) << i;
    }
    return mask;
}

static AVX2 uint64_t listed_avx2(const uint64_t *vaddrs, size_t n,
                                 const uint8_t *places)
{
    uint64_t mask = 0;
    size_t i = 0;

    for (; i + 4 <= n; i += 4) {
        __m256i number = _mm256_srli_epi64(
            _mm256_loadu_si256((const __m256i *)(vaddrs + i)), RACE_PAGE_BITS);
        __m256i place = _mm256_and_si256(
            _mm256_xor_si256(number, _mm256_srli_epi64(number, 13)),
            _mm256_set1_epi64x(RACE_LISTED_PLACES - 1));
        __m128i four = _mm256_i64gather_epi32((const int *)places, place, 1);

        /* Bit 0 of each becomes its sign. */
        mask |= (uint64_t)(unsigned)_mm_movemask_ps(
                    (__m128)_mm_slli_epi32(four, 31))
                << i;
    }
    return mask | (i < n ? listed_plain(vaddrs + i, n - i, places) << i : 0);
}

#define AVX512 __attribute__((target("avx512f,avx512vl,avx512dq")))

static AVX512 uint64_t unseen_avx512(const uint64_t *vaddrs,
                                     const uint32_t *tags, size_t n,
                                     const uint64_t *seen)
{
    const __m512i one = _mm512_set1_epi64(1);
    uint64_t mask = 0;
    size_t i = 0;

    for (; i + 8 <= n; i += 8) {
        __m512i vaddr = _mm512_loadu_si512(vaddrs + i);
        __m512i tag = _mm512_cvtepu32_epi64(
            _mm256_loadu_si256((const __m256i *)(tags + i)));
        __m512i what = _mm512_or_si512(
            _mm512_slli_epi64(_mm512_srli_epi64(vaddr, RACE_PAGE_BITS), 4),
            _mm512_or_si512(
                one,
                _mm512_and_si512(tag, _mm512_set1_epi64(MEMTRACE_TAG_STORE))));
        __m512i place =
            _mm512_and_si512(_mm512_xor_si512(_mm512_srli_epi64(what, 3),
                                              _mm512_srli_epi64(what, 14)),
                             _mm512_set1_epi64(RACE_SEEN - 1));
        __m512i size = _mm512_sllv_epi64(
            one,
            _mm512_and_si512(tag, _mm512_set1_epi64(MEMTRACE_TAG_SIZE_MASK)));
        __m512i end = _mm512_add_epi64(
            size,
            _mm512_and_si512(vaddr, _mm512_set1_epi64(RACE_PAGE_BYTES - 1)));
        __mmask8 is_not_dull =
            _mm512_cmpneq_epi64_mask(what,
                                     _mm512_i64gather_epi64(place, seen, 8)) |
            _mm512_cmpgt_epi64_mask(end, _mm512_set1_epi64(RACE_PAGE_BYTES)) |
            _mm512_test_epi64_mask(tag, _mm512_set1_epi64(MEMTRACE_TAG_ATOMIC));

        mask |= (uint64_t)is_not_dull << i;
    }
    for (; i < n; i++) {
        mask |= (uint64_t)is_unseen(vaddrs[i], tags[i], seen) << i;
    }
    return mask;
}

static AVX512 uint64_t listed_avx512(const uint64_t *vaddrs, size_t n,
                                     const uint8_t *places)
{
    uint64_t mask = 0;
    size_t i = 0;

    for (; i + 8 <= n; i += 8) {
        __m512i number =
            _mm512_srli_epi64(_mm512_loadu_si512(vaddrs + i), RACE_PAGE_BITS);
        __m512i place = _mm512_and_si512(
            _mm512_xor_si512(number, _mm512_srli_epi64(number, 13)),
            _mm512_set1_epi64(RACE_LISTED_PLACES - 1));
        __m256i eight = _mm512_i64gather_epi32(place, places, 1);

        mask |= (uint64_t)_mm256_test_epi32_mask(eight, _mm256_set1_epi32(1))
                << i;
    }
    return mask | (i < n ? listed_plain(vaddrs + i, n - i, places) << i : 0);
}

static const struct race_quick avx2 = {unseen_avx2, listed_avx2};
static const struct race_quick avx512 = {unseen_avx512, listed_avx512};

#endif

const struct race_quick *race_quick_choose(enum race_quick_level most)
{
#if defined(__x86_64__)
    if (most >= RACE_QUICK_AVX512 && __builtin_cpu_supports("avx512f") &&
        __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512dq")) {
        return &avx512;
    }
    if (most >= RACE_QUICK_AVX2 && __builtin_cpu_supports("avx2")) {
        return &avx2;
    }
#endif
    (void)most;
    return &plain;
}
