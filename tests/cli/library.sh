#!/bin/bash
# libmemtrace as make install puts it: shared and static library give a program
# the functions of memtrace.h and nothing else, pkg-config finds both, and make
# uninstall takes all of it away.
. "$TEST_ROOT/tests/lib.sh"
. "$TEST_ROOT/tests/cli/session.bash"

# Sanitizers are linked into programs, not into a shared library.
[ -z "${TEST_CFLAGS-}" ] || skip "this build is for sanitizers"

# make_in_tree TARGET...: with the build of the test.
make_in_tree() {
    make -s -C "$TEST_ROOT" BUILD="$TEST_BUILD" DESTDIR="$PWD/there" \
        PREFIX=/usr "$@"
}

# names_of FILE OPTIONS...: of the functions and variables that it gives.
names_of() {
    nm --defined-only --format=posix "${@:2}" "$1" |
        awk 'NF > 2 && $2 != "A" { sub(/@.*/, "", $1); print $1 }' | sort
}

make_in_tree install
lib=$PWD/there/usr/lib
header=$PWD/there/usr/include/memtrace.h

# Every function that the header declares is given, and nothing else.
gcc -E -P "$header" | tr '\n' ' ' | grep -oE '\bmemtrace_[a-z_]+ ?\(' |
    tr -d ' (' | sort -u >declared
[ "$(wc -l <declared)" -gt 15 ] || fail "no functions found in memtrace.h"
names_of "$lib/libmemtrace.so" --dynamic >shared
same "names of the shared library" declared shared
names_of "$lib/libmemtrace.a" --extern-only >static
same "names of the static library" declared static
# Each has a version, and the file is found by the name it gives itself.
nm --dynamic --defined-only --with-symbol-versions "$lib/libmemtrace.so" |
    awk '$2 == "T" && $3 !~ /@@MEMTRACE_[0-9.]+$/' >unversioned
[ ! -s unversioned ] || fail "no version: $(cat unversioned)"
soname=$(objdump -p "$lib/libmemtrace.so" | awk '$1 == "SONAME" { print $2 }')
equal "soname" libmemtrace.so.0 "$soname"
[ -e "$lib/$soname" ] || fail "$soname is not installed"

# The manual's program, through pkg-config, both ways, as C and as C++.
sed -n '/^\.SH EXAMPLE/,/^\.fi/p' "$TEST_ROOT/docs/libmemtrace.3" |
    sed '1,/^\.nf/d; /^\.fi/d; s/\\e/\\/g' >example.c
make_trace sample sample.data
export PKG_CONFIG_PATH=$lib/pkgconfig
pkg="pkg-config --define-variable=prefix=$PWD/there/usr"
equal "version" "$("$MEMTRACE" --version)" \
    "memtrace $($pkg --modversion libmemtrace)"
echo "$(grep -c "^[RW] " "$TEST_ROOT/tests/cli/sample.trace") accesses," \
    "$(grep -c "^W " "$TEST_ROOT/tests/cli/sample.trace") stores" >expected
for how in shared static; do
    link=$($pkg --libs libmemtrace)
    [ $how = shared ] ||
        link="-Wl,-Bstatic $($pkg --static --libs libmemtrace) -Wl,-Bdynamic"
    for language in c c++; do
        compiler=g++
        [ $language = c++ ] || compiler=gcc
        # shellcheck disable=SC2046,SC2086 # words
        $compiler -Wall -Werror -o example -x "$language" example.c \
            -x none $($pkg --cflags libmemtrace) $link 2>err ||
            fail "$language, $how: $(head -n 5 err)"
        LD_LIBRARY_PATH=$lib ./example sample.data >actual
        same "$language, $how" expected actual
    done
    ldd example >needed
    case $how in
    shared) has needed "libmemtrace.so.0" ;;
    static) ! grep libmemtrace needed || fail "static, but needs the shared" ;;
    esac
done

# What is installed works from there, and goes again.
"$PWD/there/usr/bin/memtrace" info sample.data >/dev/null
make_in_tree uninstall
find there ! -type d >left
[ ! -s left ] || fail "left behind: $(cat left)"
echo "ok library"
