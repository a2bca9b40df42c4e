// cpp_mutex.cc: std::thread and std::mutex; racy: without the mutex.
//
// plain: none
// racy: race counter a-a
#include <mutex>
#include <thread>

#include "together.h"

int counter;
std::mutex mutex;

static void work()
{
    meet(0);
    for (int i = 0; i < 20; i++) { // @a by gcc 14
#ifndef RACY
        std::lock_guard<std::mutex> guard(mutex);
#endif
        counter++; // @a
    }
}

int main()
{
    meetings_init();
    std::thread one(work);
    std::thread other(work);
    one.join();
    other.join();
    return 0;
}
