/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * encode_model.c - accesses to columns: what predict.h does not foretell.
 *
 * Accesses are first copied to where predictions look back to; then LANES of
 * them are compared at once with what was expected.  The loops are written
 * with GCC's vectors, so that they are the same on every host, and compiled
 * again for hosts with AVX2 and AVX-512.
 */
#include "model.h"

#include <stdlib.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "check.h"

/* So many accesses are copied before they are coded, and stay in cache. */
#define CODE_FROM 2048
#define CODE_MAX 4096
/* Tags and moves are compared so far ahead of the ways. */
#define STRETCH 64

/*
 * An address that its way does not lead to: its position from where coding
 * started, whether its move is one of more than 32 bits, or from no source,
 * and above that the mask of the way that leads there, or 0.
 */
#define MISS_OFFSET 0x7fffu
#define MISS_IS_FAR 0x8000u
#define MISS_WAY_SHIFT 16

_Static_assert(CODE_MAX <= MISS_OFFSET + 1 && WAYS <= 16, "a miss has 32 bits");

struct model_encoder {
    uint64_t min_vaddr;
    uint64_t max_vaddr;
    uint32_t n_stores;
    uint32_t n_atomics;
    uint32_t n_taken; /* accesses of the block */
    uint32_t n_coded; /* of them */
    /* Positions behind the accesses of the last events. */
    uint32_t tag_run_from;
    uint32_t address_run_from;
    uint32_t n_new;
    uint32_t *new_tags; /* those that came up, some more than once */
    size_t (*take)(struct model_encoder *m,
                   const struct memtrace_packed *packed, size_t n);
    void (*code)(struct model_encoder *m);
    uint64_t packing[1u << LANES]; /* lanes of a mask, a byte each */
    uint8_t *columns[N_COLUMNS];
    uint8_t *ends[N_COLUMNS];
    struct model_stamps stamps; /* of the last call of take */
    struct predictor p;
};

void model_encoder_free(struct model_encoder *m)
{
    if (!m) {
        return;
    }
    for (unsigned i = 0; i < N_COLUMNS; i++) {
        free(m->columns[i]);
    }
    free(m->new_tags);
    predictor_free(&m->p);
    free(m);
}

/* So many accesses that one run byte does not hold them. */
static __attribute__((noinline)) uint8_t *put_long_run(uint8_t *runs,
                                                       uint32_t run)
{
    for (; run >= RUN_GOES_ON; run -= RUN_GOES_ON) {
        *runs++ = RUN_GOES_ON;
    }
    *runs++ = (uint8_t)run;
    return runs;
}

/*
 * An event and the run before it.  How long runs are could not be predicted,
 * so there is no branch for it: what is not needed is written to where the
 * next byte goes.
 */
static inline void put_event(uint8_t **events, uint8_t **runs, uint32_t run,
                             unsigned event, unsigned n_events, unsigned n_runs)
{
    bool is_long = run >= n_runs;

    *(*events)++ = (uint8_t)((is_long ? n_runs : run) * n_events + event);
    if (__builtin_expect(run >= RUN_GOES_ON, 0)) {
        *runs = put_long_run(*runs, run);
        return;
    }
    **runs = (uint8_t)run;
    *runs += is_long;
}

static __attribute__((noinline)) void put_new_tag(struct model_encoder *m,
                                                  uint32_t tag, uint32_t before)
{
    *m->ends[COLUMN_NEW_TAGS]++ = tag & 0x1f;
    m->ends[COLUMN_NEW_INSNS] =
        put_varint(m->ends[COLUMN_NEW_INSNS],
                   zigzag((uint64_t)(tag >> MEMTRACE_TAG_INSN_SHIFT) -
                          (before >> MEMTRACE_TAG_INSN_SHIFT)));
    m->new_tags[m->n_new++] = tag;
}

/*
 * What is called for each miss is part of the loops in encode_lanes.h: compiled
 * by itself it would be SSE code between AVX2 code, whose upper halves are in
 * use, and wait for them at each of its moves (a third of all time on Intel).
 */
#define INTO_LANES inline __attribute__((always_inline))

/* The tag at `at` is not the one at the source. */
static INTO_LANES void miss_tag(struct model_encoder *m, uint32_t at)
{
    struct predictor *p = &m->p;
    uint32_t tag = p->tags[at], before = p->tags[(ptrdiff_t)at - 1];
    const uint32_t *nexts = nexts_of(p, before);
    const uint32_t *tagged = place_tagged(p, tag);
    uint32_t place = (uint32_t)(tagged - p->tagged);
    enum tag_event event;

    event = p->tags[(ptrdiff_t)*tagged - 1] == tag ? TAG_KNOWN : TAG_NEW;
    event = nexts[1] == tag ? TAG_NEXT_2 : event;
    event = nexts[0] == tag ? TAG_NEXT_1 : event;
    *m->ends[COLUMN_KNOWN_LOW] = (uint8_t)place;
    m->ends[COLUMN_KNOWN_LOW] += event == TAG_KNOWN;
    *m->ends[COLUMN_KNOWN_HIGH] = (uint8_t)(place >> 8);
    m->ends[COLUMN_KNOWN_HIGH] += event == TAG_KNOWN;
    if (__builtin_expect(event == TAG_NEW, 0)) {
        put_new_tag(m, tag, before);
    }
    put_event(&m->ends[COLUMN_TAG_EVENTS], &m->ends[COLUMN_TAG_RUNS],
              at - m->tag_run_from, event, TAG_EVENTS, TAG_RUNS);
    m->tag_run_from = at + 1;
    learn_tag(p, at, event);
}

/*
 * Addresses to which their ways did not lead, positions counted from start:
 * see MISS_OFFSET.  Nearly nothing of this could be predicted, so that there
 * are no branches but for what is rare.
 */
static INTO_LANES void put_misses(struct model_encoder *m, uint32_t start,
                                  const uint32_t *misses, uint32_t n)
{
    struct predictor *p = &m->p;
    uint8_t *events = m->ends[COLUMN_ADDRESS_EVENTS];
    uint8_t *runs = m->ends[COLUMN_ADDRESS_RUNS];
    uint8_t *ways = m->ends[COLUMN_WAYS];
    uint8_t *first = m->ends[COLUMN_FIRST];
    uint8_t *second = m->ends[COLUMN_SECOND];
    uint8_t *third = m->ends[COLUMN_THIRD];
    uint32_t run_from = m->address_run_from;

    for (uint32_t i = 0; i < n; i++) {
        uint32_t miss = misses[i], at = start + (miss & MISS_OFFSET);
        uint32_t way = miss >> MISS_WAY_SHIFT;
        uint64_t vaddr = p->vaddrs[at];
        uint64_t *missed = last_missed(p, p->tags[at]);
        uint64_t z_miss = zigzag(vaddr - *missed);
        uint64_t z_move = zigzag((uint64_t)(int64_t)p->moves[at]);
        uint64_t z;
        unsigned is_nearer, more_1, more_2, event;
        bool is_coded = way == 0;

        *missed = vaddr;
        z_move = miss & MISS_IS_FAR ? UINT64_MAX : z_move;
        is_nearer = z_miss < z_move;
        z = is_nearer ? z_miss : z_move;
        more_1 = z >= 1u << 8;
        more_2 = z >= 1u << 16;
        event = ADDRESS_MOVE + is_nearer * (ADDRESS_MISSED - ADDRESS_MOVE) +
                more_1 + more_2;
        event = is_coded ? event : ADDRESS_REPEAT + (way > 1u << WAY_REPEAT);
        if (__builtin_expect(is_coded & (z >= 1u << 24), 0)) {
            event = ADDRESS_FAR;
            is_coded = false;
            m->ends[COLUMN_FAR] = put_varint(m->ends[COLUMN_FAR], z_miss);
        }
        put_event(&events, &runs, at - run_from, event, ADDRESS_EVENTS,
                  ADDRESS_RUNS);
        run_from = at + 1;
        *ways = (uint8_t)__builtin_ctz(way | 1u << WAYS);
        ways += way > 1u << WAY_REPEAT;
        *first = (uint8_t)z;
        first += is_coded;
        *second = (uint8_t)(z >> 8);
        second += is_coded & more_1;
        *third = (uint8_t)(z >> 16);
        third += is_coded & more_2;
    }
    m->address_run_from = run_from;
    m->ends[COLUMN_ADDRESS_EVENTS] = events;
    m->ends[COLUMN_ADDRESS_RUNS] = runs;
    m->ends[COLUMN_WAYS] = ways;
    m->ends[COLUMN_FIRST] = first;
    m->ends[COLUMN_SECOND] = second;
    m->ends[COLUMN_THIRD] = third;
}

/* What does not fill all lanes, as take() in encode_lanes.h. */
static size_t take_rest(struct model_encoder *m,
                        const struct memtrace_packed *packed, size_t n)
{
    size_t i = 0;

    for (; i < n && i < LANES; i++) {
        const volatile struct memtrace_packed *entry = packed + i;
        uint64_t vaddr = entry->vaddr;
        uint32_t tag = entry->tag;

        if (memtrace_tag_is_access(tag)) {
            m->p.vaddrs[m->n_taken] = vaddr;
            m->p.tags[m->n_taken++] = tag;
            m->min_vaddr = vaddr < m->min_vaddr ? vaddr : m->min_vaddr;
            m->max_vaddr = vaddr > m->max_vaddr ? vaddr : m->max_vaddr;
            m->n_stores += tag / MEMTRACE_TAG_STORE & 1;
            m->n_atomics += tag / MEMTRACE_TAG_ATOMIC & 1;
        } else if ((tag == MEMTRACE_TAG_STAMP ||
                    tag == MEMTRACE_TAG_STAMP_BLOCKED) &&
                   m->stamps.n < MODEL_STAMPS) {
            m->stamps.at[m->stamps.n] = m->n_taken;
            m->stamps.times[m->stamps.n++] = vaddr;
        } else {
            break;
        }
    }
    return i;
}

/*
 * The loops over all accesses are in encode_lanes.h, which is compiled for
 * every processor, and on x86_64 for those with AVX2 and with AVX-512.
 */
#define LANES_FN(name) name##_plain
#define LANES_TARGET
#include "encode_lanes.h"
#undef LANES_FN
#undef LANES_TARGET

#if defined(__x86_64__)
#define LANES_FN(name) name##_avx2
#define LANES_TARGET __attribute__((target("avx2,bmi2")))
#define LANES_AVX2
#include "encode_lanes.h"
#undef LANES_FN
#undef LANES_TARGET

#define LANES_FN(name) name##_avx512
#define LANES_TARGET                                                           \
    __attribute__((target("avx2,bmi2,avx512f,avx512bw,avx512vl")))
#define LANES_AVX512
#include "encode_lanes.h"
#endif

static void choose_loops(struct model_encoder *m, enum model_loops most)
{
    m->take = take_plain;
    m->code = code_plain;
    (void)most;
#if defined(__x86_64__)
    if (most >= MODEL_LOOPS_AVX2 && __builtin_cpu_supports("avx2") &&
        __builtin_cpu_supports("bmi2")) {
        m->take = take_avx2;
        m->code = code_avx2;
    }
    if (most >= MODEL_LOOPS_AVX512 && m->code == code_avx2 &&
        __builtin_cpu_supports("avx512f") &&
        __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512vl")) {
        m->take = take_avx512;
        m->code = code_avx512;
    }
#endif
}

struct model_encoder *model_encoder_new(enum model_loops most)
{
    struct model_encoder *m = calloc(1, sizeof(*m));
    bool is_good;

    if (!m) {
        return NULL;
    }
    for (unsigned mask = 0; mask < 1u << LANES; mask++) {
        unsigned n = 0;

        for (unsigned lane = 0; lane < LANES; lane++) {
            m->packing[mask] |= (uint64_t)(mask >> lane & 1) * lane << 8 * n;
            n += mask >> lane & 1;
        }
    }
    choose_loops(m, most);
    /* Room for the worst block; what is not touched takes no memory. */
    m->new_tags = malloc(MEMTRACE_BLOCK_ACCESSES * sizeof(*m->new_tags));
    is_good = m->new_tags && predictor_reserve(&m->p, MEMTRACE_BLOCK_ACCESSES,
                                               1u << WAY_REPEAT) == 0;
    for (unsigned i = 0; i < N_COLUMNS; i++) {
        m->columns[i] = malloc(column_room(i, MEMTRACE_BLOCK_ACCESSES + 1));
        is_good = is_good && m->columns[i];
    }
    if (!is_good) {
        model_encoder_free(m);
        return NULL;
    }
    return m;
}

void model_encoder_begin(struct model_encoder *m)
{
    predictor_reset(&m->p);
    m->min_vaddr = UINT64_MAX;
    m->max_vaddr = 0;
    m->n_stores = m->n_atomics = 0;
    m->n_taken = m->n_coded = 0;
    m->tag_run_from = m->address_run_from = 0;
    m->n_new = 0;
    for (unsigned i = 0; i < N_COLUMNS; i++) {
        m->ends[i] = m->columns[i];
    }
}

size_t model_encode(struct model_encoder *m,
                    const struct memtrace_packed *packed, size_t n,
                    const struct model_stamps **stamps)
{
    size_t n_taken;

    m->stamps.n = 0;
    n_taken = m->take(m, packed, n);
    *stamps = &m->stamps;
    check(m->n_taken <= MEMTRACE_BLOCK_ACCESSES, "what is taken has room");
    if (m->n_taken - m->n_coded >= CODE_FROM) {
        m->code(m);
    }
    return n_taken;
}

uint32_t model_encoder_count(const struct model_encoder *m)
{
    return m->n_taken;
}

int model_encoder_finish(struct model_encoder *m, ZSTD_CCtx *zstd,
                         struct access_head *head, struct buffer *out)
{
    m->code(m);
    check(m->n_coded == m->n_taken, "all accesses are coded");
    head->n_stores = m->n_stores;
    head->n_atomics = m->n_atomics;
    head->min_vaddr = m->min_vaddr;
    head->max_vaddr = m->max_vaddr;
    for (unsigned i = 0; i < N_COLUMNS; i++) {
        size_t size = (size_t)(m->ends[i] - m->columns[i]);

        check(size <= column_room(i, m->n_taken),
              "a column has no more than its accesses can take");
        if (section_put(out, zstd, SECTION_FAST, m->columns[i], size, false) <
            0) {
            return MEMTRACE_ERR_NOMEM;
        }
    }
    return 0;
}

uint32_t model_encoder_insn(const struct model_encoder *m, size_t i)
{
    return i < m->n_new ? m->new_tags[i] >> MEMTRACE_TAG_INSN_SHIFT : 0;
}

void model_encoder_from(const struct model_encoder *m, uint32_t at,
                        const uint64_t **vaddrs, const uint32_t **tags)
{
    *vaddrs = m->p.vaddrs + at;
    *tags = m->p.tags + at;
}

struct memtrace_packed model_encoder_access(const struct model_encoder *m,
                                            uint32_t at)
{
    return (struct memtrace_packed){m->p.vaddrs[at], m->p.tags[at]};
}
