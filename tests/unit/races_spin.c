/* SPDX-License-Identifier: GPL-2.0-or-later */
/* races_spin.c - what looks like waiting, access by access. */
#include "spin.h"

#include "listed_waits.h"
#include "trace_helpers.h"

#define FLAG 0x5010
#define DATA 0x9000
#define THREAD 3
#define MOST 4096

/* A thread's accesses, each of a stamp of its own, ten ticks apart. */
struct made {
    struct memtrace_access accesses[MOST];
    size_t n;
};

static void put(struct made *s, uint32_t insn, uint64_t vaddr, unsigned flags)
{
    assert_true(s->n < MOST);
    s->accesses[s->n] = (struct memtrace_access){
        .vaddr = vaddr,
        .time = 10 * (s->n + 1),
        .insn = insn,
        .size = 8,
        .flags = (uint16_t)flags,
    };
    s->n++;
}

static struct race_spins *spins_of(const struct made *s)
{
    struct race_spins *spins = calloc(1, sizeof(*spins));
    const struct memtrace_batch batch = {
        .accesses = s->accesses,
        .n_accesses = s->n,
        .thread = THREAD,
    };

    assert_non_null(spins);
    assert_int_equal(race_spins_accesses(spins, &batch), 0);
    assert_int_equal(race_spins_finish(spins), 0);
    return spins;
}

static void free_spins(struct race_spins *spins)
{
    race_spins_close(spins);
    free(spins);
}

/* What is said of a block of these, where all of FLAG's page are listed. */
static bool may_wait(const struct made *s)
{
    static uint64_t vaddrs[MOST];
    static uint32_t tags[MOST], listed_at[MOST];
    static struct memtrace_access listed[MOST];
    const struct race_listing block = {
        .vaddrs = vaddrs,
        .tags = tags,
        .n = (uint32_t)s->n,
    };
    struct memtrace_digest digest = {.listed = listed, .listed_at = listed_at};

    for (uint32_t i = 0; i < s->n; i++) {
        vaddrs[i] = s->accesses[i].vaddr;
        tags[i] = memtrace_tag(&s->accesses[i]);
        if (vaddrs[i] >> MEMTRACE_DIGEST_PAGE_BITS ==
            FLAG >> MEMTRACE_DIGEST_PAGE_BITS) {
            listed[digest.n_listed] = s->accesses[i];
            listed_at[digest.n_listed++] = i;
        }
    }
    return race_listed_may_wait(&digest, &block);
}

/*
 * Loads that are found at FLAG by instruction 1; 0: none.  Where there are any,
 * what a list alone says is that there may be.
 */
static uint32_t n_loads(const struct made *s)
{
    struct race_spins *spins = spins_of(s);
    uint32_t n = 0;

    for (size_t i = 0; i < spins->n; i++) {
        const struct memtrace_digest_wait *wait = &spins->spins[i].wait;

        if (wait->vaddr == FLAG && wait->insn == 1) {
            assert_int_equal(n, 0);
            n = wait->n_loads;
        }
    }
    free_spins(spins);
    assert_true(n == 0 || may_wait(s));
    return n;
}

/* What else is done in the first turn is new: its load does not count. */
static void loads_have_their_times(void **state)
{
    struct made s = {.n = 0};
    struct race_spins *spins;

    (void)state;
    for (int i = 0; i < 5; i++) {
        put(&s, 1, FLAG, 0);
        put(&s, 2, DATA, MEMTRACE_STORE);
    }
    put(&s, 1, FLAG + 64, 0);
    put(&s, 2, DATA + 64, MEMTRACE_STORE);
    spins = spins_of(&s);
    assert_int_equal(spins->n, 1);
    assert_int_equal(spins->spins[0].thread, THREAD);
    assert_int_equal(spins->spins[0].wait.vaddr, FLAG);
    assert_int_equal(spins->spins[0].wait.insn, 1);
    assert_int_equal(spins->spins[0].wait.size, 8);
    assert_int_equal(spins->spins[0].wait.n_loads, 4);
    assert_int_equal(spins->spins[0].wait.start_time, 20);
    assert_int_equal(spins->spins[0].wait.before_time, 60);
    assert_int_equal(spins->spins[0].wait.last_time, 80);
    assert_int_equal(spins->spins[0].wait.end_time, 90);
    free_spins(spins);
}

/* It goes on to the end: that a stamp came behind it is not known. */
static void the_end_may_be_open(void **state)
{
    struct made s = {.n = 0};
    struct race_spins *spins;

    (void)state;
    for (int i = 0; i < 3; i++) {
        put(&s, 1, FLAG, 0);
        s.accesses[i].time = 10;
    }
    spins = spins_of(&s);
    assert_int_equal(spins->n, 1);
    assert_int_equal(spins->spins[0].wait.n_loads, 3);
    assert_int_equal(spins->spins[0].wait.end_time, UINT64_MAX);
    free_spins(spins);
    put(&s, 1, FLAG + 8, 0);
    spins = spins_of(&s);
    assert_int_equal(spins->n, 1);
    assert_int_equal(spins->spins[0].wait.end_time, 40);
    free_spins(spins);
}

static void own_stores_are_no_waiting(void **state)
{
    struct made s = {.n = 0};

    (void)state;
    for (int i = 0; i < 9; i++) {
        put(&s, 1, FLAG, 0);
        put(&s, 2, FLAG, MEMTRACE_STORE);
    }
    assert_int_equal(n_loads(&s), 0);
}

/* Who takes turns waits, stores, and waits again; all of it is nothing new. */
static void own_stores_end_it(void **state)
{
    struct made s = {.n = 0};
    struct race_spins *spins;
    static const struct memtrace_digest_wait waits[] = {
        {.n_loads = 6, .start_time = 30, .before_time = 110, .last_time = 130},
        {.n_loads = 4, .start_time = 160, .before_time = 200, .last_time = 220},
    };

    (void)state;
    for (int i = 0; i < 11; i++) {
        put(&s, 1, FLAG, 0);
        if (i == 0 || i == 6) {
            put(&s, 3, FLAG, MEMTRACE_STORE);
        }
        put(&s, 2, DATA, 0);
    }
    spins = spins_of(&s);
    for (size_t i = 0, n = 0; i < spins->n; i++) {
        const struct memtrace_digest_wait *wait = &spins->spins[i].wait;

        if (wait->insn == 1) {
            assert_int_equal(wait->vaddr, FLAG);
            assert_int_equal(wait->n_loads, waits[n].n_loads);
            assert_int_equal(wait->start_time, waits[n].start_time);
            assert_int_equal(wait->before_time, waits[n].before_time);
            assert_int_equal(wait->last_time, waits[n].last_time);
            n++;
        }
        assert_true(i + 1 < spins->n || n == 2);
    }
    free_spins(spins);
}

/* Instructions that access two places each, as in a call within the loop. */
static void parts_are_nothing_new(void **state)
{
    struct made pairs = {.n = 0}, copies = {.n = 0}, vectors = {.n = 0};
    struct made ends = {.n = 0}, operands = {.n = 0};

    (void)state;
    for (int i = 0; i < 20; i++) {
        put(&pairs, 1, FLAG, 0);
        put(&pairs, 2, DATA, MEMTRACE_STORE);
        put(&pairs, 2, DATA + 8, MEMTRACE_STORE);
        put(&pairs, 3, DATA, 0);
        put(&pairs, 3, DATA + 8, 0);

        put(&copies, 1, FLAG, 0);
        put(&copies, 2, DATA, 0);
        put(&copies, 2, DATA + 512, MEMTRACE_STORE);

        for (uint64_t part = 0; part < RACE_PARTS - 1; part++) {
            put(&vectors, 2, DATA + 8 * part, 0);
        }
        put(&vectors, 1, FLAG, 0);

        /* The last of several registers first, as of s390x's LMG. */
        put(&ends, 1, FLAG, 0);
        put(&ends, 2, DATA, 0);
        put(&ends, 2, DATA + 24, 0);
        put(&ends, 2, DATA + 8, 0);
        put(&ends, 2, DATA + 16, 0);

        put(&operands, 1, FLAG, 0);
        put(&operands, 2, DATA, 0);
        put(&operands, 2, DATA + 512, 0);
    }
    assert_int_equal(n_loads(&ends), 19);
    assert_int_equal(n_loads(&operands), 19);
    assert_int_equal(n_loads(&pairs), 19);
    assert_int_equal(n_loads(&copies), 19);
    assert_int_equal(n_loads(&vectors), 20);
}

/* At every other turn there is something else before a pair. */
static void parts_may_shift(void **state)
{
    struct made s = {.n = 0};

    (void)state;
    for (int i = 0; i < 20; i++) {
        put(&s, 1, FLAG, 0);
        if (i % 2) {
            put(&s, 3, DATA + 64, 0);
        }
        put(&s, 2, DATA, MEMTRACE_STORE);
        put(&s, 2, DATA + 8, MEMTRACE_STORE);
    }
    assert_int_equal(n_loads(&s), 18);
}

/* The flag is the second of a pair. */
static void a_part_may_be_waited_for(void **state)
{
    struct made s = {.n = 0};

    (void)state;
    for (int i = 0; i < 20; i++) {
        put(&s, 1, FLAG - 8, 0);
        put(&s, 1, FLAG, 0);
    }
    assert_int_equal(n_loads(&s), 20);
}

/* As a function does that only returns, or tells where it was called from. */
static void loads_of_own_stores_are_nothing_new(void **state)
{
    struct made calls = {.n = 0}, walks = {.n = 0};

    (void)state;
    for (uint64_t i = 0; i < 20; i++) {
        put(&calls, 1, FLAG, 0);
        for (uint32_t depth = 0; depth < 3; depth++) {
            put(&calls, 2 + depth, DATA + 64 * depth, MEMTRACE_STORE);
            put(&calls, 8, DATA + 64 * depth, 0);
            put(&calls, 9, DATA + 64 * depth, 0);
        }
        put(&walks, 1, FLAG, 0);
        put(&walks, 2, DATA + 8 * i, MEMTRACE_STORE);
        put(&walks, 8, DATA + 8 * i, 0);
    }
    assert_int_equal(n_loads(&calls), 19);
    assert_int_equal(n_loads(&walks), 0);
    assert_false(may_wait(&walks));
}

static void work_is_new(void **state)
{
    struct made walks = {.n = 0}, copies = {.n = 0}, moves = {.n = 0};

    (void)state;
    for (uint64_t i = 0; i < 20; i++) {
        put(&walks, 1, FLAG, 0);
        for (uint64_t part = 0; part < RACE_PARTS + 1; part++) {
            put(&walks, 2, DATA + 8 * part, 0);
        }
        put(&copies, 1, FLAG, 0);
        for (uint64_t word = 0; word < 3; word++) {
            put(&copies, 2, DATA + 8 * word, 0);
            put(&copies, 2, DATA + 512 + 8 * word, MEMTRACE_STORE);
        }
        put(&moves, 1, FLAG, 0);
        put(&moves, 2, DATA + 8 * i, MEMTRACE_STORE);
    }
    assert_int_equal(n_loads(&walks), 0);
    assert_int_equal(n_loads(&copies), 0);
    assert_int_equal(n_loads(&moves), 0);
    assert_false(may_wait(&moves));
}

/* Their numbers are any: hardly ever is one of them in the way of others. */
static void loops_may_be_long(void **state)
{
    unsigned n_found = 0;
    uint64_t r = 1;

    (void)state;
    for (int seed = 0; seed < 200; seed++) {
        struct made s = {.n = 0};
        uint32_t insns[60];

        for (size_t i = 0; i < 60; i++) {
            insns[i] = 2 + (uint32_t)(next_random(&r) % 100000);
        }
        for (int turn = 0; turn < 20; turn++) {
            put(&s, 1, FLAG, 0);
            for (size_t i = 0; i < 60; i++) {
                put(&s, insns[i], DATA + 16 * insns[i], 0);
            }
        }
        n_found += n_loads(&s) == 19;
    }
    assert_in_range(n_found, 195, 200);
}

/* What it did before counts when a thread comes back to what it waits for. */
static void coming_back_is_waiting(void **state)
{
    struct made s = {.n = 0};
    struct race_spins *spins;

    (void)state;
    for (int i = 0; i < 30; i++) {
        put(&s, 1, FLAG, 0);
    }
    put(&s, 2, DATA, MEMTRACE_STORE);
    put(&s, 1, FLAG, 0);
    put(&s, 2, DATA + 8, MEMTRACE_STORE);
    spins = spins_of(&s);
    assert_int_equal(spins->n, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(spins->spins[i].wait.n_loads, 30);
    }
    assert_int_equal(spins->spins[0].wait.last_time, 290);
    assert_int_equal(spins->spins[1].wait.before_time, 290);
    assert_int_equal(spins->spins[1].wait.last_time, 310);
    free_spins(spins);
}

static struct race_spin some_spin(uint32_t i)
{
    return (struct race_spin){
        .wait =
            {
                .vaddr = FLAG,
                .insn = 1,
                .n_loads = 3 + i / 2,
                .size = 4,
                .start_time = 1000 * i,
                .before_time = 1000 * i + 10,
                .last_time = 1000 * i + 20,
                .end_time = 1000 * i + 30,
            },
        .thread = i % 7,
    };
}

static void those_of_most_loads_are_kept(void **state)
{
    enum { N = 101 };
    uint64_t r = 5;

    (void)state;
    for (int seed = 0; seed < 20; seed++) {
        struct race_spins *spins = calloc(1, sizeof(*spins));
        uint32_t order[N];
        bool is_kept[N] = {false};

        assert_non_null(spins);
        for (uint32_t i = 0; i < N; i++) {
            uint32_t j = (uint32_t)(next_random(&r) % (i + 1));

            order[i] = order[j];
            order[j] = i;
        }
        for (uint32_t i = 0; i < N; i++) {
            struct race_spin spin = some_spin(order[i]);

            assert_int_equal(race_spins_add(spins, &spin), 0);
        }
        assert_int_equal(spins->n, RACE_SPINS_KEPT);
        for (size_t i = 0; i < spins->n; i++) {
            uint64_t number = spins->spins[i].wait.start_time / 1000;
            struct race_spin want = some_spin((uint32_t)number);

            assert_memory_equal(&spins->spins[i], &want, sizeof(want));
            is_kept[number] = true;
        }
        /* 100; 98, 99; 96, 97; ...; of 84 and 85 the one that began first */
        for (uint32_t i = 86; i < N; i++) {
            assert_true(is_kept[i]);
        }
        assert_true(is_kept[84]);
        free_spins(spins);
    }
}

/* Of the waits that are kept those of one instruction and address. */
static size_t n_kept(const struct race_spins *spins, uint64_t vaddr,
                     uint32_t insn)
{
    size_t n = 0;

    for (size_t i = 0; i < spins->n; i++) {
        n += spins->spins[i].wait.vaddr == vaddr &&
             spins->spins[i].wait.insn == insn;
    }
    return n;
}

/*
 * Many waits at one address, a few at another one.  What they are found by
 * begins at the same key.
 */
static void waits_are_told_apart_by_all_they_are(void **state)
{
    static const struct {
        uint64_t vaddr;
        uint32_t insn;
        size_t n;
    } waits[] = {
        {0x1000, 32, 40},
        {0x1000 + ((uint64_t)1 << 40), 32 ^ 31, 3},
        {0x1000 + ((uint64_t)2 << 40), 32 ^ 62, 40},
    };
    const size_t n_waits = sizeof(waits) / sizeof(waits[0]);
    struct race_spins *spins = calloc(1, sizeof(*spins));

    (void)state;
    assert_non_null(spins);
    for (size_t i = 0; i < n_waits; i++) {
        for (uint32_t k = 0; k < waits[i].n; k++) {
            const struct race_spin spin = {
                .wait =
                    {
                        .vaddr = waits[i].vaddr,
                        .insn = waits[i].insn,
                        .n_loads = i == 1 ? 3 : 100 + k,
                        .start_time = k,
                    },
            };

            assert_int_equal(race_spins_add(spins, &spin), 0);
        }
    }
    for (size_t i = 0; i < n_waits; i++) {
        assert_int_equal(n_kept(spins, waits[i].vaddr, waits[i].insn),
                         waits[i].n < RACE_SPINS_KEPT ? waits[i].n
                                                      : RACE_SPINS_KEPT);
    }
    free_spins(spins);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loads_have_their_times),
        cmocka_unit_test(the_end_may_be_open),
        cmocka_unit_test(own_stores_are_no_waiting),
        cmocka_unit_test(own_stores_end_it),
        cmocka_unit_test(parts_are_nothing_new),
        cmocka_unit_test(parts_may_shift),
        cmocka_unit_test(a_part_may_be_waited_for),
        cmocka_unit_test(loads_of_own_stores_are_nothing_new),
        cmocka_unit_test(work_is_new),
        cmocka_unit_test(loops_may_be_long),
        cmocka_unit_test(coming_back_is_waiting),
        cmocka_unit_test(those_of_most_loads_are_kept),
        cmocka_unit_test(waits_are_told_apart_by_all_they_are),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
