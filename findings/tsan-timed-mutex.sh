#!/bin/bash
# gcc 12's ThreadSanitizer reports races where a std::timed_mutex is held.
#
# std::timed_mutex::try_lock_for() calls pthread_mutex_clocklock(), which the
# ThreadSanitizer of gcc 12 does not know.  It says "unlock of an unlocked mutex",
# and reports each access that the mutex guards as a data race.  With
# try_lock_until() of system_clock, which is pthread_mutex_timedlock(), it reports
# nothing.
#
# Version: g++ 12.2.0 (Debian 12), with its libtsan2.  Fails if that changes.
set -euo pipefail
export LC_ALL=C
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. "$(dirname "$0")/packages.bash"

v=12.2.0-14+deb12u1
unpack bookworm g++-12=$v gcc-12=$v cpp-12=$v libgcc-12-dev=$v \
    libstdc++-12-dev=$v libtsan2=$v libstdc++6=$v libgcc-s1=$v libisl23=0.25-1.1 \
    libmpc3=1.3.1-1 libmpfr6=4.2.0-1 libgmp10=2:6.2.1+dfsg1-1.1
export LD_LIBRARY_PATH=$work/tree/usr/lib/x86_64-linux-gnu
compiler=$work/tree/usr/bin/g++-12
version=$("$compiler" --version | head -n 1)
expect 'compiler' 'g++-12 (Debian 12.2.0-14+deb12u1) 12.2.0' "$version"
cat >"$work/timed.cc" <<'END'
#include <chrono>
#include <mutex>
#include <thread>

static std::timed_mutex mutex;
static long counter;

static void add()
{
    for (int i = 0; i < 1000; i++) {
        while (!LOCK) {
        }
        counter++;
        mutex.unlock();
    }
}

int main()
{
    std::thread a(add), b(add);
    a.join();
    b.join();
    return counter != 2000;
}
END

# warnings LOCK: what ThreadSanitizer says of the program.
warnings() {
    "$compiler" -g -O1 -fsanitize=thread -D"LOCK=$1" -o "$work/timed" "$work/timed.cc"
    # Addresses where it expects them, if the kernel may move others.
    TSAN_OPTIONS=exitcode=0 setarch -R "$work/timed" 2>&1 |
        sed -n 's/^WARNING: ThreadSanitizer: \([a-z ]*[a-z]\).*/\1/p' | sort -u |
        paste -s -d ,
}

expect 'with pthread_mutex_timedlock()' '' "$(warnings \
    'mutex.try_lock_until(std::chrono::system_clock::now()+std::chrono::hours(1))')"
expect 'with pthread_mutex_clocklock()' 'data race,unlock of an unlocked mutex' \
    "$(warnings 'mutex.try_lock_for(std::chrono::hours(1))')"
