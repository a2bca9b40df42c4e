// cpp_latch.cc: latch, barrier and semaphore of C++20; racy: what is written
// after the latch was counted down.
//
// build: -std=c++20
// plain: none
// racy: race data a-b
#include <barrier>
#include <latch>
#include <semaphore>
#include <thread>

#include "together.h"

int data;
int more;
int seen;
std::latch latch(1);
std::barrier<> both(2);
std::counting_semaphore<> semaphore(0);

static void give()
{
    meet(0);
#ifndef RACY
    data = 1;
#endif
    latch.count_down();
#ifdef RACY
    data = 1; // @a
#else
    more = 1;
    both.arrive_and_wait();
    more = 2;
    semaphore.release();
#endif
}

static void take()
{
    meet(0);
    latch.wait();
    seen = data; // @b
#ifndef RACY
    both.arrive_and_wait();
    semaphore.acquire();
    seen += more;
#endif
}

int main()
{
    meetings_init();
    std::thread one(give);
    std::thread other(take);
    one.join();
    other.join();
    return 0;
}
