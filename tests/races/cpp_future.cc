// cpp_future.cc: promises and std::async carry values; racy: something is left
// out of what they carry.
//
// plain: none
// racy: race left_out a-b
#include <future>
#include <thread>

#include "together.h"

int left_out;

static int work()
{
#ifdef RACY
    meet(0);
    left_out = 1; // @a
    meet(1);
#else
    left_out = 1;
#endif
    return 2;
}

int main()
{
    int sum = 0;

    meetings_init();
    std::future<int> future = std::async(std::launch::async, work);
#ifdef RACY
    meet(0);
    sum += left_out; // @b
    meet(1);
    sum += future.get();
#else
    sum += future.get() + left_out;
#endif
    std::promise<int> promise;
    std::thread thread([&promise] { promise.set_value(3); });
    sum += promise.get_future().get();
    thread.join();
    return sum < 5;
}
