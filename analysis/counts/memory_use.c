/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * memory_use.c - see memory_use.h.
 *
 * Memory: 2.2 KiB for each page that was accessed, a worker; that is at most
 * about half of what the program itself touched.  Most accesses go to pages
 * that were accessed just before: a small table, in which the place of an
 * access in addresses and in time is compared, leads to them; the rest asks
 * which part of memory it is, and finds its page in a hash table.
 */
#include <stdlib.h>
#include <string.h>

#include "hash64.h"
#include "lower_bound.h"
#include "memory_use.h"
#include "part_cache.h"

#define PAGE_BYTES (1ull << MEMORY_PAGE_BITS)
#define LINE_BYTES (1ull << MEMORY_LINE_BITS)

#define RECENT 512

/* A page that was found, for a range of addresses and of time. */
struct recent {
    uint64_t first;
    uint64_t n_bytes; /* 0: nothing */
    uint64_t from;
    uint64_t n_ticks; /* one less */
    struct memory_page *page;
};

struct state {
    struct memory_use use; /* the results, when it is finished */
    struct memtrace_reader *reader;
    struct symbols *symbols;
    const struct variable_table *variables;
    struct memory_page **table; /* by hash, a power of 2 */
    size_t n_table;
    size_t n_pages;
    uint64_t start_time;
    uint64_t window_start; /* of the one that is current */
    unsigned window;
    uint32_t thread;
    uint64_t pid;
    struct part_cache parts;
    struct recent recent[RECENT];
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
    state->start_time = summary->start_time;
    state->use.window_ticks = ticks / MEMORY_WINDOWS + 1;
    state->thread = MEMTRACE_NO_THREAD;
    state->window_start = summary->start_time;
    state->n_table = 1024;
    state->table = calloc(state->n_table, sizeof(struct memory_page *));
    if (state->variables) {
        state->use.variables =
            calloc(state->variables->n + 1, sizeof(*state->use.variables));
    }
    if (!state->table || (state->variables && !state->use.variables)) {
        free(state->table);
        free(state->use.variables);
        free(state);
        return MEMTRACE_ERR_NOMEM;
    }
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

static size_t hash(const struct state *state, uint64_t pid, uint32_t mapping,
                   uint64_t vaddr)
{
    uint64_t key =
        (vaddr >> MEMORY_PAGE_BITS) ^ pid << 40 ^ (uint64_t)mapping << 20;

    return (size_t)(hash64(key) >> 20) & (state->n_table - 1);
}

/* Where the page is in the table, or would be. */
static struct memory_page **slot_of(const struct state *state, uint64_t pid,
                                    uint32_t mapping, uint64_t vaddr)
{
    size_t i = hash(state, pid, mapping, vaddr);

    while (state->table[i] && (state->table[i]->vaddr != vaddr ||
                               state->table[i]->part.pid != pid ||
                               state->table[i]->part.mapping != mapping)) {
        i = (i + 1) & (state->n_table - 1);
    }
    return &state->table[i];
}

/* Never more than half full. */
static int grow(struct state *state)
{
    struct memory_page **old = state->table;
    size_t n_old = state->n_table;

    if (state->n_pages * 2 < n_old) {
        return 0;
    }
    state->table = calloc(n_old * 2, sizeof(struct memory_page *));
    if (!state->table) {
        state->table = old;
        return MEMTRACE_ERR_NOMEM;
    }
    state->n_table = n_old * 2;
    for (size_t i = 0; i < n_old; i++) {
        if (old[i]) {
            *slot_of(state, old[i]->part.pid, old[i]->part.mapping,
                     old[i]->vaddr) = old[i];
        }
    }
    free(old);
    return 0;
}

/* Of the variables of a page's file, those that are in the page. */
static void find_variables(const struct state *state, struct memory_page *page)
{
    const struct variable_part *part =
        variable_table_part(state->variables, &page->part);
    const struct variable_entry *list = state->variables->list;
    uint64_t first;
    size_t end;

    if (!part) {
        return;
    }
    first = page->vaddr - part->bias;
    end = part->from + part->n;
    page->variables = part;
    page->first_variable =
        lower_bound_from(part->from, end, i, list[i].last < first);
    page->end_variable =
        lower_bound_from(page->first_variable, end, i,
                         list[i].first <= first + (PAGE_BYTES - 1));
}

static struct memory_page *
add_page(struct state *state, const struct symbols_part *part, uint64_t vaddr)
{
    struct memory_page *page = grow(state) ? NULL : calloc(1, sizeof(*page));

    if (page) {
        page->part = *part;
        page->vaddr = vaddr;
        *slot_of(state, part->pid, part->mapping, vaddr) = page;
        state->n_pages++;
        if (state->variables) {
            find_variables(state, page);
        }
    }
    return page;
}

/* Return: the page, made if need be, or NULL where there is no memory. */
static struct memory_page *
get_page(struct state *state, const struct symbols_part *part, uint64_t vaddr)
{
    struct memory_page *page = *slot_of(state, part->pid, part->mapping, vaddr);

    return page ? page : add_page(state, part, vaddr);
}

/* An access to a page that is not among the recent ones. */
static struct recent *find_page(struct state *state, struct recent *recent,
                                uint64_t vaddr, uint64_t time)
{
    const struct symbols_part *part =
        state->symbols ? part_cache_find(&state->parts, state->symbols,
                                         state->pid, vaddr, time)
                       : NULL;
    const struct symbols_part unknown = {
        .pid = state->pid, .to = UINT64_MAX, .mapping = UINT32_MAX};
    uint64_t first = vaddr & ~(PAGE_BYTES - 1);
    uint64_t last = first + (PAGE_BYTES - 1);
    struct memory_page *page = get_page(state, part ? part : &unknown, first);

    if (!page) {
        return NULL;
    }
    page->windows |= 1ull << state->window;
    if (part) {
        first = part->first > first ? part->first : first;
        last = part->last < last ? part->last : last;
    }
    *recent = (struct recent){
        .first = first,
        .n_bytes = last - first + 1,
        .from = part ? part->from : 0,
        .n_ticks = part ? part->to - part->from : UINT64_MAX,
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

static inline void mark(struct memory_count *count, bool is_store, uint32_t who)
{
    if (count->who[is_store] != who) {
        count->who[is_store] =
            count->who[is_store] == MEMORY_NOBODY ? who : MEMORY_SEVERAL;
    }
}

static void count_variable(struct state *state, const struct memory_page *page,
                           const struct memtrace_access *access, uint32_t who)
{
    const struct variable_entry *list = state->variables->list;
    uint64_t address = access->vaddr - page->variables->bias;
    uint64_t last = address + (access->size ? access->size - 1u : 0);
    size_t at = lower_bound_from(page->first_variable, page->end_variable, i,
                                 list[i].last < address);
    struct memory_count *count;

    if (at == page->end_variable || list[at].first > last) {
        return;
    }
    count = &state->use.variables[at];
    count->n[access->flags & MEMTRACE_STORE]++;
    count->n_atomics += (access->flags & MEMTRACE_ATOMIC) != 0;
    mark(count, access->flags & MEMTRACE_STORE, who);
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

        if (!recent) {
            return MEMTRACE_ERR_NOMEM;
        }
        mark(&recent->page
                  ->lines[vaddr >> MEMORY_LINE_BITS & (MEMORY_LINES - 1)],
             access->flags & MEMTRACE_STORE, who);
        if (last - vaddr < LINE_BYTES) {
            break;
        }
    }
    return 0;
}

static int accesses(void *state_pointer, const struct memtrace_batch *batch)
{
    struct state *state = state_pointer;
    uint32_t who = batch->thread + 1;
    int error = 0;

    if (batch->thread != state->thread) {
        enter_thread(state, batch->thread);
    }
    for (size_t i = 0; i < batch->n_accesses; i++) {
        const struct memtrace_access *access = &batch->accesses[i];
        bool is_store = access->flags & MEMTRACE_STORE;
        uint64_t vaddr = access->vaddr;
        struct memory_count *line;
        struct recent *recent;

        if (access->time - state->window_start >= state->use.window_ticks) {
            enter_window(state, access->time);
        }
        recent = find_recent(state, vaddr, access->time);
        if (!recent) {
            return MEMTRACE_ERR_NOMEM;
        }
        line = &recent->page
                    ->lines[vaddr >> MEMORY_LINE_BITS & (MEMORY_LINES - 1)];
        line->n[is_store]++;
        line->n_atomics += (access->flags & MEMTRACE_ATOMIC) != 0;
        mark(line, is_store, who);
        if (recent->page->variables) {
            count_variable(state, recent->page, access, who);
        }
        if ((vaddr & (LINE_BYTES - 1)) + access->size > LINE_BYTES) {
            error = mark_rest(state, access, who);
        }
        if (error) {
            return error;
        }
    }
    return 0;
}

void memory_add(struct memory_count *sum, const struct memory_count *count)
{
    sum->n_atomics += count->n_atomics;
    for (int k = 0; k < 2; k++) {
        sum->n[k] += count->n[k];
        if (count->who[k] != MEMORY_NOBODY) {
            mark(sum, k, count->who[k]);
        }
    }
}

struct memory_count memory_page_count(const struct memory_page *page)
{
    struct memory_count sum = {.n_atomics = 0};

    for (size_t i = 0; i < MEMORY_LINES; i++) {
        memory_add(&sum, &page->lines[i]);
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

/* Take a page of another state over, or add what it has. */
static int merge_page(struct state *to, struct memory_page *page)
{
    struct memory_page **slot;

    if (grow(to)) {
        free(page);
        return MEMTRACE_ERR_NOMEM;
    }
    slot = slot_of(to, page->part.pid, page->part.mapping, page->vaddr);
    if (!*slot) {
        *slot = page;
        to->n_pages++;
        return 0;
    }
    (*slot)->windows |= page->windows;
    for (size_t i = 0; i < MEMORY_LINES; i++) {
        memory_add(&(*slot)->lines[i], &page->lines[i]);
    }
    /* The part of a guess is of that moment; the real one tells more. */
    if (page->part.to - page->part.from >
        (*slot)->part.to - (*slot)->part.from) {
        (*slot)->part = page->part;
    }
    free(page);
    return 0;
}

static int merge(void *to_pointer, void *from_pointer)
{
    struct state *to = to_pointer, *from = from_pointer;
    int error = 0;

    for (size_t i = 0; i < from->n_table && !error; i++) {
        if (from->table[i]) {
            error = merge_page(to, from->table[i]);
            from->table[i] = NULL;
        }
    }
    for (size_t i = 0; to->variables && i < to->variables->n; i++) {
        memory_add(&to->use.variables[i], &from->use.variables[i]);
    }
    return error;
}

static int compare_pages(const void *a, const void *b)
{
    const struct memory_page *x = *(struct memory_page *const *)a;
    const struct memory_page *y = *(struct memory_page *const *)b;

    if (x->part.pid != y->part.pid) {
        return x->part.pid < y->part.pid ? -1 : 1;
    }
    if (x->vaddr != y->vaddr) {
        return x->vaddr < y->vaddr ? -1 : 1;
    }
    return (x->part.mapping > y->part.mapping) -
           (x->part.mapping < y->part.mapping);
}

static int finish(void *state_pointer)
{
    struct state *state = state_pointer;
    struct memory_use *use = &state->use;

    use->pages = calloc(state->n_pages + 1, sizeof(struct memory_page *));
    if (!use->pages) {
        return MEMTRACE_ERR_NOMEM;
    }
    for (size_t i = 0; i < state->n_table; i++) {
        if (state->table[i]) {
            use->pages[use->n_pages++] = state->table[i];
        }
    }
    if (use->n_pages) {
        qsort(use->pages, use->n_pages, sizeof(struct memory_page *),
              compare_pages);
    }
    return 0;
}

static void end(void *state_pointer)
{
    struct state *state = state_pointer;

    for (size_t i = 0; i < state->n_table; i++) {
        free(state->table[i]);
    }
    free(state->table);
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
