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
. "$(dirname "$0")/packages.bash"

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
