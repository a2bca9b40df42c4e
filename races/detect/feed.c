/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * feed.c - see feed.h.
 *
 * Each thread of the trace has a ring of portions.  The engine uses the pieces
 * of one of them, others are full, and one at a time is being filled:
 *
 *     current          + n_ready
 *        |                |
 *     [in use] [full] [being filled] [empty] [empty] ...
 *
 * The stream of a thread belongs to whoever fills a portion of it.  Everything
 * else that is shared is protected by one lock, which is locked once a portion.
 * There are several portions because of a long stretch of accesses the filter
 * may keep little: while one thread's is read the others need full portions.
 */
#include "feed.h"

#include <pthread.h>
#include <stdlib.h>

#include "array.h"
#include "check.h"
#include "piece_filter.h"

/* A portion ends at so many pieces; or accesses, where threads are few. */
#define MOST_PIECES 4096u
#define MOST_ACCESSES 16384u
#define LEAST_ACCESSES 256u
#define FEW_THREADS 8u

/* And at so many accesses that were read, however few of them are kept. */
#define MOST_READ ((uint64_t)1 << 20)

/* So many accesses of a piece are filtered at once. */
#define MOST_PART ((size_t)256)

#define PORTIONS 8

struct portion {
    struct race_piece *pieces;
    size_t n_pieces;
    struct memtrace_access *accesses;
    size_t n_accesses;
    size_t room; /* accesses */
    uint64_t n_read;
};

/* What is read of one thread. */
struct source {
    struct race_stream stream;
    bool is_after_sync; /* the next piece is kept, even if empty */
    int result;         /* of reading: 1, 0 at the end, or an error */
    struct portion portions[PORTIONS];
    size_t at, n;     /* pieces of the portion that the engine uses */
    unsigned current; /* that portion */
    /* Under the lock. */
    unsigned n_ready; /* full portions, with that one */
    bool is_filling;
    bool is_queued;
};

struct worker {
    struct race_feed *feed;
    pthread_t thread;
    struct race_filter filter;
};

struct race_feed {
    struct race_feed_config config;
    struct source *sources;
    size_t room_accesses;      /* of a portion */
    struct race_filter filter; /* of the engine's thread */
    struct worker *workers;
    unsigned n_workers; /* that run */
    pthread_mutex_t lock;
    pthread_cond_t work;   /* a source was queued, or is_over */
    pthread_cond_t filled; /* a portion was */
    uint32_t *queue;       /* a ring of sources, room for all */
    size_t queue_first;
    size_t n_queued;
    bool is_over;
};

/*
 * Append to the portion what the filter keeps of a piece.  It is filtered by
 * parts: there need be room for what is kept and one part.
 * Return: how many accesses are kept, or MEMTRACE_ERR_NOMEM.
 */
static int64_t keep_accesses(const struct source *source,
                             struct portion *portion,
                             struct race_filter *filter, bool *is_sync)
{
    const struct race_piece *piece = &source->stream.piece;
    struct race_piece part = *piece;
    size_t n = 0;

    if (race_is_alone(&filter->scan->alone, source->stream.thread,
                      race_stream_position(&source->stream))) {
        return 0;
    }
    for (size_t at = 0; at < piece->n; at += part.n) {
        size_t kept = portion->n_accesses + n;

        part.accesses = piece->accesses + at;
        part.n = piece->n - at < MOST_PART ? piece->n - at : MOST_PART;
        if (array_reserve(portion->accesses, portion->room, kept + part.n) <
            0) {
            return MEMTRACE_ERR_NOMEM;
        }
        n += race_filter_piece(filter, source->stream.thread, &part,
                               portion->accesses + kept, is_sync);
    }
    return (int64_t)n;
}

/*
 * Add a piece, where it is not to be skipped; see feed.h.
 * Return: 0, or MEMTRACE_ERR_NOMEM.
 */
static int add_piece(struct source *source, struct portion *portion,
                     struct race_filter *filter)
{
    const struct race_piece *piece = &source->stream.piece;
    struct race_piece *added = &portion->pieces[portion->n_pieces];
    bool is_sync = piece->event != NULL;
    int64_t n;

    /* A delayed piece releases at its end, too: then a new epoch begins. */
    if (is_sync || source->is_after_sync) {
        race_filter_start(filter);
    }
    n = keep_accesses(source, portion, filter, &is_sync);
    if (n < 0) {
        return (int)n;
    }
    portion->n_read += piece->n;
    if (n || piece->event || source->is_after_sync) {
        *added = *piece;
        added->n = (size_t)n;
        portion->n_accesses += (size_t)n;
        portion->n_pieces++;
    }
    source->is_after_sync = is_sync;
    return 0;
}

static void fill(const struct race_feed *feed, struct source *source,
                 struct portion *portion, struct race_filter *filter)
{
    size_t n_pieces =
        feed->room_accesses < MOST_PIECES ? feed->room_accesses : MOST_PIECES;
    const struct memtrace_access *next;
    int result = 0;

    if (!portion->pieces) {
        portion->pieces = malloc(n_pieces * sizeof(*portion->pieces));
        /* Only where one piece has more accesses has it to grow. */
        result = portion->pieces &&
                         array_reserve(portion->accesses, portion->room,
                                       feed->room_accesses + MOST_PART) == 0
                     ? 0
                     : MEMTRACE_ERR_NOMEM;
    }
    portion->n_pieces = 0;
    portion->n_accesses = 0;
    portion->n_read = 0;
    race_filter_start(filter);
    while (!result && portion->n_pieces < n_pieces &&
           portion->n_accesses < feed->room_accesses &&
           portion->n_read < MOST_READ) {
        result = race_stream_next(&source->stream);
        if (result <= 0) {
            source->result = result;
            break;
        }
        result = add_piece(source, portion, filter);
    }
    if (result < 0) {
        source->result = result;
    }
    /* The accesses may have moved while the portion grew. */
    next = portion->accesses;
    for (size_t i = 0; i < portion->n_pieces; i++) {
        portion->pieces[i].accesses = next;
        next += portion->pieces[i].n;
    }
    check(portion->n_pieces <= n_pieces, "pieces fit into their portion");
    check((size_t)(next - portion->accesses) == portion->n_accesses,
          "each access of a portion is in one piece");
}

/* Under the lock, which is unlocked meanwhile. */
static void fill_unlocked(struct race_feed *feed, struct source *source,
                          struct race_filter *filter)
{
    unsigned portion = (source->current + source->n_ready) % PORTIONS;

    check(!source->is_filling, "one thread at a time fills a source");
    check(source->n_ready < PORTIONS, "the portion in use is not filled");
    source->is_filling = true;
    pthread_mutex_unlock(&feed->lock);
    fill(feed, source, &source->portions[portion], filter);
    pthread_mutex_lock(&feed->lock);
    source->is_filling = false;
    source->n_ready++;
}

static bool needs_filling(const struct source *source)
{
    return !source->is_filling && source->n_ready < PORTIONS &&
           source->result > 0;
}

/* Under the lock. */
static void enqueue(struct race_feed *feed, struct source *source)
{
    if (feed->n_workers && !source->is_queued && needs_filling(source)) {
        size_t i = feed->queue_first + feed->n_queued++;

        check(feed->n_queued <= feed->config.n_threads,
              "each source is in the queue once");
        feed->queue[i % feed->config.n_threads] = source->stream.thread;
        source->is_queued = true;
        pthread_cond_signal(&feed->work);
    }
}

/* Under the lock: fill a portion of the first source in the queue. */
static void fill_first_queued(struct race_feed *feed,
                              struct race_filter *filter)
{
    struct source *source = &feed->sources[feed->queue[feed->queue_first]];

    feed->queue_first = (feed->queue_first + 1) % feed->config.n_threads;
    feed->n_queued--;
    source->is_queued = false;
    if (needs_filling(source)) {
        fill_unlocked(feed, source, filter);
        enqueue(feed, source);
        pthread_cond_signal(&feed->filled);
    }
}

static void *work(void *argument)
{
    struct worker *worker = argument;
    struct race_feed *feed = worker->feed;

    pthread_mutex_lock(&feed->lock);
    while (!feed->is_over) {
        if (feed->n_queued) {
            fill_first_queued(feed, &worker->filter);
        } else {
            pthread_cond_wait(&feed->work, &feed->lock);
        }
    }
    pthread_mutex_unlock(&feed->lock);
    return NULL;
}

static void open_filter(const struct race_feed *feed,
                        struct race_filter *filter)
{
    filter->scan = feed->config.scan;
    filter->keeps_repeated = feed->config.keeps_repeated;
}

static void start_workers(struct race_feed *feed)
{
    unsigned n = feed->config.n_workers;

    feed->workers = n ? calloc(n, sizeof(*feed->workers)) : NULL;
    /* With fewer than asked for, or none, it is only slower. */
    for (unsigned i = 0; feed->workers && i < n; i++) {
        struct worker *worker = &feed->workers[i];

        worker->feed = feed;
        open_filter(feed, &worker->filter);
        if (pthread_create(&worker->thread, NULL, work, worker)) {
            break;
        }
        feed->n_workers++;
    }
}

struct race_feed *race_feed_new(const struct race_feed_config *config)
{
    struct race_feed *feed = calloc(1, sizeof(*feed));
    size_t n = config->n_threads;

    if (!feed) {
        return NULL;
    }
    feed->config = *config;
    open_filter(feed, &feed->filter);
    feed->room_accesses =
        n > FEW_THREADS ? MOST_ACCESSES * FEW_THREADS / n : MOST_ACCESSES;
    if (feed->room_accesses < LEAST_ACCESSES) {
        feed->room_accesses = LEAST_ACCESSES;
    }
    feed->sources = calloc(n + 1, sizeof(*feed->sources));
    feed->queue = calloc(n + 1, sizeof(*feed->queue));
    if (!feed->sources || !feed->queue) {
        free(feed->sources);
        free(feed->queue);
        free(feed);
        return NULL;
    }
    for (size_t i = 0; i < n; i++) {
        feed->sources[i].stream.reader = config->reader;
        feed->sources[i].stream.blocks = &config->scan->blocks;
        feed->sources[i].stream.thread = (uint32_t)i;
        feed->sources[i].is_after_sync = true;
        feed->sources[i].result = 1;
    }
    pthread_mutex_init(&feed->lock, NULL);
    pthread_cond_init(&feed->work, NULL);
    pthread_cond_init(&feed->filled, NULL);
    start_workers(feed);
    return feed;
}

void race_feed_events(struct race_feed *feed, uint32_t thread,
                      const struct memtrace_event *const *events, size_t n)
{
    feed->sources[thread].stream.events = events;
    feed->sources[thread].stream.n_events = n;
}

static void close_source(struct source *source)
{
    race_stream_close(&source->stream);
    for (int i = 0; i < PORTIONS; i++) {
        free(source->portions[i].pieces);
        free(source->portions[i].accesses);
        source->portions[i] = (struct portion){.pieces = NULL};
    }
}

/* The engine has used up a portion. Return: as race_feed_next(). */
static int next_portion(struct race_feed *feed, struct source *source)
{
    int result;

    pthread_mutex_lock(&feed->lock);
    if (source->n_ready) {
        source->n_ready--;
        source->current = (source->current + 1) % PORTIONS;
    }
    while (!source->n_ready && (source->is_filling || source->result > 0)) {
        if (!source->is_filling) {
            fill_unlocked(feed, source, &feed->filter);
        } else if (feed->n_queued) {
            fill_first_queued(feed, &feed->filter);
        } else {
            pthread_cond_wait(&feed->filled, &feed->lock);
        }
    }
    enqueue(feed, source);
    result = source->n_ready ? 1 : source->result;
    pthread_mutex_unlock(&feed->lock);
    source->at = 0;
    source->n = result > 0 ? source->portions[source->current].n_pieces : 0;
    return result;
}

int race_feed_next(struct race_feed *feed, uint32_t thread,
                   struct race_piece *piece, uint64_t *n_read)
{
    struct source *source = &feed->sources[thread];

    *n_read = 0;
    while (source->at == source->n) {
        int result = next_portion(feed, source);

        if (result <= 0) {
            close_source(source);
            return result;
        }
        *n_read += source->portions[source->current].n_read;
    }
    *piece = source->portions[source->current].pieces[source->at++];
    return 1;
}

void race_feed_free(struct race_feed *feed)
{
    if (!feed) {
        return;
    }
    pthread_mutex_lock(&feed->lock);
    feed->is_over = true;
    pthread_cond_broadcast(&feed->work);
    pthread_mutex_unlock(&feed->lock);
    for (unsigned i = 0; i < feed->n_workers; i++) {
        pthread_join(feed->workers[i].thread, NULL);
    }
    for (size_t i = 0; i < feed->config.n_threads; i++) {
        close_source(&feed->sources[i]);
    }
    pthread_mutex_destroy(&feed->lock);
    pthread_cond_destroy(&feed->work);
    pthread_cond_destroy(&feed->filled);
    free(feed->workers);
    free(feed->sources);
    free(feed->queue);
    free(feed);
}
