/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * spaces.c - address spaces over time, as rectangles of addresses by time.
 *
 * What is mapped at present is a sorted array of pieces.  A change ends the
 * pieces that it cuts: each is then a rectangle that will not change.  None
 * overlap, and a change adds a few at most.  To find one they are put into
 * a segment tree over the addresses; the rectangles of one of its nodes all
 * have the node's addresses and therefore follow one another in time.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "check.h"
#include "lower_bound.h"
#include "spaces.h"

/* From @from on, before @to. */
struct rectangle {
    uint64_t first;
    uint64_t last;
    uint64_t from;
    uint64_t to;
    uint32_t item;
};

struct rectangles {
    struct rectangle *array;
    size_t n;
    size_t room;
};

/*
 * @starts: where each piece of the addresses begins, the leaves of the tree
 * @nodes: node i's rectangles are items[nodes[i]] to items[nodes[i + 1] - 1]
 */
struct tree {
    uint64_t *starts;
    size_t n_starts;
    size_t *nodes;
    uint32_t *items;
};

/*
 * @end: when another process started with the same pid
 * @past: ends with what is present where there is a tree
 */
struct space {
    uint64_t pid;
    uint64_t start;
    uint64_t end;
    struct rectangles present;
    struct rectangles past;
    size_t n_ended;
    struct tree tree;
    bool has_tree;
};

static int insert(struct rectangles *list, size_t at,
                  const struct rectangle *rectangle)
{
    struct rectangle *added;

    check(at <= list->n, "a piece goes among the others");
    added = array_insert(list->array, list->n, list->room, at);

    if (!added) {
        return -ENOMEM;
    }
    *added = *rectangle;
    return 0;
}

static void free_tree(struct space *space)
{
    free(space->tree.starts);
    free(space->tree.nodes);
    free(space->tree.items);
    space->tree = (struct tree){0};
    space->past.n = space->has_tree ? space->n_ended : space->past.n;
    space->has_tree = false;
}

/* Pids are given again. */
size_t spaces_latest(const struct spaces *spaces, uint64_t pid)
{
    for (size_t i = spaces->n; i > 0; i--) {
        if (spaces->array[i - 1].pid == pid) {
            return i - 1;
        }
    }
    return spaces->n;
}

uint64_t spaces_pid(const struct spaces *spaces, size_t space)
{
    return spaces->array[space].pid;
}

static struct space *find_latest(const struct spaces *spaces, uint64_t pid)
{
    size_t space = spaces_latest(spaces, pid);

    return space < spaces->n ? &spaces->array[space] : NULL;
}

int spaces_start(struct spaces *spaces, uint64_t pid, uint64_t time)
{
    struct space *before = find_latest(spaces, pid);
    struct space *space;

    if (before) {
        before->end = time;
    }
    space = array_add(spaces->array, spaces->n, spaces->room);
    if (!space) {
        return -ENOMEM;
    }
    *space = (struct space){.pid = pid, .start = time, .end = UINT64_MAX};
    return 0;
}

int spaces_fork(struct spaces *spaces, uint64_t pid, uint64_t parent,
                uint64_t time)
{
    struct space *from;
    struct space *child;
    int error = spaces_start(spaces, pid, time);

    if (error != 0) {
        return error;
    }
    child = &spaces->array[spaces->n - 1];
    from = pid != parent ? find_latest(spaces, parent) : NULL;
    for (size_t i = 0; error == 0 && from && i < from->present.n; i++) {
        struct rectangle piece = from->present.array[i];

        piece.from = time;
        error = insert(&child->present, i, &piece);
    }
    return error;
}

/* Number of the first piece that ends at @vaddr or behind it. */
static size_t find_piece(const struct rectangles *list, uint64_t vaddr)
{
    return lower_bound(list->n, i, list->array[i].last < vaddr);
}

/* What a piece was until now is past, unless it came this very moment. */
static int end_piece(struct space *space, const struct rectangle *piece,
                     uint64_t time)
{
    struct rectangle ended = *piece;

    check(time >= ended.from, "changes come in the order of time");
    ended.to = time;
    return ended.from < time ? insert(&space->past, space->past.n, &ended) : 0;
}

/* Make room from @first to @last. */
static int cut(struct space *space, uint64_t time, uint64_t first,
               uint64_t last)
{
    struct rectangles *present = &space->present;
    size_t i = find_piece(present, first);
    size_t n = 0;
    int error = 0;

    if (i < present->n && present->array[i].first < first) {
        struct rectangle left = present->array[i];

        left.last = first - 1;
        present->array[i].first = first;
        error = insert(present, i++, &left);
    }
    while (error == 0 && i + n < present->n &&
           present->array[i + n].first <= last) {
        struct rectangle *piece = &present->array[i + n];

        if (piece->last > last) {
            struct rectangle right = *piece;

            right.first = last + 1;
            piece->last = last;
            error = insert(present, i + n + 1, &right);
            piece = &present->array[i + n];
        }
        if (error == 0) {
            error = end_piece(space, piece, time);
            n++;
        }
    }
    array_remove(present->array, present->n, i, n);
    return error;
}

/* Where a piece goes there is nothing any more. */
static int put_piece(struct rectangles *present, const struct rectangle *piece)
{
    size_t at = find_piece(present, piece->first);

    check(at == present->n || present->array[at].first > piece->last,
          "pieces do not overlap");
    return insert(present, at, piece);
}

int spaces_map(struct spaces *spaces, uint64_t pid, uint64_t time,
               uint64_t first, uint64_t last, uint32_t item)
{
    struct space *space = find_latest(spaces, pid);
    struct rectangle piece = {
        .first = first,
        .last = last,
        .from = time,
        .to = UINT64_MAX,
        .item = item,
    };
    int error;

    if (first > last) {
        return 0;
    }
    if (!space) {
        error = spaces_start(spaces, pid, time);
        if (error != 0) {
            return error;
        }
        space = &spaces->array[spaces->n - 1];
    }
    free_tree(space);
    if (space->present.n > 0) {
        error = cut(space, time, first, last);
        if (error != 0) {
            return error;
        }
    }
    return item == SPACES_NONE ? 0 : put_piece(&space->present, &piece);
}

static struct spaces_piece piece_of(const struct spaces *spaces,
                                    const struct space *space,
                                    const struct rectangle *rectangle)
{
    return (struct spaces_piece){
        .first = rectangle->first,
        .last = rectangle->last,
        .from = rectangle->from,
        .to = rectangle->to - (rectangle->to != UINT64_MAX),
        .item = rectangle->item,
        .space = (uint32_t)(space - spaces->array),
    };
}

int spaces_find_latest(const struct spaces *spaces, uint64_t pid,
                       uint64_t vaddr, struct spaces_piece *out)
{
    const struct space *space = find_latest(spaces, pid);
    size_t i = space ? find_piece(&space->present, vaddr) : 0;
    const struct rectangle *found;

    if (!space || i == space->present.n ||
        space->present.array[i].first > vaddr) {
        return 0;
    }
    found = &space->present.array[i];
    *out = piece_of(spaces, space, found);
    return 1;
}

int spaces_present(const struct spaces *spaces, size_t space, uint64_t first,
                   uint64_t last,
                   int (*each)(void *context, const struct spaces_piece *piece),
                   void *context)
{
    const struct space *from = &spaces->array[space];
    const struct rectangles *present = &from->present;
    int result = 0;

    for (size_t i = find_piece(present, first);
         result == 0 && i < present->n && present->array[i].first <= last;
         i++) {
        struct spaces_piece piece = piece_of(spaces, from, &present->array[i]);

        result = each(context, &piece);
    }
    return result;
}

static int compare_numbers(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a;
    uint64_t right = *(const uint64_t *)b;

    return left < right ? -1 : left > right;
}

/* Number of the leaf that has @vaddr, which is not below the first. */
static size_t find_leaf(const struct tree *tree, uint64_t vaddr)
{
    check(tree->n_starts > 0 && tree->starts[0] <= vaddr,
          "an address is sought where there are leaves");
    return lower_bound(tree->n_starts, i, tree->starts[i] <= vaddr) - 1;
}

static int put_starts(struct tree *tree, const struct rectangles *list)
{
    size_t n = 0;

    tree->starts = calloc(list->n * 2 + 1, sizeof(*tree->starts));
    if (!tree->starts) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < list->n; i++) {
        tree->starts[n++] = list->array[i].first;
        if (list->array[i].last < UINT64_MAX) {
            tree->starts[n++] = list->array[i].last + 1;
        }
    }
    if (n > 0) {
        qsort(tree->starts, n, sizeof(*tree->starts), compare_numbers);
    }
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || tree->starts[i] != tree->starts[tree->n_starts - 1]) {
            tree->starts[tree->n_starts++] = tree->starts[i];
        }
    }
    return 0;
}

/* Call for the nodes that together are the leaves of a rectangle. */
static void cover(struct tree *tree, const struct rectangle *rectangle,
                  uint32_t number, bool is_counting)
{
    size_t low = find_leaf(tree, rectangle->first) + tree->n_starts;
    size_t high = find_leaf(tree, rectangle->last) + tree->n_starts + 1;

    for (; low < high; low /= 2, high /= 2) {
        if (low % 2 == 1) {
            if (!is_counting) {
                tree->items[tree->nodes[low]] = number;
            }
            tree->nodes[low++]++;
        }
        if (high % 2 == 1) {
            high--;
            if (!is_counting) {
                tree->items[tree->nodes[high]] = number;
            }
            tree->nodes[high]++;
        }
    }
}

/* Counts become places; each is moved on as its node is filled. */
static int put_items(struct tree *tree, const struct rectangles *list)
{
    size_t n_nodes = 2 * tree->n_starts;
    size_t sum = 0;

    tree->nodes = calloc(n_nodes + 1, sizeof(*tree->nodes));
    if (!tree->nodes) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < list->n; i++) {
        cover(tree, &list->array[i], (uint32_t)i, true);
    }
    for (size_t i = 0; i < n_nodes; i++) {
        size_t count = tree->nodes[i];

        tree->nodes[i] = sum;
        sum += count;
    }
    tree->items = calloc(sum + 1, sizeof(*tree->items));
    if (!tree->items) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < list->n; i++) {
        cover(tree, &list->array[i], (uint32_t)i, false);
    }
    memmove(tree->nodes + 1, tree->nodes, n_nodes * sizeof(*tree->nodes));
    tree->nodes[0] = 0;
    return 0;
}

/*
 * What ended first comes first in @past, and what is present last: the items
 * of each node are in the order of time as they are put there.
 */
static int make_tree(struct space *space)
{
    int error = 0;

    if (space->has_tree) {
        return 0;
    }
    space->n_ended = space->past.n;
    space->has_tree = true;
    for (size_t i = 0; error == 0 && i < space->present.n; i++) {
        error = insert(&space->past, space->past.n, &space->present.array[i]);
    }
    if (error == 0 && space->past.n >= UINT32_MAX) {
        error = -ENOMEM;
    }
    if (error == 0) {
        error = put_starts(&space->tree, &space->past);
    }
    if (error == 0) {
        error = put_items(&space->tree, &space->past);
    }
    if (error != 0) {
        free_tree(space);
    }
    return error;
}

/* The rectangles nearest to a time: the last that began, the next one. */
struct nearest {
    const struct rectangle *before;
    const struct rectangle *after;
};

static void look_at_node(const struct space *space, size_t node, uint64_t time,
                         struct nearest *nearest)
{
    const struct tree *tree = &space->tree;
    size_t start = tree->nodes[node];
    size_t end = tree->nodes[node + 1];
    size_t behind = lower_bound_from(
        start, end, i, space->past.array[tree->items[i]].from <= time);
    const struct rectangle *found;

    if (behind > start) {
        found = &space->past.array[tree->items[behind - 1]];
        if (!nearest->before || nearest->before->from < found->from) {
            nearest->before = found;
        }
    }
    if (behind < end) {
        found = &space->past.array[tree->items[behind]];
        if (!nearest->after || nearest->after->from > found->from) {
            nearest->after = found;
        }
    }
}

/* The process of that number at that time, or else the first one. */
static struct space *find_space(struct spaces *spaces, uint64_t pid,
                                uint64_t time)
{
    size_t latest = __atomic_load_n(&spaces->latest, __ATOMIC_RELAXED);
    struct space *found = latest < spaces->n ? &spaces->array[latest] : NULL;

    if (found && found->pid == pid && found->start <= time &&
        time < found->end) {
        return found;
    }
    found = NULL;
    for (size_t i = spaces->n; i > 0; i--) {
        if (spaces->array[i - 1].pid == pid) {
            found = &spaces->array[i - 1];
            if (found->start <= time) {
                break;
            }
        }
    }
    if (found) {
        __atomic_store_n(&spaces->latest, (size_t)(found - spaces->array),
                         __ATOMIC_RELAXED);
    }
    return found;
}

int spaces_find(struct spaces *spaces, uint64_t pid, uint64_t time,
                uint64_t vaddr, struct spaces_piece *out)
{
    struct space *space = find_space(spaces, pid, time);
    struct nearest nearest = {NULL, NULL};
    const struct rectangle *found;
    const struct tree *tree;
    int error = space ? make_tree(space) : 0;

    if (!space || error != 0) {
        return error;
    }
    tree = &space->tree;
    if (tree->n_starts == 0 || vaddr < tree->starts[0]) {
        return 0;
    }
    for (size_t node = find_leaf(tree, vaddr) + tree->n_starts; node > 0;
         node /= 2) {
        look_at_node(space, node, time, &nearest);
    }
    found = nearest.before ? nearest.before : nearest.after;
    if (!found) {
        return 0;
    }
    *out = piece_of(spaces, space, found);
    if (time < out->from || time > out->to) {
        out->is_guess = true;
        out->from = out->to = time;
    } else if (space->end != UINT64_MAX && out->to >= space->end) {
        out->to = space->end - (time < space->end);
    }
    return 1;
}

int spaces_prepare(struct spaces *spaces)
{
    int error = 0;

    for (size_t i = 0; error == 0 && i < spaces->n; i++) {
        error = make_tree(&spaces->array[i]);
    }
    return error;
}

int spaces_all(struct spaces *spaces,
               int (*each)(void *context, uint64_t pid,
                           const struct spaces_piece *piece),
               void *context)
{
    int result = spaces_prepare(spaces);

    for (size_t i = 0; result == 0 && i < spaces->n; i++) {
        const struct space *space = &spaces->array[i];

        for (size_t k = 0; result == 0 && k < space->past.n; k++) {
            struct spaces_piece piece =
                piece_of(spaces, space, &space->past.array[k]);

            if (space->end != UINT64_MAX && piece.to >= space->end) {
                piece.to = space->end - 1;
            }
            result = each(context, space->pid, &piece);
        }
    }
    return result;
}

int spaces_each(struct spaces *spaces, uint64_t vaddr,
                int (*each)(void *context, const struct spaces_piece *piece),
                void *context)
{
    int result = 0;

    for (size_t i = 0; result == 0 && i < spaces->n; i++) {
        struct space *space = &spaces->array[i];
        const struct tree *tree = &space->tree;
        size_t node;

        result = make_tree(space);
        if (result != 0 || tree->n_starts == 0 || vaddr < tree->starts[0]) {
            continue;
        }
        node = find_leaf(tree, vaddr) + tree->n_starts;
        for (; result == 0 && node > 0; node /= 2) {
            for (size_t k = tree->nodes[node];
                 result == 0 && k < tree->nodes[node + 1]; k++) {
                const struct rectangle *found =
                    &space->past.array[tree->items[k]];
                struct spaces_piece piece = piece_of(spaces, space, found);

                result = each(context, &piece);
            }
        }
    }
    return result;
}

void spaces_free(struct spaces *spaces)
{
    for (size_t i = 0; i < spaces->n; i++) {
        free_tree(&spaces->array[i]);
        free(spaces->array[i].present.array);
        free(spaces->array[i].past.array);
    }
    free(spaces->array);
    *spaces = (struct spaces){0};
}
