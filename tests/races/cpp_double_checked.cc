// cpp_double_checked.cc: objects on the heap, each made by the first who looks
// for it, with a lock; who finds it made takes no lock.  Racy: the maker goes
// on with it when all can see it.
//
// plain: none
// racy: may - a-b
// racy: may - a-a
#include <atomic>
#include <mutex>

#include "together.h"

struct object {
    long first = 0;
    long second = 0;
};

struct table {
    std::mutex mutex;
    std::atomic<object *> slots[100] = {};
};

table *all;
long sums[2];

static object *find(std::atomic<object *> &slot)
{
    object *found = slot.load(std::memory_order_acquire);

    if (found) {
        return found;
    }
    std::lock_guard<std::mutex> guard(all->mutex);
    found = slot.load(std::memory_order_relaxed);
    if (!found) {
        found = new object;
        found->first = 1;
#ifndef RACY
        found->second = 2;
#endif
        slot.store(found, std::memory_order_release);
#ifdef RACY
        found->second = 2; // @a
#endif
    }
    return found;
}

static void use(long *sum)
{
    for (auto &slot : all->slots) {
        object *found = find(slot);

        *sum += found->first + found->second; // @b
    }
}

static void early(void)
{
    use(&sums[0]);
}

/* It finds them made. */
static void late(void)
{
    usleep(5000);
    use(&sums[1]);
}

int main(void)
{
    all = new table;
    together(early, late);
    return 0;
}
