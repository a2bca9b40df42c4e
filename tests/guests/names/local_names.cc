// SPDX-License-Identifier: GPL-2.0-or-later
// local_names.cc - functions and variables that only their own file can name:
// lambdas, classes within functions, anonymous namespaces, statics.
#include <cstdio>

namespace
{
struct hidden {
    int n;
    explicit hidden(int a);
    ~hidden();
    int get() const;
    static int made;
    template <class T> T put(T value)
    {
        n += static_cast<int>(value);
        return value;
    }
};

__attribute__((noinline)) hidden::hidden(int a) : n(a)
{
    made++;
}

__attribute__((noinline)) hidden::~hidden()
{
    made--;
}

__attribute__((noinline)) int hidden::get() const
{
    return n;
}

int hidden::made;
} // namespace

struct shown {
    int n;
    explicit shown(int a);
};

__attribute__((noinline)) shown::shown(int a) : n(a)
{
}

static int count(int a)
{
    static int calls;
    return calls += a;
}

namespace space
{
int count(int a)
{
    static int calls;
    return calls += a;
}
} // namespace space

struct counter {
    int count(int a)
    {
        static int calls;
        return calls += a;
    }
};

template <class F> __attribute__((noinline)) int call(F f, int a)
{
    return f(a);
}

int main(int argc, char **)
{
    static int total;
    struct local {
        int n;
        __attribute__((noinline)) int operator()(int a)
        {
            return n += a;
        }
        __attribute__((noinline)) int other(int a)
        {
            static int calls;
            return n -= a + calls++;
        }
    } one = {1};
    auto two = [&](int a) __attribute__((noinline))
    {
        static int calls;
        return total += a + calls++;
    };
    auto three = [&](int a) __attribute__((noinline))
    {
        return total -= a;
    };
    hidden object(argc);
    object.put(3L);
    total += call(one, argc) + call(two, argc) + call(three, argc) +
             one.other(3) + object.get() + count(argc) + space::count(argc) +
             counter().count(3) + shown(argc).n;
    std::printf("%d %d\n", total, hidden::made);
}
