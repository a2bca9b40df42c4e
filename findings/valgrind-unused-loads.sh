#!/bin/bash
# Valgrind 3.19 does not report loads whose value nothing uses.
#
# Valgrind optimises the guest's code before a tool sees it, and that drops loads
# whose register is written again unused.  `lackey --trace-mem=yes` reports none of
# eight volatile loads of one word; the program makes all of them.  With
# --vex-iropt-level=0 it reports all eight.  So Valgrind is a witness for a
# program's loads with that option only.
#
# Needs gcc and nm.  Version: Valgrind 3.19.0 (Debian 12).  Fails if that changes.
set -euo pipefail
export LC_ALL=C
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# unpack SUITE PACKAGE=VERSION...: Debian's packages, into $work/tree.  apt works
# on lists of its own, so it needs no root.
unpack() {
    local suite=$1 apt=$work/apt site package

    shift
    site=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' |
        grep -m 1 '/debian/*$')
    mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$work/debs"
    echo "deb $site $suite main" >"$apt/sources.list"
    set -- -o APT::Sandbox::User= -o Acquire::Languages=none \
        -o Dir::Etc::sourcelist="$apt/sources.list" \
        -o Dir::Etc::sourceparts=/dev/null -o Dir::State="$apt" \
        -o Dir::State::status=/dev/null -o Dir::Cache="$apt" -- "$@"
    (
        cd "$work/debs"
        apt-get -q "${@:1:14}" update
        apt-get -q "${@:1:14}" download "${@:16}"
    ) >"$work/log" 2>&1 || { tail -n 5 "$work/log" && exit 2; }
    for package in "$work"/debs/*.deb; do
        dpkg-deb -x "$package" "$work/tree"
    done
}

# expect WHAT EXPECTED SEEN: fails if they differ.
expect() {
    echo "$1: $3"
    [ "$2" = "$3" ] || { echo "expected: $2" && exit 1; }
}

unpack bookworm valgrind=1:3.19.0-1
cat >"$work/eight.c" <<'END'
volatile long word = 1;
volatile long after;
int main(void)
{
    (void)word; (void)word; (void)word; (void)word;
    (void)word; (void)word; (void)word; (void)word;
    after = 2;
    return 0;
}
END
gcc -O1 -static -o "$work/eight" "$work/eight.c"
address=$(nm "$work/eight" | awk '$3 == "word" { print $1 }' | sed 's/^0*//')
loads=$(objdump -d --disassemble=main "$work/eight" | grep -c "mov .*$address <word>")
expect 'loads in the code' 8 "$loads"

# loads OPTION...: how many of the word lackey reports.
loads() {
    VALGRIND_LIB=$work/tree/usr/libexec/valgrind \
        "$work/tree/usr/bin/valgrind.bin" --tool=lackey --trace-mem=yes "$@" \
        "$work/eight" 2>&1 | grep -c "^ [LM] *0*$address," || true
}

expect 'reported by default' 0 "$(loads)"
expect 'reported with --vex-iropt-level=0' 8 "$(loads --vex-iropt-level=0)"
