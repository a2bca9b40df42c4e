/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * access_checks.c - see access_checks.h.  The common way: the page is not
 * shared, or its granule's cell already has this access of this epoch.
 */
#include "access_checks.h"

/* An access whose granules are checked one after another. */
struct access {
    struct race_checks *checks;
    struct race_clocks *clocks;
    const struct vector_clock *clock; /* of its thread */
    uint32_t thread;
    bool is_delayed;
    uint64_t time;
    struct race_entry entry; /* all but its mask */
};

static inline bool is_equal(const struct race_entry *a,
                            const struct race_entry *b)
{
    return ((a->epoch ^ b->epoch) | (a->who ^ b->who) | (a->insn ^ b->insn) |
            (uint32_t)(a->size ^ b->size) | (uint32_t)(a->mask ^ b->mask)) == 0;
}

static int report_race(const struct access *access,
                       const struct race_entry *old,
                       const struct race_entry *new, uint64_t granule_vaddr,
                       enum race_kind kind)
{
    const struct race_checks *checks = access->checks;
    const struct race_entry *entries[] = {old, new};
    struct race race = {
        .kind = kind,
        .vaddr = granule_vaddr + (unsigned)__builtin_ctz(old->mask & new->mask),
        .time = access->time,
        .last_sync = race_clocks_last(&checks->order->clocks, access->thread,
                                      old->who & RACE_WHO_THREAD),
    };

    for (int i = 0; i < 2; i++) {
        race.sides[i] = (struct race_side){
            .thread = entries[i]->who & RACE_WHO_THREAD,
            .insn = entries[i]->insn,
            .size = entries[i]->size,
            .is_store = (entries[i]->who & RACE_WHO_STORE) != 0,
            .is_kernel = (entries[i]->who & RACE_WHO_KERNEL) != 0,
        };
    }
    return race_list_add(checks->list, &race);
}

/*
 * Did an old access happen before this one?  Or has its thread acquired from
 * this one's, by a promise, so that this one happened before it?
 */
static bool is_ordered(const struct access *access,
                       const struct race_entry *old,
                       const struct race_entry *new)
{
    uint32_t other = old->who & RACE_WHO_THREAD;

    return old->epoch <= vector_clock_of(access->clock, other) ||
           vector_clock_of(race_clocks_of(access->clocks, other),
                           access->thread) >= new->epoch;
}

/* Would whatever races with the old one, race with the new one as well? */
static bool is_covered(const struct race_entry *old,
                       const struct race_entry *new)
{
    return !(old->mask & ~new->mask) &&
           (new->who &RACE_WHO_STORE || !(old->who & RACE_WHO_STORE));
}

/*
 * One remembered access.  @place: where the new one may go, set to the old
 * one's place where that is better.
 */
static int compare(const struct access *access, struct race_entry *old,
                   const struct race_entry *new, uint64_t granule_vaddr,
                   enum race_kind kind, struct race_entry **place)
{
    bool is_mine = (old->who & RACE_WHO_THREAD) == access->thread;
    bool may_go = is_covered(old, new);

    if (!old->epoch) {
        *place = old;
        return 0;
    }
    if (is_mine) {
        if (old->insn == new->insn && old->who == new->who &&may_go) {
            *place = old;
        }
        return 0;
    }
    if ((old->mask & new->mask) && ((old->who | new->who) & RACE_WHO_STORE) &&
        !is_ordered(access, old, new)) {
        return report_race(access, old, new, granule_vaddr, kind);
    }
    return 0;
}

/* Entries that the new one stands for make room first. */
static struct race_entry *evict(const struct access *access,
                                struct race_entry *entries, size_t n,
                                const struct race_entry *new)
{
    for (size_t i = 0; i < n; i++) {
        struct race_entry *old = &entries[i];

        if (old->who != RACE_WHO_MORE && is_covered(old, new) &&
            old->epoch <=
                vector_clock_of(access->clock, old->who & RACE_WHO_THREAD)) {
            return old;
        }
    }
    return NULL;
}

/* Is the old one of the same epoch, and has all that the new one accesses? */
static inline bool stands_for(const struct race_entry *old,
                              const struct race_entry *new)
{
    return old->epoch == new->epoch && !(new->mask & ~old->mask) &&
           ((old->who ^ new->who) & RACE_WHO_THREAD) == 0 &&
           (old->who & RACE_WHO_STORE || !(new->who &RACE_WHO_STORE));
}

static __attribute__((noinline)) int
check_cell_fully(const struct access *access, struct race_cell *cell,
                 const struct race_entry *new, uint64_t granule_vaddr,
                 enum race_kind kind)
{
    struct race_shadow *shadow = access->checks->shadow;
    struct race_entry *last = &cell->entries[RACE_CELL_ENTRIES - 1];
    struct race_more none = {.n = 0}, *more = &none;
    size_t n = RACE_CELL_ENTRIES;
    struct race_entry *place = NULL;
    int error = 0;

    if (last->who == RACE_WHO_MORE) {
        more = &shadow->more[last->epoch - 1];
        n--;
        for (size_t i = 0; i < more->n; i++) {
            if (stands_for(&more->entries[i], new)) {
                return 0;
            }
        }
    }
    for (size_t i = n; i-- > 0 && !error;) {
        error = compare(access, &cell->entries[i], new, granule_vaddr, kind,
                        &place);
    }
    for (size_t i = 0; i < more->n && !error; i++) {
        error = compare(access, &more->entries[i], new, granule_vaddr, kind,
                        &place);
    }
    if (error) {
        return error;
    }
    place = place ? place : evict(access, cell->entries, n, new);
    place = place ? place : evict(access, more->entries, more->n, new);
    place = place ? place : race_shadow_add(shadow, cell);
    if (!place) {
        return MEMTRACE_ERR_NOMEM;
    }
    *place = *new;
    return 0;
}

/*
 * @new: by value, and copied where its address is needed, so that it stays in
 * registers.  If it were put together in memory and loaded in other sizes, the
 * processor would wait for the stores.
 */
static inline int check_cell(const struct access *access,
                             struct race_page *page, struct race_entry new,
                             uint64_t vaddr, enum race_kind kind)
{
    struct race_cell *cell = race_shadow_cell(page, vaddr);
    struct race_entry copy;
    bool stands = false;

    if (__builtin_expect(access->checks->is_off, 0)) {
        return 0;
    }
    if (!cell) {
        return MEMTRACE_ERR_NOMEM;
    }
    for (size_t i = 0; i < RACE_CELL_ENTRIES; i++) {
        const struct race_entry *old = &cell->entries[i];

        if (is_equal(old, &new)) {
            return 0;
        }
        stands |= stands_for(old, &new);
    }
    /* Where there is room other instructions are kept, too. */
    if (stands && cell->entries[RACE_CELL_ENTRIES - 1].epoch) {
        return 0;
    }
    copy = new;
    return check_cell_fully(access, cell, &copy,
                            vaddr & -(uint64_t)RACE_GRANULE_BYTES, kind);
}

static struct race_entry entry_of(const struct access *access, uint8_t mask)
{
    struct race_entry entry = access->entry;

    entry.mask = mask;
    return entry;
}

static bool has_sync(const struct race_page *page, uint64_t vaddr)
{
    size_t i = vaddr % RACE_PAGE_BYTES / RACE_GRANULE_BYTES;

    return page->has_sync && (page->sync[i / 64] >> i % 64 & 1);
}

static uint64_t page_key(const struct access *access, uint64_t vaddr)
{
    return race_page_at(access->checks->spaces, access->thread, access->time,
                        vaddr);
}

static const struct race_sync_granule *granule_at(const struct access *access,
                                                  uint64_t vaddr)
{
    const struct race_checks *checks = access->checks;

    return race_sync_bytes_at(
        checks->bytes,
        race_granule_at(checks->spaces, access->thread, access->time, vaddr));
}

/* What an access does with the objects that it touches. */
enum action {
    ACTION_NONE,    /* it was done for the whole run */
    ACTION_ACQUIRE, /* before the thread goes on, which is at its next stamp */
    ACTION_RELEASE,
    ACTION_ACQUIRE_AND_RELEASE,
    /* The following check no access but what is ad hoc. */
    ACTION_COLLECT_ACQUIRE,
    ACTION_COLLECT_RELEASE,
    ACTION_CHECK_AD_HOC,
};

static bool is_collecting(enum action action)
{
    return action == ACTION_COLLECT_ACQUIRE || action == ACTION_COLLECT_RELEASE;
}

static int act_on(const struct access *access, enum action action,
                  uint32_t sync)
{
    struct race_clocks *clocks = access->clocks;
    int error;

    switch (action) {
    case ACTION_ACQUIRE:
    case ACTION_COLLECT_ACQUIRE:
        return race_clocks_acquire_later(clocks, access->thread, sync);
    case ACTION_COLLECT_RELEASE:
        return race_clocks_release_later(clocks, access->thread, sync);
    case ACTION_RELEASE:
        return race_clocks_release_to(clocks, access->thread, sync);
    case ACTION_ACQUIRE_AND_RELEASE:
        error = race_clocks_release_to(clocks, access->thread, sync);
        return error ? error
                     : race_clocks_acquire_later(clocks, access->thread, sync);
    default:
        return 0;
    }
}

/*
 * A granule of which bytes synchronise: these act on their objects.  The other
 * bytes are checked, and those that synchronise ad hoc, which are plain memory.
 */
static int check_sync_granule(const struct access *access,
                              struct race_page *page, uint64_t vaddr,
                              uint8_t mask, enum action action)
{
    const struct race_sync_granule *granule = granule_at(access, vaddr);
    uint8_t plain, ad_hoc;
    uint32_t syncs[2];
    int n, error = 0;

    if (!granule) {
        return 0;
    }
    plain = mask & ~granule->mask;
    ad_hoc = mask & granule->ad_hoc;
    if (plain && !is_collecting(action) && action != ACTION_CHECK_AD_HOC) {
        error = check_cell(access, page, entry_of(access, plain), vaddr,
                           RACE_PLAIN);
    }
    if (ad_hoc && !is_collecting(action) && !error) {
        error = check_cell(access, page, entry_of(access, ad_hoc), vaddr,
                           RACE_AD_HOC);
    }
    if (error) {
        return error;
    }
    n = race_clocks_objects(access->clocks, granule, mask, syncs);
    for (int i = 0; i < n && !error; i++) {
        error = act_on(access, action, syncs[i]);
    }
    return n < 0 ? n : error;
}

/* All granules of an access. */
static int check_granules(const struct access *access, uint64_t vaddr,
                          uint64_t size, enum action action)
{
    int error = 0;

    while (size && !error) {
        struct race_page *page;
        unsigned n;
        uint8_t mask = race_granule_mask(vaddr, size, &n);

        error = race_shadow_page(access->checks->shadow,
                                 page_key(access, vaddr), &page);
        if (!page) {
            /* None of it can race: on to the next page. */
            uint64_t left = RACE_PAGE_BYTES - vaddr % RACE_PAGE_BYTES;

            n = left < size ? (unsigned)left : (unsigned)size;
        }
        if (!error && page && has_sync(page, vaddr)) {
            error = check_sync_granule(access, page, vaddr, mask, action);
        } else if (!error && page && action <= ACTION_ACQUIRE_AND_RELEASE) {
            error = check_cell(access, page, entry_of(access, mask), vaddr,
                               RACE_PLAIN);
        }
        vaddr += n;
        size -= n;
    }
    return error;
}

/* A thread acquires nothing by the word that its own end clears. */
static bool is_own_end(const struct access *access,
                       const struct memtrace_access *a)
{
    return !(a->flags & (MEMTRACE_ATOMIC | MEMTRACE_STORE)) &&
           race_clocks_is_own_end(access->clocks, access->thread, a->vaddr);
}

/* Does a byte of it synchronise, but for the word of the thread's own end? */
static bool touches_sync(const struct access *access,
                         const struct memtrace_access *a)
{
    uint64_t end = a->vaddr + a->size;

    if (is_own_end(access, a)) {
        return false;
    }
    for (uint64_t at = a->vaddr; at < end;
         at = (at | (RACE_GRANULE_BYTES - 1)) + 1) {
        struct race_page *page;
        unsigned n;
        uint8_t mask = race_granule_mask(at, end - at, &n);

        if (!race_shadow_page(access->checks->shadow, page_key(access, at),
                              &page) &&
            page && has_sync(page, at)) {
            const struct race_sync_granule *granule = granule_at(access, at);

            if (granule && granule->mask & mask) {
                return true;
            }
        }
    }
    return false;
}

static void start(struct access *access, struct race_checks *checks,
                  uint32_t thread, bool is_delayed)
{
    *access = (struct access){
        .checks = checks,
        .clocks = &checks->order->clocks,
        .clock = race_clocks_of(&checks->order->clocks, thread),
        .thread = thread,
        .is_delayed = is_delayed,
    };
}

static void set_entry(struct access *access, uint32_t insn, uint64_t size,
                      uint32_t flags)
{
    /* Zeroed as a whole: entries are compared as bytes. */
    access->entry = (struct race_entry){
        .epoch = vector_clock_of(access->clock, access->thread),
        .who = access->thread | flags,
        .insn = insn,
        .size = size > UINT16_MAX ? UINT16_MAX : (uint16_t)size,
    };
}

/*
 * QEMU makes a store-exclusive by compare-and-swap: another thread may have
 * stored since it was loaded, and have put back what was there before.  Then
 * this store comes behind the other one, and acquires from it.
 */
static enum action atomic_action(const struct access *access,
                                 const struct memtrace_access *a)
{
    const struct memtrace_insn *insn;

    if (!(a->flags & MEMTRACE_STORE)) {
        return ACTION_ACQUIRE;
    }
    insn = memtrace_insn(access->checks->reader, a->insn);
    return insn && insn->flags & MEMTRACE_INSN_CONDITIONAL
               ? ACTION_ACQUIRE_AND_RELEASE
               : ACTION_RELEASE;
}

/*
 * An access of which bytes may synchronise, or that is not in one granule.
 * Return: 0, 1 where the thread first has to wait for its next stamp, error.
 */
static __attribute__((noinline)) int
check_slowly(struct access *access, const struct memtrace_access *a)
{
    bool is_store = a->flags & MEMTRACE_STORE;
    bool is_sync = touches_sync(access, a);
    enum action action = ACTION_NONE;
    int error;

    set_entry(access, a->insn, a->size, is_store ? RACE_WHO_STORE : 0);
    if (is_sync && !(a->flags & MEMTRACE_ATOMIC)) {
        if (!is_store && !access->is_delayed) {
            /* Once it has acquired it is ordered: ad hoc races show now. */
            error =
                check_granules(access, a->vaddr, a->size, ACTION_CHECK_AD_HOC);
            return error ? error : 1;
        }
        action = is_store && !access->is_delayed ? ACTION_RELEASE : ACTION_NONE;
    } else if (is_sync) {
        action = atomic_action(access, a);
    }
    error = check_granules(access, a->vaddr, a->size, action);
    if (!error &&
        (action == ACTION_RELEASE || action == ACTION_ACQUIRE_AND_RELEASE)) {
        error = race_clocks_advance(access->clocks, access->thread);
    }
    return error;
}

int64_t race_check_accesses(struct race_checks *checks, uint32_t thread,
                            const struct memtrace_access *accesses, size_t n,
                            size_t from, bool is_delayed)
{
    struct race_shadow *shadow = checks->shadow;
    uint32_t epoch = race_clocks_epoch(&checks->order->clocks, thread);
    struct access access;

    start(&access, checks, thread, is_delayed);
    for (size_t i = from; i < n; i++) {
        const struct memtrace_access *a = &accesses[i];
        unsigned offset = a->vaddr % RACE_GRANULE_BYTES;
        struct race_page *page;
        int result;

        access.time = a->time;
        result = race_shadow_page(shadow, page_key(&access, a->vaddr), &page);
        if (__builtin_expect(result, 0)) {
            return result;
        }
        if (!page && a->vaddr % RACE_PAGE_BYTES + a->size <= RACE_PAGE_BYTES) {
            continue;
        }
        if (page && offset + a->size <= RACE_GRANULE_BYTES &&
            !has_sync(page, a->vaddr)) {
            struct race_entry new = {
                .epoch = epoch,
                .who =
                    thread | (a->flags & MEMTRACE_STORE ? RACE_WHO_STORE : 0),
                .insn = a->insn,
                .size = a->size,
                .mask = (uint8_t)(((1u << a->size) - 1) << offset),
            };

            result = check_cell(&access, page, new, a->vaddr, RACE_PLAIN);
        } else {
            result = check_slowly(&access, a);
            epoch = vector_clock_of(access.clock, thread);
        }
        if (result) {
            return result > 0 ? (int64_t)i : result;
        }
    }
    return (int64_t)n;
}

int race_collect_sync(struct race_checks *checks, uint32_t thread,
                      const struct memtrace_access *accesses, size_t n,
                      size_t from)
{
    struct access access;
    int error = 0;

    start(&access, checks, thread, true);
    for (size_t i = from; i < n && !error; i++) {
        const struct memtrace_access *a = &accesses[i];

        access.time = a->time;
        if (!(a->flags & MEMTRACE_ATOMIC) && touches_sync(&access, a)) {
            error = check_granules(&access, a->vaddr, a->size,
                                   a->flags & MEMTRACE_STORE
                                       ? ACTION_COLLECT_RELEASE
                                       : ACTION_COLLECT_ACQUIRE);
        }
    }
    return error;
}

/* More is not believed; a call moves less. */
#define MOST_BYTES ((uint64_t)1 << 31)

int race_check_kernel(struct race_checks *checks, uint32_t thread,
                      const struct memtrace_event *event)
{
    uint64_t size = event->args[1];
    struct access access;

    start(&access, checks, thread, false);
    set_entry(&access, (uint32_t)event->args[3], size,
              RACE_WHO_KERNEL | (event->args[2] ? RACE_WHO_STORE : 0));
    access.time = event->time;
    return check_granules(&access, event->args[0],
                          size < MOST_BYTES ? size : MOST_BYTES, ACTION_NONE);
}
