// cpp_static_local.cc: a static variable of a function, which is set up once;
// racy: and changed by all who use it.
//
// plain: none
// racy: race - a-a
#include <string>

#include "together.h"

static std::string &name()
{
    static std::string text(100, 'x');
    return text;
}

static void use()
{
    meet(1);
#ifdef RACY
    name()[50] = 'y'; // @a
#else
    if (name()[50] != 'x') {
        throw 1;
    }
#endif
}

int main()
{
    together(use, use);
    return 0;
}
