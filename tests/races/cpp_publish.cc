// cpp_publish.cc: std::atomic publishes by a store that releases and a load
// that acquires, once and without waiting: on x86_64 two moves, which names
// tell; racy: what is published is changed after that.
//
// plain: none
// racy: race first_seen a-b
#include <atomic>

#include "together.h"

int data;
int first_seen;
std::atomic<int> flag{0};
int seen;

static void publish()
{
    data = 42;
    flag.store(1, std::memory_order_release);
    meet(1);
#ifdef RACY
    first_seen++; // @a
#endif
    meet(2);
}

static void look()
{
    usleep(10000);
    if (flag.load(std::memory_order_acquire)) {
        seen = data;
    }
    meet(1);
#ifdef RACY
    first_seen++; // @b
#endif
    meet(2);
}

int main()
{
    together(publish, look);
}
