// cpp_queue.cc: a std::deque under a mutex and a condition; racy: its size is
// looked at without.
//
// plain: none
// racy: race queue *-* *-a *-b a-b
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>

#include "together.h"

std::deque<std::string> queue;
std::mutex mutex;
std::condition_variable condition;
std::size_t seen;

static void produce()
{
    meet(0);
    for (int i = 0; i < 20; i++) {
        if (i == 1) {
            meet(1);
        }
        std::unique_lock<std::mutex> lock(mutex);
        queue.push_back(std::string(40, 'a')); // @a
        condition.notify_one();
    }
}

static void consume()
{
    meet(0);
#ifdef RACY
    seen = queue.size(); // @b
#endif
    meet(1);
    for (int i = 0; i < 20; i++) {
        std::unique_lock<std::mutex> lock(mutex);
        condition.wait(lock, [] { return !queue.empty(); });
        queue.pop_front();
    }
}

int main()
{
    meetings_init();
    std::thread one(produce);
    std::thread other(consume);
    one.join();
    other.join();
    return 0;
}
