/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * access_checks.c - each access against those that are remembered; see
 * engine.h.  The common way: the page is not shared, or its granule's
 * cell already has this access of this epoch.
 */
#include "engine.h"

/* An access on its way through the granules that it touches. */
struct look {
    struct race_engine *engine;
    struct race_thread *thread;
    uint32_t number; /* of the thread */
    uint64_t time;
    struct race_entry entry; /* all but its mask */
};

static inline bool is_equal(const struct race_entry *a,
                            const struct race_entry *b)
{
    return ((a->epoch ^ b->epoch) | (a->who ^ b->who) | (a->insn ^ b->insn) |
            (uint32_t)(a->size ^ b->size) | (uint32_t)(a->mask ^ b->mask)) == 0;
}

static int tell(const struct look *look, const struct race_entry *old,
                const struct race_entry *new, uint64_t granule_vaddr,
                enum race_kind kind)
{
    const struct race_engine *engine = look->engine;
    uint32_t other = old->who & RACE_WHO_THREAD;
    uint32_t met = vector_clock_of(&look->thread->met, other);
    struct race race = {
        .kind = kind,
        .vaddr = granule_vaddr + (unsigned)__builtin_ctz(old->mask & new->mask),
        .time = look->time,
    };
    const struct race_entry *entries[] = {old, new};

    for (int i = 0; i < 2; i++) {
        race.sides[i] = (struct race_side){
            .thread = entries[i]->who & RACE_WHO_THREAD,
            .insn = entries[i]->insn,
            .size = entries[i]->size,
            .is_store = (entries[i]->who & RACE_WHO_STORE) != 0,
            .is_kernel = (entries[i]->who & RACE_WHO_KERNEL) != 0,
        };
    }
    if (met) {
        static const enum race_meeting_kind kinds[] = {
            [RACE_SYNC_WORD] = RACE_MET_WORD,
            [RACE_SYNC_OBJECT] = RACE_MET_OBJECT,
            [RACE_SYNC_OBJECTS] = RACE_MET_OBJECT,
            [RACE_SYNC_START] = RACE_MET_START,
            [RACE_SYNC_END] = RACE_MET_END,
            [RACE_SYNC_SIGNAL] = RACE_MET_SIGNAL,
        };
        const struct race_sync *sync = &engine->syncs.all[met - 1];

        race.met.kind = kinds[sync->kind];
        if (sync->kind == RACE_SYNC_WORD) {
            race.met.vaddr =
                (sync->id * 4) & (((uint64_t)1 << RACE_VADDR_BITS) - 1);
        }
    }
    return race_found(look->engine, &race);
}

/* Is an old access before this one, or this one promised to be before it? */
static bool is_ordered(const struct look *look, const struct race_entry *old,
                       const struct race_entry *new)
{
    uint32_t other = old->who & RACE_WHO_THREAD;
    const struct vector_clock *mine = &look->thread->clock;

    return old->epoch <= vector_clock_of(mine, other) ||
           vector_clock_of(&look->engine->threads[other].clock, look->number) >=
               new->epoch;
}

/* Would whatever races with the old one, race with the new one as well? */
static bool is_covered(const struct race_entry *old,
                       const struct race_entry *new)
{
    return !(old->mask & ~new->mask) &&
           (new->who &RACE_WHO_STORE || !(old->who & RACE_WHO_STORE));
}

/*
 * One remembered access.  @place: where the new one may go, improved if the
 * old one's place is better.
 */
static int meet(const struct look *look, struct race_entry *old,
                const struct race_entry *new, uint64_t granule_vaddr,
                enum race_kind kind, struct race_entry **place)
{
    bool is_mine = (old->who & RACE_WHO_THREAD) == look->number;
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
        !is_ordered(look, old, new)) {
        return tell(look, old, new, granule_vaddr, kind);
    }
    return 0;
}

/* Entries that the new one stands for are the first to go. */
static struct race_entry *evict(const struct look *look,
                                struct race_entry *entries, size_t n,
                                const struct race_entry *new)
{
    for (size_t i = 0; i < n; i++) {
        struct race_entry *old = &entries[i];

        if (old->who != RACE_WHO_MORE && is_covered(old, new) &&
            old->epoch <= vector_clock_of(&look->thread->clock,
                                          old->who & RACE_WHO_THREAD)) {
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

static __attribute__((noinline)) int look_at_all(const struct look *look,
                                                 struct race_cell *cell,
                                                 const struct race_entry *new,
                                                 uint64_t granule_vaddr,
                                                 enum race_kind kind)
{
    struct race_shadow *shadow = look->engine->shadow;
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
        error = meet(look, &cell->entries[i], new, granule_vaddr, kind, &place);
    }
    for (size_t i = 0; i < more->n && !error; i++) {
        error = meet(look, &more->entries[i], new, granule_vaddr, kind, &place);
    }
    if (error) {
        return error;
    }
    place = place ? place : evict(look, cell->entries, n, new);
    place = place ? place : evict(look, more->entries, more->n, new);
    place = place ? place : race_shadow_add(shadow, cell);
    if (!place) {
        return MEMTRACE_ERR_NOMEM;
    }
    *place = *new;
    return 0;
}

/*
 * @new: by value, and copied where its address is needed, so that it stays in
 * registers: put together in memory and read back in other parts it would be
 * waited for.
 */
static inline int look_at(const struct look *look, struct race_page *page,
                          struct race_entry new, uint64_t vaddr,
                          enum race_kind kind)
{
    struct race_cell *cell = race_shadow_cell(page, vaddr);
    struct race_entry copy;
    bool stands = false;

    if (__builtin_expect(look->engine->n_paused != 0, 0)) {
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
    /* Where there is room, other instructions are worth to be kept, too. */
    if (stands && cell->entries[RACE_CELL_ENTRIES - 1].epoch) {
        return 0;
    }
    copy = new;
    return look_at_all(look, cell, &copy, vaddr & -(uint64_t)RACE_GRANULE_BYTES,
                       kind);
}

static struct race_entry entry_of(const struct look *look, uint8_t mask)
{
    struct race_entry entry = look->entry;

    entry.mask = mask;
    return entry;
}

static uint8_t mask_of(uint64_t vaddr, uint64_t size, unsigned *n)
{
    unsigned offset = vaddr % RACE_GRANULE_BYTES;
    unsigned room = RACE_GRANULE_BYTES - offset;

    if (size < room) {
        room = size & (RACE_GRANULE_BYTES - 1);
    }
    *n = room;
    return (uint8_t)(((1u << room) - 1) << offset);
}

static bool has_sync(const struct race_page *page, uint64_t vaddr)
{
    size_t i = vaddr % RACE_PAGE_BYTES / RACE_GRANULE_BYTES;

    return page->has_sync && (page->sync[i / 64] >> i % 64 & 1);
}

static uint64_t key_of(const struct look *look, uint64_t vaddr)
{
    return race_page_key(race_space(look->engine->spaces, look->number, vaddr),
                         vaddr);
}

static const struct race_scan_granule *granule_at(const struct look *look,
                                                  uint64_t vaddr)
{
    const struct race_scan *scan = look->engine->scan;
    uint32_t space = race_space(look->engine->spaces, look->number, vaddr);
    uint32_t i =
        key_map_find(&scan->granule_keys, race_granule_key(space, vaddr));

    return i == KEY_MAP_NONE ? NULL : &scan->granules[i];
}

/* The objects that bytes of a granule are. Return: how many, or an error. */
static int objects_of(const struct look *look,
                      const struct race_scan_granule *granule, uint8_t mask,
                      uint32_t syncs[2])
{
    struct race_syncs *all = &look->engine->syncs;
    int n = 0;

    mask &= granule->mask;
    if (mask && (granule->is_one || mask & 0x0f)) {
        syncs[n++] = race_sync_find(all, RACE_SYNC_WORD, 2 * granule->key);
    }
    if (!granule->is_one && mask & 0xf0) {
        syncs[n++] = race_sync_find(all, RACE_SYNC_WORD, 2 * granule->key + 1);
    }
    for (int i = 0; i < n; i++) {
        if (syncs[i] == KEY_MAP_NONE) {
            return MEMTRACE_ERR_NOMEM;
        }
    }
    return n;
}

/* What an access does with an object that it touches. */
enum act {
    ACT_NOTHING, /* it was done for the whole piece */
    ACT_TAKE,    /* before the thread goes on, which is at its next stamp */
    ACT_GIVE,
    ACT_SWAP, /* both */
    ACT_COLLECT_TAKE,
    ACT_COLLECT_GIVE,
    ACT_TELL, /* what is ad hoc about it, no more */
};

static int act_on(const struct look *look, enum act act, uint32_t sync)
{
    struct race_thread *t = look->thread;
    int error;

    switch (act) {
    case ACT_TAKE:
    case ACT_COLLECT_TAKE:
        return race_list_add(&t->takes, sync);
    case ACT_COLLECT_GIVE:
        return race_list_add(&t->gives, sync);
    case ACT_GIVE:
    case ACT_SWAP:
        error =
            race_sync_give(&look->engine->syncs, sync, look->number, &t->clock);
        return error || act == ACT_GIVE ? error
                                        : race_list_add(&t->takes, sync);
    default:
        return 0;
    }
}

/*
 * A granule of which bytes synchronise: acts on these, looks at the others,
 * and at those as well that are plain memory.
 */
static int touch_sync(const struct look *look, struct race_page *page,
                      uint64_t vaddr, uint8_t mask, enum act act)
{
    const struct race_scan_granule *granule = granule_at(look, vaddr);
    bool is_collecting = act == ACT_COLLECT_TAKE || act == ACT_COLLECT_GIVE;
    uint8_t plain, ad_hoc;
    uint32_t syncs[2];
    int n, error = 0;

    if (!granule) {
        return 0;
    }
    plain = mask & ~granule->mask;
    ad_hoc = mask & granule->ad_hoc;
    if (!is_collecting && act != ACT_TELL && plain) {
        error = look_at(look, page, entry_of(look, plain), vaddr, RACE_PLAIN);
    }
    if (!is_collecting && ad_hoc && !error) {
        error = look_at(look, page, entry_of(look, ad_hoc), vaddr, RACE_AD_HOC);
    }
    n = error ? error : objects_of(look, granule, mask, syncs);
    for (int i = 0; i < n && !error; i++) {
        error = act_on(look, act, syncs[i]);
    }
    return n < 0 ? n : error;
}

/* All granules of an access. */
static int touch(const struct look *look, uint64_t vaddr, uint64_t size,
                 enum act act)
{
    int error = 0;

    while (size && !error) {
        struct race_page *page;
        unsigned n;
        uint8_t mask = mask_of(vaddr, size, &n);

        error =
            race_shadow_page(look->engine->shadow, key_of(look, vaddr), &page);
        if (!page) {
            /* None of it is to be looked at: on to the next page. */
            uint64_t left = RACE_PAGE_BYTES - vaddr % RACE_PAGE_BYTES;

            n = left < size ? (unsigned)left : (unsigned)size;
        }
        if (!error && page && has_sync(page, vaddr)) {
            error = touch_sync(look, page, vaddr, mask, act);
        } else if (!error && page && act <= ACT_SWAP) {
            error =
                look_at(look, page, entry_of(look, mask), vaddr, RACE_PLAIN);
        }
        vaddr += n;
        size -= n;
    }
    return error;
}

/* A thread learns nothing by the word that its own end clears. */
static bool is_own(const struct look *look,
                   const struct memtrace_access *access)
{
    const struct race_thread *t = look->thread;

    return access->vaddr == t->own_word &&
           !(access->flags & (MEMTRACE_ATOMIC | MEMTRACE_STORE)) &&
           !look->engine->syncs.all[t->own_sync].is_shared;
}

/* Is a byte of it one that synchronises, but for the thread's own word? */
static bool touches_sync(const struct look *look,
                         const struct memtrace_access *access)
{
    uint64_t vaddr = access->vaddr;
    uint64_t size = access->size;

    if (is_own(look, access)) {
        return false;
    }
    for (uint64_t at = vaddr; at < vaddr + size;
         at = (at | (RACE_GRANULE_BYTES - 1)) + 1) {
        struct race_page *page;
        unsigned n;
        uint8_t mask = mask_of(at, vaddr + size - at, &n);

        if (!race_shadow_page(look->engine->shadow, key_of(look, at), &page) &&
            page && has_sync(page, at)) {
            const struct race_scan_granule *granule = granule_at(look, at);

            if (granule && granule->mask & mask) {
                return true;
            }
        }
    }
    return false;
}

static void look_start(struct look *look, struct race_engine *engine,
                       uint32_t thread)
{
    *look = (struct look){
        .engine = engine,
        .thread = &engine->threads[thread],
        .number = thread,
    };
}

static void look_set(struct look *look, uint32_t insn, uint64_t size,
                     uint32_t flags)
{
    /* Zeroed as a whole: entries are compared as bytes. */
    look->entry = (struct race_entry){
        .epoch = vector_clock_of(&look->thread->clock, look->number),
        .who = look->number | flags,
        .insn = insn,
        .size = size > UINT16_MAX ? UINT16_MAX : (uint16_t)size,
    };
}

/*
 * A store-exclusive compares in QEMU, too: another thread may have stored since
 * it was loaded, and what was there before once more.  Then this one comes
 * behind it, and learns of it.
 */
static enum act atomic_act(const struct look *look,
                           const struct memtrace_access *access)
{
    const struct memtrace_insn *insn;

    if (!(access->flags & MEMTRACE_STORE)) {
        return ACT_TAKE;
    }
    insn = memtrace_insn(look->engine->reader, access->insn);
    return insn && insn->flags & MEMTRACE_INSN_CONDITIONAL ? ACT_SWAP
                                                           : ACT_GIVE;
}

/*
 * An access of which bytes may synchronise, or that is not in one granule.
 * Return: 0, 1 where the thread first has to wait for its next stamp, error.
 */
static __attribute__((noinline)) int
access_slowly(struct look *look, const struct memtrace_access *access)
{
    bool is_store = access->flags & MEMTRACE_STORE;
    bool is_sync = touches_sync(look, access);
    enum act act = ACT_NOTHING;
    int error;

    look_set(look, access->insn, access->size, is_store ? RACE_WHO_STORE : 0);
    if (is_sync && !(access->flags & MEMTRACE_ATOMIC)) {
        if (!is_store && !look->thread->is_delayed) {
            /* It will be ordered; if only ad hoc, that is to be told. */
            error = touch(look, access->vaddr, access->size, ACT_TELL);
            return error ? error : 1;
        }
        act = is_store && !look->thread->is_delayed ? ACT_GIVE : ACT_NOTHING;
    } else if (is_sync) {
        act = atomic_act(look, access);
    }
    error = touch(look, access->vaddr, access->size, act);
    if (!error && (act == ACT_GIVE || act == ACT_SWAP)) {
        error = race_thread_advance(look->engine, look->number);
    }
    return error;
}

int64_t race_accesses(struct race_engine *engine, uint32_t thread,
                      const struct memtrace_access *accesses, size_t n,
                      size_t from)
{
    struct race_shadow *shadow = engine->shadow;
    uint32_t epoch = vector_clock_of(&engine->threads[thread].clock, thread);
    struct look look;

    look_start(&look, engine, thread);
    for (size_t i = from; i < n; i++) {
        const struct memtrace_access *a = &accesses[i];
        unsigned offset = a->vaddr % RACE_GRANULE_BYTES;
        struct race_page *page;
        int result = race_shadow_page(shadow, key_of(&look, a->vaddr), &page);

        if (__builtin_expect(result, 0)) {
            return result;
        }
        if (!page && a->vaddr % RACE_PAGE_BYTES + a->size <= RACE_PAGE_BYTES) {
            continue;
        }
        look.time = a->time;
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

            result = look_at(&look, page, new, a->vaddr, RACE_PLAIN);
        } else {
            result = access_slowly(&look, a);
            epoch = vector_clock_of(&look.thread->clock, thread);
        }
        if (result) {
            return result > 0 ? (int64_t)i : result;
        }
    }
    return (int64_t)n;
}

int race_accesses_sync(struct race_engine *engine, uint32_t thread,
                       const struct memtrace_access *accesses, size_t n,
                       size_t from)
{
    struct look look;
    int error = 0;

    look_start(&look, engine, thread);
    for (size_t i = from; i < n && !error; i++) {
        const struct memtrace_access *a = &accesses[i];

        if (!(a->flags & MEMTRACE_ATOMIC) && touches_sync(&look, a)) {
            error = touch(&look, a->vaddr, a->size,
                          a->flags & MEMTRACE_STORE ? ACT_COLLECT_GIVE
                                                    : ACT_COLLECT_TAKE);
        }
    }
    return error;
}

/* More is not believed; a call moves less. */
#define MOST_BYTES ((uint64_t)1 << 31)

int race_kernel_access(struct race_engine *engine, uint32_t thread,
                       const struct memtrace_event *event)
{
    uint64_t size = event->args[1];
    struct look look;

    look_start(&look, engine, thread);
    look_set(&look, (uint32_t)event->args[3], size,
             RACE_WHO_KERNEL | (event->args[2] ? RACE_WHO_STORE : 0));
    look.time = event->time;
    return touch(&look, event->args[0], size < MOST_BYTES ? size : MOST_BYTES,
                 ACT_NOTHING);
}
