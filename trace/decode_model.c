/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * decode_model.c - columns back to accesses; the mirror of encode_model.c.
 */
#include "model.h"

#include <stdlib.h>

/* What is not predicted next, and at which position. */
struct next_event {
    uint32_t at;
    unsigned event;
};

struct model_decoder {
    uint32_t position; /* accesses decoded */
    struct next_event tag;
    struct next_event address;
    ptrdiff_t backs[WAYS]; /* by way, to the access that moved so */
    struct buffer columns[N_COLUMNS];
    struct bytes_in in[N_COLUMNS];
    struct predictor p;
};

struct model_decoder *model_decoder_new(void)
{
    struct model_decoder *m = calloc(1, sizeof(*m));

    if (!m) {
        return NULL;
    }
    /* That of WAY_REPEAT goes with the source. */
    for (int way = WAY_LIKE_1; way < WAYS; way++) {
        m->backs[way] =
            way - (way < WAY_TWICE_1 ? WAY_LIKE_1 : WAY_TWICE_1) + 1;
    }
    return m;
}

void model_decoder_free(struct model_decoder *m)
{
    if (!m) {
        return;
    }
    for (unsigned i = 0; i < N_COLUMNS; i++) {
        buffer_free(&m->columns[i]);
    }
    predictor_free(&m->p);
    free(m);
}

/* Many accesses before an event. */
static uint32_t get_run(struct bytes_in *runs)
{
    uint32_t run = 0;
    uint8_t byte;

    do {
        byte = get_u8(runs);
        run += byte;
    } while (byte == RUN_GOES_ON);
    return run;
}

/*
 * The next event of a column, and where it is; the run before it starts at
 * from.  A byte of no event's is one whose run is long, of number 0 or more.
 */
static inline void next_event(struct bytes_in *events, struct bytes_in *runs,
                              uint32_t from, unsigned n_events, unsigned n_runs,
                              struct next_event *next)
{
    unsigned byte, run;

    if (events->next >= events->end) {
        next->at = UINT32_MAX; /* none to the block's end */
        return;
    }
    byte = *events->next++;
    next->event = byte % n_events;
    run = byte / n_events;
    next->at = from + (run < n_runs ? run : get_run(runs));
}

static inline void next_tag(struct model_decoder *m, uint32_t from)
{
    next_event(&m->in[COLUMN_TAG_EVENTS], &m->in[COLUMN_TAG_RUNS], from,
               TAG_EVENTS, TAG_RUNS, &m->tag);
}

static inline void next_address(struct model_decoder *m, uint32_t from)
{
    next_event(&m->in[COLUMN_ADDRESS_EVENTS], &m->in[COLUMN_ADDRESS_RUNS], from,
               ADDRESS_EVENTS, ADDRESS_RUNS, &m->address);
}

int model_decoder_begin(struct model_decoder *m, ZSTD_DCtx *zstd,
                        const struct access_head *head, struct bytes_in *in)
{
    for (unsigned i = 0; i < N_COLUMNS; i++) {
        size_t max = column_room(i, (size_t)head->n_accesses + 1);
        int error = section_get(in, zstd, max, false, &m->columns[i]);

        if (error < 0) {
            return error;
        }
        /* Behind a column's end is padding: see get_difference(). */
        if (buffer_reserve(&m->columns[i], MODEL_BATCH + 1) < 0) {
            return MEMTRACE_ERR_NOMEM;
        }
        memset(m->columns[i].data + m->columns[i].used, 0, MODEL_BATCH + 1);
        m->in[i] = bytes_in(m->columns[i].data, m->columns[i].used);
    }
    if (predictor_reserve(&m->p, head->n_accesses, WAY_REPEAT) < 0) {
        return MEMTRACE_ERR_NOMEM;
    }
    predictor_reset(&m->p);
    m->position = 0;
    next_tag(m, 0);
    next_address(m, 0);
    return 0;
}

/* Return: the tag at `at`, as m->tag has it, or 0 where that is none. */
static uint32_t coded_tag(struct model_decoder *m, uint32_t at)
{
    struct predictor *p = &m->p;
    uint32_t before = p->tags[(ptrdiff_t)at - 1];
    uint32_t place, low;
    uint64_t insn;

    switch (m->tag.event) {
    case TAG_NEXT_1:
    case TAG_NEXT_2:
        return nexts_of(p, before)[m->tag.event - TAG_NEXT_1];
    case TAG_KNOWN:
        place = get_u8(&m->in[COLUMN_KNOWN_LOW]);
        place |= (uint32_t)get_u8(&m->in[COLUMN_KNOWN_HIGH]) << 8;
        place = place < PLACE_SIZE ? p->tagged[place] : 0;
        return place == 0 ? 0 : p->tags[place - 1];
    default:
        low = get_u8(&m->in[COLUMN_NEW_TAGS]) & 0x1f;
        insn = (before >> MEMTRACE_TAG_INSN_SHIFT) +
               unzigzag(get_varint(&m->in[COLUMN_NEW_INSNS]));
        return insn > 0 && insn <= MEMTRACE_INSN_MAX
                   ? (uint32_t)insn << MEMTRACE_TAG_INSN_SHIFT | low
                   : 0;
    }
}

/*
 * A difference of size bytes, 1 to 3.  What lies past a column's end is
 * padding; model_decode() finds out afterwards.
 */
static inline uint32_t get_difference(struct model_decoder *m, unsigned size)
{
    static const uint32_t masks[3] = {0xff, 0xffff, 0xffffff};
    const uint8_t **first = &m->in[COLUMN_FIRST].next;
    const uint8_t **second = &m->in[COLUMN_SECOND].next;
    const uint8_t **third = &m->in[COLUMN_THIRD].next;
    uint32_t z =
        **first | (uint32_t) * *second << 8 | (uint32_t) * *third << 16;

    ++*first;
    *second += size > 1;
    *third += size > 2;
    return z & masks[size - 1];
}

/* The move of the access at `at` by a way; see the model's backs. */
static inline int32_t move_by(const int32_t *moves, const ptrdiff_t *backs,
                              ptrdiff_t at, unsigned way)
{
    return (int32_t)((uint32_t)moves[at - backs[way]] << (way >= WAY_TWICE_1));
}

/* The address that m->address codes by a difference; its way stays. */
static inline uint64_t coded_address(struct model_decoder *m, uint64_t base,
                                     uint64_t last_miss)
{
    unsigned event = m->address.event;

    if (event == ADDRESS_FAR) {
        return last_miss + unzigzag(get_varint(&m->in[COLUMN_FAR]));
    }
    return event < ADDRESS_MISSED
               ? base + unzigzag(get_difference(m, event - ADDRESS_MOVE + 1))
               : last_miss +
                     unzigzag(get_difference(m, event - ADDRESS_MISSED + 1));
}

/* m->address is the address at `at`, whose tag is known. */
static inline void decode_address(struct model_decoder *m, uint32_t at)
{
    struct predictor *p = &m->p;
    bool has_source = p->source != NO_SOURCE;
    uint64_t base = p->vaddrs[has_source ? p->source : (ptrdiff_t)at - 1];
    uint64_t *missed = last_missed(p, p->tags[at]);

    p->ways[at] =
        has_source ? p->ways[(ptrdiff_t)at - (ptrdiff_t)p->repeat] : WAY_REPEAT;
    if (m->address.event >= ADDRESS_MOVE) {
        p->vaddrs[at] = coded_address(m, base, *missed);
        p->moves[at] = (int32_t)(p->vaddrs[at] - base);
    } else {
        unsigned way = m->address.event == ADDRESS_REPEAT
                           ? WAY_REPEAT
                           : get_u8(&m->in[COLUMN_WAYS]) & (WAYS - 1);

        p->ways[at] = (uint16_t)way;
        m->backs[WAY_REPEAT] = (ptrdiff_t)p->repeat;
        p->moves[at] = move_by(p->moves, m->backs, at, way);
        p->vaddrs[at] = base + (uint64_t)(int64_t)p->moves[at];
    }
    *missed = p->vaddrs[at];
    if (has_source) {
        p->source++;
    }
    next_address(m, at + 1);
}

/* All predicted, from `at` up to end; there is a source. */
static inline void decode_run(struct model_decoder *m, uint32_t at,
                              uint32_t end)
{
    struct predictor *p = &m->p;
    uint64_t *vaddrs = p->vaddrs;
    uint32_t *tags = p->tags;
    int32_t *moves = p->moves;
    uint16_t *ways = p->ways;
    ptrdiff_t source = p->source, repeat = (ptrdiff_t)at - (ptrdiff_t)p->repeat;

    m->backs[WAY_REPEAT] = (ptrdiff_t)p->repeat;
    for (; at < end; at++, source++, repeat++) {
        uint16_t way = ways[repeat];
        int32_t move = move_by(moves, m->backs, at, way);

        ways[at] = way;
        moves[at] = move;
        tags[at] = tags[source];
        vaddrs[at] = vaddrs[source] + (uint64_t)(int64_t)move;
    }
    p->source = (int32_t)source;
}

/* The tag at `at`, coded or not. Return: 0, or CORRUPT. */
static inline int decode_tag(struct model_decoder *m, uint32_t at)
{
    struct predictor *p = &m->p;

    if (m->tag.at == at) {
        p->tags[at] = coded_tag(m, at);
        if (p->tags[at] == 0) {
            return MEMTRACE_ERR_CORRUPT;
        }
        learn_tag(p, at, m->tag.event);
        next_tag(m, at + 1);
        /* Where nothing is compared with, the address is coded, too. */
        return p->source == NO_SOURCE && m->address.at != at
                   ? MEMTRACE_ERR_CORRUPT
                   : 0;
    }
    if (p->source == NO_SOURCE) {
        return MEMTRACE_ERR_CORRUPT;
    }
    p->tags[at] = p->tags[p->source];
    return 0;
}

static int decode(struct model_decoder *m, uint32_t stop)
{
    uint32_t at = m->position;

    while (at < stop) {
        uint32_t end;

        if (decode_tag(m, at) < 0) {
            return MEMTRACE_ERR_CORRUPT;
        }
        if (m->address.at == at) {
            decode_address(m, at++);
            continue;
        }
        end = m->address.at < stop ? m->address.at : stop;
        end = m->tag.at < end ? m->tag.at : end;
        decode_run(m, at, end);
        at = end;
    }
    m->position = at;
    return 0;
}

/* Arrays to one, and tags to what they mean. */
static void put_accesses(const struct model_decoder *m, uint32_t at,
                         struct memtrace_access *out, size_t n)
{
    const uint64_t *vaddrs = m->p.vaddrs + at;
    const uint32_t *tags = m->p.tags + at;

    for (size_t i = 0; i < n; i++) {
        uint32_t tag = tags[i];

        out[i].vaddr = vaddrs[i];
        out[i].insn = tag >> MEMTRACE_TAG_INSN_SHIFT;
        out[i].size = (uint16_t)(1u << (tag & MEMTRACE_TAG_SIZE_MASK));
        out[i].flags = (tag & MEMTRACE_TAG_STORE ? MEMTRACE_STORE : 0) |
                       (tag & MEMTRACE_TAG_ATOMIC ? MEMTRACE_ATOMIC : 0);
    }
}

int model_decode(struct model_decoder *m, struct memtrace_access *out, size_t n)
{
    uint32_t at = m->position;
    bool is_good = decode(m, at + (uint32_t)n) == 0;

    for (unsigned i = 0; i < N_COLUMNS; i++) {
        is_good = is_good && !m->in[i].is_bad && m->in[i].next <= m->in[i].end;
    }
    if (!is_good) {
        return MEMTRACE_ERR_CORRUPT;
    }
    put_accesses(m, at, out, n);
    return 0;
}
