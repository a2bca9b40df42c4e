/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * races_quick_loops.c - what digests are made by: the loops for different
 * processors agree, and which pages are a thread's own.
 */
#include "page_history.h"
#include "quick_loops.h"
#include "trace_helpers.h"

/* --- the loops ----------------------------------------------------------- */

struct input {
    uint64_t vaddrs[RACE_QUICK];
    uint32_t tags[RACE_QUICK];
    uint64_t seen[RACE_SEEN];
    uint8_t places[RACE_LISTED_BYTES];
};

/* Few pages or all that there are; at their ends, too. */
static void make_input(struct input *input, uint64_t *r)
{
    uint64_t few = next_random(r) % 2 ? 30 : UINT64_MAX >> RACE_PAGE_BITS;

    memset(input, 0, sizeof(*input));
    for (size_t i = 0; i < RACE_QUICK; i++) {
        uint64_t page = next_random(r) % few;
        uint64_t at = next_random(r) % 3
                          ? next_random(r) % RACE_PAGE_BYTES
                          : RACE_PAGE_BYTES - (1u << next_random(r) % 8);
        uint32_t tag = (uint32_t)next_random(r);
        uint64_t what;

        tag &= next_random(r) % 4 ? ~MEMTRACE_TAG_ATOMIC : UINT32_MAX;
        input->vaddrs[i] = page << RACE_PAGE_BITS | at;
        input->tags[i] = tag;
        what = race_seen_what(input->vaddrs[i], tag);
        if (next_random(r) % 2) {
            input->seen[race_seen_place(what)] = what;
        }
        if (next_random(r) % 4 == 0) {
            input->places[race_listed_place(page)] = 1;
        }
    }
    /* Places beside a place, which are read with it. */
    for (size_t i = 0; i < 100; i++) {
        input->places[next_random(r) % RACE_LISTED_PLACES] = 1;
    }
}

static bool is_unseen(const struct input *input, size_t i)
{
    uint32_t tag = input->tags[i];
    uint64_t what = race_seen_what(input->vaddrs[i], tag);
    uint64_t end = input->vaddrs[i] % RACE_PAGE_BYTES +
                   ((uint64_t)1 << (tag & MEMTRACE_TAG_SIZE_MASK));

    return input->seen[race_seen_place(what)] != what ||
           end > RACE_PAGE_BYTES || tag & MEMTRACE_TAG_ATOMIC;
}

static void check_loops(const struct race_quick *quick,
                        const struct input *input, size_t n)
{
    uint64_t unseen = 0, listed = 0;

    for (size_t i = 0; i < n; i++) {
        size_t place = race_listed_place(input->vaddrs[i] >> RACE_PAGE_BITS);

        unseen |= (uint64_t)is_unseen(input, i) << i;
        listed |= (uint64_t)input->places[place] << i;
    }
    assert_int_equal(quick->unseen(input->vaddrs, input->tags, n, input->seen),
                     unseen);
    assert_int_equal(quick->listed(input->vaddrs, n, input->places), listed);
}

/* What this processor lacks is replaced by what it has. */
static void all_loops_agree(void **state)
{
    static const enum race_quick_level levels[] = {
        RACE_QUICK_PLAIN, RACE_QUICK_AVX2, RACE_QUICK_AVX512};
    struct input *input = malloc(sizeof(*input));
    uint64_t r = 0x9e3779b97f4a7c15u;

    (void)state;
    assert_non_null(input);
    for (unsigned round = 0; round < 200; round++) {
        make_input(input, &r);
        for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
            const struct race_quick *quick = race_quick_choose(levels[i]);

            for (size_t n = 0; n <= RACE_QUICK; n++) {
                check_loops(quick, input, n);
            }
        }
    }
    free(input);
}

/* --- the history --------------------------------------------------------- */

/* A block of a thread touches a page. Return: is it the thread's own? */
static bool touch(struct race_history *history, uint32_t thread, uint64_t first,
                  uint64_t number)
{
    const struct memtrace_digest_page page = {.number = number};
    bool is_own = true;

    race_history_touch(history, thread, first, &page, 1, &is_own);
    return is_own;
}

static void own_pages(void **state)
{
    struct race_history *history = race_history_new();

    (void)state;
    assert_non_null(history);
    assert_false(touch(history, 1, 0, 7)); /* new */
    assert_true(touch(history, 1, 1000, 7));
    assert_true(touch(history, 1, 2000, 7));
    assert_true(touch(history, 1, 500, 7)); /* a block that came late */
    assert_false(touch(history, 1, 3000, 8));
    race_history_free(history);
}

/* Once others came it is nobody's own, ever. */
static void shared_pages(void **state)
{
    struct race_history *history = race_history_new();

    (void)state;
    assert_non_null(history);
    touch(history, 1, 0, 7);
    touch(history, 1, 0, 8);
    assert_false(touch(history, 2, 1000, 7));
    for (uint64_t i = 1; i < 10; i++) {
        assert_false(touch(history, 1, 1000 * i, 7));
        assert_true(touch(history, 1, 1000 * i, 8));
    }
    assert_false(touch(history, 2, 2000, 7));
    race_history_free(history);
}

/* Which is counted in accesses of the thread: in full blocks. */
static void pages_of_long_ago(void **state)
{
    const uint64_t block = MEMTRACE_BLOCK_ACCESSES;
    struct race_history *history = race_history_new();

    (void)state;
    assert_non_null(history);
    touch(history, 1, 0, 7);
    touch(history, 1, 0, 8);
    assert_true(touch(history, 1, 2 * block, 7));
    assert_true(touch(history, 1, 4 * block, 7));
    assert_true(touch(history, 1, 8 * block, 7));
    assert_false(touch(history, 1, 8 * block, 8));
    assert_true(touch(history, 1, 9 * block, 8)); /* it came back */
    assert_false(touch(history, 1, 100 * block, 7));
    race_history_free(history);
}

static void several_pages_at_once(void **state)
{
    const struct memtrace_digest_page pages[] = {
        {.number = 3}, {.number = 1}, {.number = 2}};
    struct race_history *history = race_history_new();
    bool is_own[3];

    (void)state;
    assert_non_null(history);
    touch(history, 1, 0, 1);
    touch(history, 2, 0, 2);
    race_history_touch(history, 1, 1000, pages, 3, is_own);
    assert_false(is_own[0] || is_own[2]);
    assert_true(is_own[1]);
    race_history_free(history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_loops_agree),
        cmocka_unit_test(own_pages),
        cmocka_unit_test(shared_pages),
        cmocka_unit_test(pages_of_long_ago),
        cmocka_unit_test(several_pages_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
