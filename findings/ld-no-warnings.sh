#!/bin/bash
# GNU ld's --no-warnings links programs with undefined functions, status 0.
#
# The option "-w, --no-warnings" takes away errors, too: of a function that is
# nowhere ld says nothing, exits with 0, and the program has 0 for its address.  It
# crashes where it calls it.  We met it where a static program with clang's OpenMP
# had no __kmpc_fork_call.  Warnings of static programs (dlopen()) are better
# filtered from what the compiler writes.
#
# Needs gcc.  Version: GNU ld 2.40 (Debian 12).  Fails if that changes.
set -euo pipefail
export LC_ALL=C
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. "$(dirname "$0")/packages.bash"

unpack bookworm binutils-x86-64-linux-gnu=2.40-2 libbinutils=2.40-2 \
    libctf-nobfd0=2.40-2 libctf0=2.40-2 libgprofng0=2.40-2
ln -s x86_64-linux-gnu-ld.bfd "$work/tree/usr/bin/ld.bfd"
export LD_LIBRARY_PATH=$work/tree/usr/lib/x86_64-linux-gnu
expect 'linker' 'GNU ld (GNU Binutils for Debian) 2.40' \
    "$("$work/tree/usr/bin/ld.bfd" --version | head -n 1)"
cat >"$work/undefined.c" <<'END'
void missing(void);

int main(int argc, char **argv)
{
    (void)argv;
    if (argc > 1) {
        missing();
    }
    return 0;
}
END

# links OPTION...: the status of the compiler, and if there is a program.
links() {
    local status=0

    rm -f "$work/undefined"
    gcc -B "$work/tree/usr/bin/" -fuse-ld=bfd -o "$work/undefined" "$work/undefined.c" "$@" \
        >"$work/said" 2>&1 || status=$?
    echo "status $status, $([ -x "$work/undefined" ] && echo a || echo no)" \
        "program, $(wc -l <"$work/said") lines"
}

expect 'with no option' 'status 1, no program, 3 lines' "$(links)"
expect 'with --no-warnings' 'status 0, a program, 0 lines' \
    "$(links -Wl,--no-warnings)"
