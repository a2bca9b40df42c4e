/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * races_random.c - races_find() on random programs: what the filter
 * leaves out changes nothing, and what is found is what a reference finds that
 * remembers every access and compares each with each.
 */
#include "race_steps.h"
#include "sampled.h"

#define MOST_STEPS 1000

/* What two instructions do, as a number. */
struct found {
    uint64_t *pairs;
    size_t n;
    size_t room;
};

static void found_add(struct found *found, uint32_t a, uint32_t b, int kind)
{
    uint64_t pair = (uint64_t)(a < b ? a : b) << 33 |
                    (uint64_t)(a < b ? b : a) << 1 | (kind == RACE_AD_HOC);

    for (size_t i = 0; i < found->n; i++) {
        if (found->pairs[i] == pair) {
            return;
        }
    }
    if (found->n == found->room) {
        found->room = found->room ? 2 * found->room : 64;
        found->pairs =
            realloc(found->pairs, found->room * sizeof(*found->pairs));
        assert_non_null(found->pairs);
    }
    found->pairs[found->n++] = pair;
}

static int compare_pairs(const void *a, const void *b)
{
    const uint64_t *left = a, *right = b;

    return *left < *right ? -1 : *left > *right;
}

static void sort_found(struct found *found)
{
    if (found->n) {
        qsort(found->pairs, found->n, sizeof(*found->pairs), compare_pairs);
    }
}

static uint32_t side_of(uint32_t insn, bool is_store, bool is_kernel)
{
    return insn << 2 | is_store << 1 | is_kernel;
}

static void find_pairs(const struct step *steps, size_t n, struct found *found)
{
    struct races races;

    *found = (struct found){.n = 0};
    find_races(steps, n, &races);
    for (size_t i = 0; i < races.n_races; i++) {
        const struct race_side *sides = races.races[i].sides;

        found_add(found,
                  side_of(sides[0].insn, sides[0].is_store, sides[0].is_kernel),
                  side_of(sides[1].insn, sides[1].is_store, sides[1].is_kernel),
                  races.races[i].kind);
    }
    sort_found(found);
    races_free(&races);
}

static void same_pairs(const struct found *a, const struct found *b,
                       uint64_t seed)
{
    size_t i = 0, k = 0, n_apart = 0;

    while (i < a->n || k < b->n) {
        if (i < a->n && k < b->n && a->pairs[i] == b->pairs[k]) {
            i++;
            k++;
        } else if (k == b->n || (i < a->n && a->pairs[i] < b->pairs[k])) {
            print_error("only the first has %llx\n",
                        (unsigned long long)a->pairs[i++]);
            n_apart++;
        } else {
            print_error("only the second has %llx\n",
                        (unsigned long long)b->pairs[k++]);
            n_apart++;
        }
    }
    if (n_apart) {
        fail_msg("seed %llu: %zu races and %zu", (unsigned long long)seed, a->n,
                 b->n);
    }
}

/* --- the filter ---------------------------------------------------------- */

#define N_SLOTS 12
#define SLOTS 0x10000
#define READ_ONLY 0x12000
#define KERNEL_SLOTS 0x11800

/*
 * Of a place at most three instructions, so that none is forgotten for want of
 * room: its owner's load and store, and another thread's load or store.
 */
static struct step slot_step(uint64_t *r, uint32_t thread, uint32_t n_slots)
{
    uint32_t slot = (uint32_t)(next_random(r) % n_slots);
    bool is_owner = slot % N_THREADS == thread;
    bool is_store =
        is_owner ? next_random(r) % 2 : slot / N_THREADS % 2 && slot != 11;

    if (!is_owner && (slot + 1) % N_THREADS != thread) {
        return (struct step){
            .what = LOAD, .insn = 7, .vaddr = READ_ONLY + 8 * (uint64_t)slot};
    }
    return (struct step){
        .what = is_store ? STORE : LOAD,
        .insn = 100 + 10 * slot + (is_store ? 2 : 0) + (is_owner ? 1 : 0),
        /* The last one reaches into a page that is touched nowhere else. */
        .vaddr = slot == 11 ? SLOTS + 0xffc : SLOTS + 8 * (uint64_t)slot,
    };
}

/* A lock as it should be used, or not; a system call, or what it accesses. */
static struct step other_step(uint64_t *r, uint32_t thread)
{
    uint64_t kind = next_random(r) % 30, lock = LOCK + 64 * (kind / 15);
    uint64_t slot = KERNEL_SLOTS + 8 * (next_random(r) % N_THREADS);
    struct step step = {.what = EVENT};

    if (kind % 15 < 12) {
        step.what = (int)(kind % 4);
        step.vaddr = lock;
        step.insn = 10 + 4 * thread + step.what;
    } else if (kind % 15 == 12) {
        step.event = (struct memtrace_event){
            .type = MEMTRACE_EVENT_KERNEL_ACCESS,
            .n_args = 4,
            .args = {KERNEL_SLOTS + 8 * (uint64_t)thread, 8, 1, 1},
        };
    } else if (kind % 15 == 13) {
        step.what = LOAD;
        step.vaddr = slot;
        step.insn = 30 + thread;
    } else {
        step.event = (struct memtrace_event){
            .type = MEMTRACE_EVENT_SYSCALL,
            .n_args = 7,
            .args = {202, lock, 1},
            .text = "futex",
        };
    }
    return step;
}

/* Some steps have no stamp of their own, so that pieces get long. */
static size_t some_program(uint64_t seed, struct step *steps)
{
    uint64_t r = seed * 0x9e3779b97f4a7c15u + 1, time = 20;
    unsigned stamps = 1 + (unsigned)(next_random(&r) % 6);
    uint32_t n_slots = 3u << next_random(&r) % 3;
    size_t n = 20 + next_random(&r) % 150, at = 0;

    for (uint32_t thread = 0; thread < N_THREADS; thread++) {
        steps[at++] =
            (struct step){thread, time++, ATOMIC_STORE, LOCK, 1, 0, {0}};
        steps[at++] =
            (struct step){thread, time++, ATOMIC_STORE, OTHER_LOCK, 2, 0, {0}};
    }
    while (at < n) {
        uint32_t thread = (uint32_t)(next_random(&r) % N_THREADS);
        struct step step = next_random(&r) % 10 < 7
                               ? slot_step(&r, thread, n_slots)
                               : other_step(&r, thread);

        step.thread = thread;
        time += next_random(&r) % 4;
        step.time = step.what == EVENT || step.what == ATOMIC_LOAD ||
                            step.what == ATOMIC_STORE ||
                            next_random(&r) % stamps == 0
                        ? ++time
                        : 0;
        steps[at++] = step;
    }
    return at;
}

/*
 * With a gap in the trace nothing that is repeated is left out.  It comes
 * before all else, so there is nothing that is forgotten for it.
 */
static void filter_changes_nothing(void **state)
{
    uint64_t n_seeds = sampled_rounds(1500);
    size_t n_races = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= n_seeds; seed++) {
        struct step steps[MOST_STEPS];
        struct found with, without;
        size_t n;

        steps[0] = (struct step){
            .time = 5,
            .what = EVENT,
            .event = {.type = MEMTRACE_EVENT_LOST, .n_args = 1, .args = {1}},
        };
        n = some_program(seed, steps + 1);
        find_pairs(steps, n + 1, &without);
        find_pairs(steps + 1, n, &with);
        same_pairs(&with, &without, seed);
        n_races += with.n;
        free(with.pairs);
        free(without.pairs);
    }
    assert_true(n_races > n_seeds / 2);
}

/* --- the reference ------------------------------------------------------- */

#define N_LOCKS 3
#define PRIVATE(thread) (0x100000 * (1 + (uint64_t)(thread)))

/* Its interval's first time; the reference goes by that. */
struct act {
    const struct step *step;
    uint64_t from;
    uint32_t epoch;
};

static bool is_atomic(const struct step *step)
{
    return step->what == ATOMIC_LOAD || step->what == ATOMIC_STORE;
}

static int compare_acts(const void *a, const void *b)
{
    const struct act *left = a, *right = b;

    if (left->from != right->from) {
        return left->from < right->from ? -1 : 1;
    }
    return left->step < right->step ? -1 : left->step > right->step;
}

static size_t order_acts(const struct step *steps, size_t n, struct act *acts)
{
    const struct step *before[N_THREADS] = {NULL};

    for (size_t i = 0; i < n; i++) {
        const struct step *step = &steps[i];
        const struct step *last = before[step->thread];

        acts[i] = (struct act){
            .step = step,
            .from = last && !is_atomic(step) && !is_atomic(last) ? last->time
                                                                 : step->time,
        };
        before[step->thread] = step;
    }
    qsort(acts, n, sizeof(*acts), compare_acts);
    return n;
}

static void join(uint32_t *to, const uint32_t *from)
{
    for (int i = 0; i < N_THREADS; i++) {
        to[i] = to[i] > from[i] ? to[i] : from[i];
    }
}

/* Each with each that came before. */
static void compare_all(const struct act *acts, size_t i, const uint32_t *clock,
                        struct found *found)
{
    const struct step *new = acts[i].step;

    for (size_t k = 0; k < i; k++) {
        const struct step *old = acts[k].step;

        if (!is_atomic(old) && old->thread != new->thread &&
            old->vaddr < new->vaddr + 8 && new->vaddr < old->vaddr + 8 &&
            (old->what == STORE || new->what == STORE) &&
            acts[k].epoch > clock[old->thread]) {
            found_add(found, side_of(old->insn, old->what == STORE, false),
                      side_of(new->insn, new->what == STORE, false),
                      RACE_PLAIN);
        }
    }
}

/* What a thread takes it has at its next stamp. */
static void refer(const struct step *steps, size_t n, struct found *found)
{
    uint32_t clocks[N_THREADS][N_THREADS] = {{0}};
    uint32_t locks[N_LOCKS][N_THREADS] = {{0}};
    bool takes[N_THREADS][N_LOCKS] = {{false}};
    uint64_t times[N_THREADS] = {0};
    struct act acts[MOST_STEPS];

    *found = (struct found){.n = 0};
    order_acts(steps, n, acts);
    for (uint32_t thread = 0; thread < N_THREADS; thread++) {
        clocks[thread][thread] = 1;
    }
    for (size_t i = 0; i < n; i++) {
        const struct step *step = acts[i].step;
        uint32_t thread = step->thread, *clock = clocks[thread];
        uint64_t lock = (step->vaddr - LOCK) / 64;

        for (size_t k = 0; k < N_LOCKS && acts[i].from != times[thread]; k++) {
            if (takes[thread][k]) {
                join(clock, locks[k]);
                takes[thread][k] = false;
            }
        }
        times[thread] = acts[i].from;
        acts[i].epoch = clock[thread];
        if (step->what == ATOMIC_LOAD) {
            takes[thread][lock] = true;
        } else if (step->what == ATOMIC_STORE) {
            join(locks[lock], clock);
            clock[thread]++;
        } else {
            compare_all(acts, i, clock, found);
        }
    }
    sort_found(found);
}

static size_t locked_program(uint64_t seed, struct step *steps)
{
    uint64_t r = seed * 0x9e3779b97f4a7c15u + 1, time = 20, n_private = 0;
    size_t n = 50 + next_random(&r) % 400, at = 0;

    while (at < n) {
        uint32_t thread = (uint32_t)(next_random(&r) % N_THREADS);
        uint64_t lock = next_random(&r) % N_LOCKS;
        struct step step;

        if (next_random(&r) % 6 == 0) {
            bool gives = next_random(&r) % 2;

            step = (struct step){
                .what = gives ? ATOMIC_STORE : ATOMIC_LOAD,
                .vaddr = LOCK + 64 * lock,
                .insn = gives ? 3 : 4,
            };
        } else {
            step = slot_step(&r, thread, N_SLOTS);
        }
        step.thread = thread;
        step.time = time += 1 + next_random(&r) % 9;
        steps[at++] = step;
        /* Work of its own, elsewhere each time: it is waiting for nothing. */
        step = (struct step){
            .thread = thread,
            .time = ++time,
            .what = next_random(&r) % 4 ? LOAD : STORE,
            .vaddr = PRIVATE(thread) + 8 * n_private,
            .insn = 20 + thread,
        };
        steps[at++] = step;
        n_private++;
    }
    return at;
}

static void reference_finds_the_same(void **state)
{
    uint64_t n_seeds = sampled_rounds(500);
    size_t n_races = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= n_seeds; seed++) {
        struct step steps[MOST_STEPS];
        size_t n = locked_program(seed, steps);
        struct found found, referred;

        find_pairs(steps, n, &found);
        refer(steps, n, &referred);
        same_pairs(&found, &referred, seed);
        n_races += found.n;
        free(found.pairs);
        free(referred.pairs);
    }
    assert_true(n_races > 2 * n_seeds);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(filter_changes_nothing),
        cmocka_unit_test(reference_finds_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
