/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * memory_use.c - see memory_use.h.
 *
 * Memory: about 200 bytes for each page that was accessed, in all workers
 * together where these have different pages (memory_cells.h).  Most accesses go
 * to pages that were accessed just before: a small table, in which the place of
 * an access in addresses and in time is compared, leads to them; the rest asks
 * which memory it is, and finds its page in a hash table.
 */
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "lower_bound.h"
#include "memory_shared.h"
#include "memory_use.h"
#include "part_cache.h"

#define PAGE_BYTES (1ull << MEMORY_PAGE_BITS)
#define LINE_BYTES (1ull << MEMORY_LINE_BITS)

#define RECENT 512

/* Accesses to a page from which on it is worth a page for each worker. */
#define OFTEN 8

/* A page that was found, for a range of addresses and of time. */
struct recent {
    uint64_t first;
    uint64_t n_bytes; /* 0: nothing */
    uint64_t from;
    uint64_t n_ticks;         /* one less */
    struct memory_page *page; /* NULL: workers share it */
};

struct state {
    struct memory_use use; /* the results, when it is finished */
    struct memtrace_reader *reader;
    struct symbols *symbols;
    const struct variable_table *variables;
    struct memory_pages pages;    /* the worker's own */
    struct memory_shared *shared; /* those of all workers; NULL: none */
    struct memory_later *later;   /* to be counted in these, or NULL */
    bool has_shared;              /* pages are in these */
    size_t n_small;               /* accesses to own pages that are small */
    uint64_t start_time;
    uint64_t window_start; /* of the one that is current */
    unsigned window;
    uint32_t thread;
    uint64_t pid;
    struct part_cache parts;
    struct memory_cache memory;
    struct recent recent[RECENT];
    struct memory_page like[RECENT]; /* of shared pages: what they are */
};

static int begin(const struct analysis_source *source, const void *settings,
                 void **out)
{
    const struct memory_use_settings *wanted = settings;
    const struct memtrace_summary *summary = memtrace_summary(source->reader);
    struct state *state = calloc(1, sizeof(*state));
    uint64_t ticks = summary->end_time - summary->start_time;

    if (!state) {
        return MEMTRACE_ERR_NOMEM;
    }
    state->reader = source->reader;
    state->symbols = source->symbols;
    state->variables = wanted ? wanted->variables : NULL;
    state->shared = wanted ? wanted->shared : NULL;
    state->start_time = summary->start_time;
    state->use.window_ticks = ticks / MEMORY_WINDOWS + 1;
    state->thread = MEMTRACE_NO_THREAD;
    state->window_start = summary->start_time;
    memory_cache_open(&state->memory, wanted ? wanted->map : NULL);
    *out = state;
    return 0;
}

static void forget_recent(struct state *state)
{
    for (size_t i = 0; i < RECENT; i++) {
        state->recent[i].n_bytes = 0;
    }
}

/* Pages found in one window are not known to be accessed in another. */
static void enter_window(struct state *state, uint64_t time)
{
    uint64_t since = time > state->start_time ? time - state->start_time : 0;
    uint64_t window = since / state->use.window_ticks;

    window = window < MEMORY_WINDOWS ? window : MEMORY_WINDOWS - 1;
    state->window_start = state->start_time + window * state->use.window_ticks;
    if (window != state->window) {
        state->window = (unsigned)window;
        forget_recent(state);
    }
}

static void enter_thread(struct state *state, uint32_t number)
{
    const struct memtrace_thread *thread =
        memtrace_thread(state->reader, number);
    uint64_t pid = thread ? thread->pid : 0;

    state->thread = number;
    if (pid != state->pid) {
        state->pid = pid;
        state->parts = (struct part_cache){.n = 0};
        forget_recent(state);
    }
}

/* Of the variables of a page's file, those that are in the page. */
static int find_variables(const struct state *state, struct memory_page *page,
                          const struct symbols_part *part)
{
    const struct variable_part *variables =
        variable_table_part(state->variables, part);
    const struct variable_entry *list = state->variables->list;
    struct memory_page_variables *found;
    uint64_t address;
    size_t first, end;

    if (!variables) {
        return 0;
    }
    address = page->vaddr - variables->bias;
    end = variables->from + variables->n;
    first = lower_bound_from(variables->from, end, i, list[i].last < address);
    end = lower_bound_from(first, end, i,
                           list[i].first <= address + (PAGE_BYTES - 1));
    found = calloc(1, sizeof(*found) + (end - first) * sizeof(*found->counts));
    if (!found) {
        return MEMTRACE_ERR_NOMEM;
    }
    found->part = variables;
    found->first = first;
    found->end = end;
    page->variables = found;
    return 0;
}

/* A page as it is seen here and now. */
static struct memory_page page_at(const struct state *state,
                                  const struct memory_cache_piece *piece,
                                  const struct symbols_part *part,
                                  uint64_t vaddr)
{
    uint64_t first = vaddr & ~(PAGE_BYTES - 1);
    /* Only a damaged trace has mappings of parts of pages. */
    uint64_t delta = piece->delta & ~(PAGE_BYTES - 1);
    struct memory_page page = {
        .object = piece->object,
        .offset = first - delta,
        .vaddr = first,
        .time = piece->from,
        .windows = 1ull << state->window,
        .mapping = UINT32_MAX,
        .pid = (uint32_t)state->pid,
        .is_guess = piece->from == piece->to,
    };

    if (part) {
        page.time = part->from;
        page.is_guess = part->from == part->to;
        page.part_offset =
            part->first > first ? (uint16_t)(part->first - first) : 0;
        page.mapping = part->mapping;
    }
    /* Each process has a number of its own for what it shares. */
    if (memory_object_is_shared(page.object)) {
        page.mapping = 0;
    }
    return page;
}

/* Return: the worker's page, made if need be, or NULL without memory. */
static struct memory_page *get_page(struct state *state,
                                    const struct memory_page *like,
                                    const struct symbols_part *part)
{
    bool is_new;
    struct memory_page *page = memory_pages_get(&state->pages, like, &is_new);

    if (page && is_new && part && state->variables &&
        find_variables(state, page, part)) {
        return NULL;
    }
    if (page) {
        memory_page_seen(page, like);
    }
    return page;
}

/*
 * The worker has as many pages of its own as it may: share those that are not
 * busy. If they had many accesses each, as where a program goes through its
 * memory in order, the next ones are the worker's again until they are too
 * many. If not, it makes no more, and what is counted in others is put off.
 */
static int share_pages(struct state *state)
{
    size_t most = state->shared->most_own;
    int error;

    forget_recent(state);
    state->has_shared = true;
    error = memory_shared_put(state->shared, &state->pages, false);
    if (!error &&
        (state->n_small < most * OFTEN || state->pages.n > most / 2)) {
        state->later = memory_later_new(state->shared, &state->pages);
        error = state->later ? 0 : MEMTRACE_ERR_NOMEM;
    }
    state->n_small = 0;
    return error;
}

/*
 * Is a page one that workers share? What is put off may have made it the
 * worker's own since, and those with variables always are.
 */
static bool is_shared(struct state *state, const struct memory_page *like,
                      const struct symbols_part *part)
{
    return state->later && !memory_pages_find(&state->pages, like) &&
           !(part && state->variables &&
             variable_table_part(state->variables, part));
}

/* An access to a page that is not among the recent ones. */
static struct recent *find_page(struct state *state, struct recent *recent,
                                uint64_t vaddr, uint64_t time)
{
    const struct symbols_part *part =
        state->symbols ? part_cache_find(&state->parts, state->symbols,
                                         state->pid, vaddr, time)
                       : NULL;
    const struct memory_cache_piece *piece =
        memory_piece(&state->memory, state->pid, time, vaddr);
    struct memory_page like = page_at(state, piece, part, vaddr);
    struct memory_page *page = NULL;
    uint64_t first = like.vaddr, last = first + (PAGE_BYTES - 1);
    uint64_t from = piece->from, to = piece->to;

    if (!state->later && state->shared &&
        state->pages.n >= state->shared->most_own && share_pages(state)) {
        return NULL;
    }
    if (is_shared(state, &like, part)) {
        state->like[recent - state->recent] = like;
    } else {
        page = get_page(state, &like, part);
        if (!page) {
            return NULL;
        }
    }
    first = piece->first > first ? piece->first : first;
    last = piece->last < last ? piece->last : last;
    if (part) {
        first = part->first > first ? part->first : first;
        last = part->last < last ? part->last : last;
        from = part->from > from ? part->from : from;
        to = part->to < to ? part->to : to;
    }
    *recent = (struct recent){
        .first = first,
        .n_bytes = last - first + 1,
        .from = from,
        .n_ticks = to - from,
        .page = page,
    };
    return recent;
}

static inline struct recent *find_recent(struct state *state, uint64_t vaddr,
                                         uint64_t time)
{
    struct recent *recent =
        &state->recent[(vaddr >> MEMORY_PAGE_BITS) % RECENT];

    if (__builtin_expect(vaddr - recent->first < recent->n_bytes &&
                             time - recent->from <= recent->n_ticks,
                         1)) {
        return recent;
    }
    return find_page(state, recent, vaddr, time);
}

static void count_variable(struct state *state, const struct memory_page *page,
                           const struct memtrace_access *access, uint32_t who)
{
    const struct variable_entry *list = state->variables->list;
    struct memory_page_variables *variables = page->variables;
    uint64_t address = access->vaddr - variables->part->bias;
    uint64_t last = address + (access->size ? access->size - 1u : 0);
    size_t at = lower_bound_from(variables->first, variables->end, i,
                                 list[i].last < address);
    struct memory_count *count;

    if (at == variables->end || list[at].first > last) {
        return;
    }
    count = &variables->counts[at - variables->first];
    count->n[access->flags & MEMTRACE_STORE]++;
    count->n_atomics += (access->flags & MEMTRACE_ATOMIC) != 0;
    memory_mark(count, access->flags & MEMTRACE_STORE, who);
}

/* Where a page is small, or shared. Return: 0, or NOMEM. */
static int count_line(struct state *state, const struct recent *recent,
                      const struct memory_cells_add *add, bool is_atomic)
{
    struct memory_page *page = recent->page;
    size_t *n_largest = &state->pages.n_largest;
    int error = 0;

    if (!page) {
        error = memory_later_add(
            state->later, &state->like[recent - state->recent], add, is_atomic);
        if (error > 0) {
            forget_recent(state); /* pages have become the worker's own */
        }
        return error < 0 ? error : 0;
    }
    state->n_small++;
    if (is_atomic) {
        error = memory_cells_enlarge(&page->cells, n_largest);
    }
    if (!error) {
        error = memory_cells_add(&page->cells, add, n_largest);
    }
    if (!error && is_atomic) {
        memory_cells_lines(page->cells)[add->line].n_atomics++;
    }
    return error;
}

/* An access that goes on in the next line: who it was counts there, too. */
static int mark_rest(struct state *state, const struct memtrace_access *access,
                     uint32_t who)
{
    uint64_t vaddr = access->vaddr;
    uint64_t last = vaddr + access->size - 1;

    if (last < vaddr) {
        return 0;
    }
    for (vaddr = (vaddr & ~(LINE_BYTES - 1)) + LINE_BYTES; vaddr <= last;
         vaddr += LINE_BYTES) {
        struct recent *recent = find_recent(state, vaddr, access->time);
        const struct memory_cells_add add = {
            .line = vaddr >> MEMORY_LINE_BITS & (MEMORY_LINES - 1),
            .is_store = access->flags & MEMTRACE_STORE,
            .who = who,
        };

        if (!recent || count_line(state, recent, &add, false)) {
            return MEMTRACE_ERR_NOMEM;
        }
        if (last - vaddr < LINE_BYTES) {
            break;
        }
    }
    return 0;
}

static inline int count_access(struct state *state,
                               const struct memtrace_access *access,
                               uint32_t who)
{
    struct recent *recent = find_recent(state, access->vaddr, access->time);
    bool is_atomic = access->flags & MEMTRACE_ATOMIC;
    const struct memory_cells_add add = {
        .line = access->vaddr >> MEMORY_LINE_BITS & (MEMORY_LINES - 1),
        .is_store = access->flags & MEMTRACE_STORE,
        .who = who,
        .n = 1,
    };
    struct memory_count *lines;
    int error = 0;

    if (!recent) {
        return MEMTRACE_ERR_NOMEM;
    }
    lines = recent->page ? memory_cells_lines(recent->page->cells) : NULL;
    if (lines) {
        lines[add.line].n[add.is_store]++;
        lines[add.line].n_atomics += is_atomic;
        memory_mark(&lines[add.line], add.is_store, who);
    } else {
        error = count_line(state, recent, &add, is_atomic);
    }
    if (recent->page && recent->page->variables) {
        count_variable(state, recent->page, access, who);
    }
    if (!error &&
        (access->vaddr & (LINE_BYTES - 1)) + access->size > LINE_BYTES) {
        error = mark_rest(state, access, who);
    }
    return error;
}

static int accesses(void *state_pointer, const struct memtrace_batch *batch)
{
    struct state *state = state_pointer;
    int error = 0;

    if (batch->thread != state->thread) {
        enter_thread(state, batch->thread);
    }
    for (size_t i = 0; i < batch->n_accesses && !error; i++) {
        const struct memtrace_access *access = &batch->accesses[i];

        if (access->time - state->window_start >= state->use.window_ticks) {
            enter_window(state, access->time);
        }
        error = count_access(state, access, batch->thread + 1);
    }
    return error;
}

struct memory_count memory_page_count(const struct memory_page *page)
{
    struct memory_count sum = {.n_atomics = 0};
    struct memory_count lines[MEMORY_LINES];

    memory_cells_get(page->cells, lines);
    for (size_t i = 0; i < MEMORY_LINES; i++) {
        memory_add(&sum, &lines[i]);
    }
    return sum;
}

enum memory_sharing memory_sharing(const struct memory_count *count)
{
    uint32_t reader = count->who[0], writer = count->who[1];

    if (writer == MEMORY_SEVERAL) {
        return MEMORY_MANY_WRITERS;
    }
    if (writer == MEMORY_NOBODY) {
        return reader == MEMORY_SEVERAL ? MEMORY_READ_SHARED : MEMORY_PRIVATE;
    }
    return reader == MEMORY_NOBODY || reader == writer ? MEMORY_PRIVATE
                                                       : MEMORY_ONE_WRITER;
}

/* What a worker has of its own and another has shared is one in the end. */
static int merge(void *to_pointer, void *from_pointer)
{
    struct state *to = to_pointer, *from = from_pointer;
    int error = from->later ? memory_later_flush(from->later) : 0;

    to->has_shared |= from->has_shared;
    return error < 0 ? error : memory_pages_merge(&to->pages, &from->pages);
}

static int compare_variables(const void *a, const void *b)
{
    const struct memory_variable *x = a, *y = b;

    if (x->variable != y->variable) {
        return x->variable < y->variable ? -1 : 1;
    }
    return (x->owner > y->owner) - (x->owner < y->owner);
}

static int add_variables(struct memory_use *use, size_t *room,
                         const struct memory_page *page)
{
    const struct memory_page_variables *variables = page->variables;

    for (size_t i = variables->first; i < variables->end; i++) {
        const struct memory_count *count =
            &variables->counts[i - variables->first];
        struct memory_variable *added;

        if (count->n[0] + count->n[1] == 0) {
            continue;
        }
        added = array_add(use->variables, use->n_variables, *room);
        if (!added) {
            return MEMTRACE_ERR_NOMEM;
        }
        *added = (struct memory_variable){
            .variable = i,
            .owner = page->object >> 32,
            .pid = page->pid,
            .is_of_several = page->is_of_several,
            .count = *count,
        };
    }
    return 0;
}

/* A variable may lie in several pages. */
static int sum_variables(struct memory_use *use)
{
    size_t room = 0, n = 0;
    int error = 0;

    for (size_t i = 0; i < use->n_pages && !error; i++) {
        if (use->pages[i]->variables) {
            error = add_variables(use, &room, use->pages[i]);
        }
    }
    if (use->n_variables) {
        qsort(use->variables, use->n_variables, sizeof(*use->variables),
              compare_variables);
    }
    for (size_t i = 0; i < use->n_variables; i++) {
        struct memory_variable *last = n ? &use->variables[n - 1] : NULL;
        const struct memory_variable *next = &use->variables[i];

        if (last && !compare_variables(last, next)) {
            memory_add(&last->count, &next->count);
            last->is_of_several |= next->is_of_several;
        } else {
            use->variables[n++] = *next;
        }
    }
    use->n_variables = n;
    return error;
}

static int finish(void *state_pointer)
{
    struct state *state = state_pointer;
    struct memory_use *use = &state->use;

    if (state->later && memory_later_flush(state->later) < 0) {
        return MEMTRACE_ERR_NOMEM;
    }
    if (state->has_shared) {
        if (memory_shared_put(state->shared, &state->pages, true)) {
            return MEMTRACE_ERR_NOMEM;
        }
        use->pages = memory_shared_list(state->shared, &use->n_pages);
    } else {
        use->pages = calloc(state->pages.n + 1, sizeof(struct memory_page *));
        use->n_pages =
            use->pages ? memory_pages_list(&state->pages, use->pages) : 0;
        memory_pages_sort(use->pages, use->n_pages);
    }
    return use->pages ? sum_variables(use) : MEMTRACE_ERR_NOMEM;
}

static void end(void *state_pointer)
{
    struct state *state = state_pointer;

    memory_pages_close(&state->pages);
    free(state->later);
    free(state->use.pages);
    free(state->use.variables);
    free(state);
}

const struct memory_use *memory_use(const void *state)
{
    return &((const struct state *)state)->use;
}

const struct analysis analysis_memory = {
    .name = "memory",
    .summary = "which memory was accessed how often, by whom, when",
    .order = ANALYSIS_ANY_ORDER,
    .begin = begin,
    .accesses = accesses,
    .merge = merge,
    .finish = finish,
    .end = end,
};
