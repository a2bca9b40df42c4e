/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * races_clocks.c - the clocks of threads and objects, at their limits: the end
 * of a clock, what an object keeps, words that a thread's end clears.
 */
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "thread_clocks.h"
#include "trace_helpers.h"

#define N_THREADS 3
#define WORD 0x5000
#define WHOLE 0x6000
#define HALVES 0x7000

/*
 * Three threads of one process, which have begun.  Of memory the granule at
 * WHOLE synchronises as one, that at HALVES by its halves.
 */
struct made {
    uint32_t by_thread[N_THREADS + 1];
    uint32_t pids[2];
    struct race_spaces spaces;
    struct race_sync_bytes bytes;
    struct race_clocks clocks;
};

static struct race_clocks *make(struct made *made)
{
    *made = (struct made){.pids = {1}};
    made->spaces = (struct race_spaces){
        .by_thread = made->by_thread,
        .n_threads = N_THREADS,
        .pids = made->pids,
        .n_pids = 1,
    };
    for (size_t i = 0; i < 2; i++) {
        const struct race_sync_granule granule = {
            .key = race_granule_key((struct race_place){1, i ? HALVES : WHOLE}),
            .mask = 0xff,
            .is_one = i == 0,
        };

        assert_int_equal(race_sync_bytes_add(&made->bytes, &granule), 0);
    }
    assert_int_equal(
        race_clocks_open(&made->clocks, &made->spaces, &made->bytes), 0);
    for (uint32_t i = 0; i < N_THREADS; i++) {
        made->by_thread[i] = 1;
        assert_int_equal(race_clocks_advance(&made->clocks, i), 0);
    }
    return &made->clocks;
}

static void free_made(struct made *made)
{
    race_clocks_close(&made->clocks);
    race_sync_bytes_free(&made->bytes);
}

static uint32_t known(const struct race_clocks *clocks, uint32_t thread,
                      uint32_t other)
{
    return vector_clock_of(race_clocks_of(clocks, thread), other);
}

/* Behind the last epoch there is none: it would be 0 again. */
static void a_clock_ends(void **state)
{
    struct vector_clock clock = {.n = 0};

    (void)state;
    assert_int_equal(vector_clock_raise(&clock, 2, VECTOR_CLOCK_LAST_EPOCH - 1),
                     0);
    assert_int_equal(vector_clock_advance(&clock, 2), 0);
    assert_int_equal(vector_clock_of(&clock, 2), VECTOR_CLOCK_LAST_EPOCH);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(vector_clock_advance(&clock, 2), MEMTRACE_ERR_LIMIT);
        assert_int_equal(vector_clock_of(&clock, 2), VECTOR_CLOCK_LAST_EPOCH);
    }
    assert_int_equal(vector_clock_advance(&clock, 1), 0);
    vector_clock_free(&clock);
}

/* What cannot be ends the program: a clock that falls would invent races. */
static void a_clock_never_falls(void **state)
{
    pid_t pid = fork();
    int status;

    (void)state;
    if (pid == 0) {
        const struct rlimit none = {0};
        struct vector_clock clock = {.n = 0};

        setrlimit(RLIMIT_CORE, &none);
        signal(SIGABRT, SIG_DFL);
        close(STDERR_FILENO);
        if (!vector_clock_raise(&clock, 1, 7)) {
            vector_clock_raise(&clock, 1, 6);
        }
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

/* Whatever ends a thread's epoch fails at the last one. */
static void all_that_ends_an_epoch_says_so(void **state)
{
    struct made made;
    struct race_clocks *clocks = make(&made);
    struct vector_clock *clock = &clocks->threads[1].clock;

    (void)state;
    assert_int_equal(vector_clock_raise(clock, 1, VECTOR_CLOCK_LAST_EPOCH), 0);
    assert_int_equal(race_clocks_advance(clocks, 1), MEMTRACE_ERR_LIMIT);
    assert_int_equal(race_clocks_follow(clocks, 0, 1), MEMTRACE_ERR_LIMIT);
    clocks->threads[1].has_begun = true;
    assert_int_equal(race_clocks_follow_all(clocks, 2), MEMTRACE_ERR_LIMIT);
    assert_int_equal(race_clocks_release_later(
                         clocks, 1, race_clocks_word(clocks, 1, 0, WORD)),
                     0);
    assert_int_equal(race_clocks_promise(clocks, 1), 0);
    assert_int_equal(race_clocks_acquire_promised(clocks, 1), 0);
    assert_int_equal(race_clocks_fulfil(clocks, 1), MEMTRACE_ERR_LIMIT);
    free_made(&made);
}

/* T1 only ever promises; T2 releases without what T1 knows. */
static void what_was_promised_is_kept(void **state)
{
    struct made made;
    struct race_clocks *clocks = make(&made);
    uint32_t word = race_clocks_word(clocks, 1, 0, WORD);

    (void)state;
    assert_int_equal(race_clocks_release_later(clocks, 1, word), 0);
    assert_int_equal(race_clocks_promise(clocks, 1), 0);
    assert_int_equal(race_clocks_acquire_promised(clocks, 1), 0);
    assert_int_equal(race_clocks_fulfil(clocks, 1), 0);
    assert_int_equal(race_clocks_release_to(clocks, 2, word), 0);
    assert_int_equal(race_clocks_acquire(clocks, 0, RACE_SYNC_WORD,
                                         clocks->syncs.all[word].id),
                     0);
    assert_int_equal(known(clocks, 0, 2), 1);
    assert_int_equal(known(clocks, 0, 1), 1);
    free_made(&made);
}

/* What T0 releases while T1's run lasts may be in what T1 releases. */
static void a_run_passes_on_what_it_may_acquire(void **state)
{
    struct made made;
    struct race_clocks *clocks = make(&made);
    uint32_t acquired = race_clocks_word(clocks, 1, 0, WORD);
    uint32_t released = race_clocks_word(clocks, 1, 0, WORD + 64);

    (void)state;
    assert_int_equal(race_clocks_acquire_later(clocks, 1, acquired), 0);
    assert_int_equal(race_clocks_release_later(clocks, 1, released), 0);
    assert_int_equal(race_clocks_promise(clocks, 1), 0);
    assert_int_equal(race_clocks_release_to(clocks, 0, acquired), 0);
    assert_int_equal(clocks->syncs.n_promises, 1);
    assert_int_equal(race_clocks_acquire_later(clocks, 2, released), 0);
    assert_int_equal(race_clocks_acquire_now(clocks, 2), 0);
    assert_int_equal(known(clocks, 2, 0), 1);
    assert_int_equal(known(clocks, 2, 1), 1);
    assert_int_equal(race_clocks_acquire_promised(clocks, 1), 0);
    assert_int_equal(clocks->syncs.n_promises, 0);
    assert_int_equal(race_clocks_fulfil(clocks, 1), 0);
    assert_int_equal(race_clocks_epoch(clocks, 1), 2);
    free_made(&made);
}

/* The objects of an access to a granule. */
static int objects(struct made *made, uint64_t vaddr, uint8_t mask,
                   uint32_t syncs[2])
{
    const struct race_sync_granule *granule = race_sync_bytes_at(
        &made->bytes, race_granule_key((struct race_place){1, vaddr}));

    assert_non_null(granule);
    return race_clocks_objects(&made->clocks, granule, mask, syncs);
}

/* A word is one object, however it is found. */
static void objects_of_words(void **state)
{
    struct made made;
    struct race_clocks *clocks = make(&made);
    uint32_t syncs[2];

    (void)state;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(objects(&made, WHOLE, 0x10, syncs), 1);
        assert_int_equal(syncs[0], race_clocks_word(clocks, 0, 0, WHOLE));
        assert_int_equal(syncs[0], race_clocks_word(clocks, 1, 0, WHOLE + 4));
        assert_int_equal(objects(&made, HALVES, 0x10, syncs), 1);
        assert_int_equal(syncs[0], race_clocks_word(clocks, 0, 0, HALVES + 4));
        assert_int_equal(objects(&made, HALVES, 0x18, syncs), 2);
        assert_int_equal(syncs[0], race_clocks_word(clocks, 0, 0, HALVES));
        assert_int_equal(syncs[1], race_clocks_word(clocks, 2, 0, HALVES + 4));
        assert_int_equal(objects(&made, HALVES, 0, syncs), 0);
    }
    assert_int_equal(clocks->syncs.n, 3);
    free_made(&made);
}

/* Through what threads last synchronised. */
static void the_last_object_is_known(void **state)
{
    struct made made;
    struct race_clocks *clocks = make(&made);
    struct vector_clock parent = {.n = 0};

    (void)state;
    assert_int_equal(race_clocks_last(clocks, 0, 1).kind, RACE_SYNC_NONE);
    assert_int_equal(race_clocks_release_to(
                         clocks, 1, race_clocks_word(clocks, 1, 0, WORD + 4)),
                     0);
    assert_int_equal(race_clocks_acquire_later(
                         clocks, 0, race_clocks_word(clocks, 0, 0, WORD + 4)),
                     0);
    assert_int_equal(race_clocks_acquire_now(clocks, 0), 0);
    assert_int_equal(race_clocks_last(clocks, 0, 1).kind, RACE_SYNC_WORD);
    assert_int_equal(race_clocks_last(clocks, 0, 1).vaddr, WORD + 4);
    assert_int_equal(race_clocks_last(clocks, 0, 2).kind, RACE_SYNC_NONE);
    assert_int_equal(race_clocks_inherit(clocks, 2, 0, &parent), 0);
    assert_int_equal(race_clocks_last(clocks, 2, 0).kind, RACE_SYNC_START);
    free_made(&made);
}

/* A thread of which no such word is known has none at address 0, either. */
static void words_that_ends_clear(void **state)
{
    struct made made;
    struct race_clocks *clocks = make(&made);

    (void)state;
    assert_int_equal(clocks->syncs.n, 0);
    assert_false(race_clocks_is_own_end(clocks, 0, 0));
    assert_int_equal(race_clocks_set_end_word(clocks, 1, 0, WORD), 0);
    assert_true(race_clocks_is_own_end(clocks, 1, WORD));
    assert_false(race_clocks_is_own_end(clocks, 0, WORD));
    assert_false(race_clocks_is_own_end(clocks, 0, 0));
    assert_int_equal(race_clocks_set_end_word(clocks, 2, 0, WORD), 0);
    assert_false(race_clocks_is_own_end(clocks, 1, WORD));
    assert_int_equal(race_clocks_set_end_word(clocks, 1, 0, 0), 0);
    assert_false(race_clocks_is_own_end(clocks, 1, WORD));
    free_made(&made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clock_ends),
        cmocka_unit_test(a_clock_never_falls),
        cmocka_unit_test(all_that_ends_an_epoch_says_so),
        cmocka_unit_test(what_was_promised_is_kept),
        cmocka_unit_test(a_run_passes_on_what_it_may_acquire),
        cmocka_unit_test(objects_of_words),
        cmocka_unit_test(the_last_object_is_known),
        cmocka_unit_test(words_that_ends_clear),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
