// SPDX-License-Identifier: GPL-2.0-or-later
// classes.cc - what C++ has that C has not; prints as names.c does.
#include <cstdio>

namespace outer
{
struct base {
    long in_base;
    virtual ~base() = default;
};

struct derived : base {
    static int shared;
    int own;
    int list[3];
    template <class T> __attribute__((noinline)) T put(T value)
    {
        own = static_cast<int>(value);
        return value;
    }
};

int derived::shared = 5;
derived object;

namespace
{
int unnamed = 1;
__attribute__((noinline)) int add(int a)
{
    return unnamed += a;
}
} // namespace

int twice(int a)
{
    return add(a) * 2;
}
} // namespace outer

thread_local int own = 4;
int &reference = outer::derived::shared;

template <class T> struct box {
    T value;
    static int count;
};
template <class T> int box<T>::count;

// Not static: addr2line 2.40 takes those that are inlined for their callers.
void say(const volatile void *address, const char *name)
{
    std::printf("%p %s\n", const_cast<void *>(address), name);
}

#define SAY(what) say(&(what), #what)

int main(int argc, char **)
{
    outer::object.put(argc);
    outer::object.put(2.5);
    box<long>::count += outer::twice(argc);
    own += argc;
    SAY(outer::derived::shared);
    SAY(outer::object.in_base);
    SAY(outer::object.own);
    SAY(outer::object.list[2]);
    SAY(box<long>::count);
    say(&outer::unnamed, "outer::(anonymous namespace)::unnamed");
    return 0;
}
