// cpp_shared_ptr.cc: copies of a std::shared_ptr, of which the last one frees;
// racy: the pointer itself is changed while it is looked at.
//
// plain: none
// racy: race shared *-* *-a *-b a-b
#include <memory>
#include <thread>

#include "together.h"

std::shared_ptr<int> shared;
int *seen;

static void change()
{
    std::shared_ptr<int> mine = shared;

    meet(0);
#ifdef RACY
    shared = nullptr; // @a
#endif
    meet(1);
    mine.reset();
}

static void look()
{
    std::shared_ptr<int> mine = shared;

    meet(0);
#ifdef RACY
    seen = shared.get(); // @b
#endif
    meet(1);
    mine.reset();
}

int main()
{
    meetings_init();
    shared = std::make_shared<int>(3);
    std::thread one(change);
    std::thread other(look);
    one.join();
    other.join();
    shared.reset();
    return 0;
}
