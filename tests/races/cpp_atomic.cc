// cpp_atomic.cc: std::atomic counts, and its compare-and-swap hands a pointer
// over; racy: what it points to is changed after that.
//
// plain: none
// racy: race object a-b
#include <atomic>
#include <thread>

#include "together.h"

struct object {
    int first = 0;
    int second = 0;
};

object object;
std::atomic<struct object *> handed{nullptr};
std::atomic<int> counter{0};
int seen;

static void give()
{
    struct object *expected = nullptr;

    meet(0);
    object.first = 1;
    counter.fetch_add(1, std::memory_order_relaxed);
    handed.compare_exchange_strong(expected, &object,
                                   std::memory_order_release);
#ifdef RACY
    object.second = 1; // @a
#endif
}

static void take()
{
    meet(0);
    counter.fetch_add(1, std::memory_order_relaxed);
    while (!handed.load(std::memory_order_acquire)) {
    }
    seen = object.first;
    seen += object.second; // @b
}

int main()
{
    meetings_init();
    std::thread one(give);
    std::thread other(take);
    one.join();
    other.join();
    return counter.load() != 2;
}
