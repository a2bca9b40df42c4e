# Debug information in a file of its own (-gsplit-dwarf): a report of races has
# functions, lines and the line of the variable, whichever compiler made it.
# gcc's entries once ended the report by an assertion in libdw.
. "$TEST_ROOT/tests/lib.sh"

[ -n "$(of_guests x86_64)" ] || skip 'no x86_64 guest'

compile() {
    "$@" -g -gsplit-dwarf -o race "$TEST_ROOT/examples/race.c" -lpthread
}

declared=$(grep -n '^static int counted_racily' "$TEST_ROOT/examples/race.c" |
    cut -d: -f1)
for compiler in gcc clang 'g++ -x c++' 'clang++ -x c++'; do
    for version in 4 5; do
        what="$compiler, DWARF $version"
        # shellcheck disable=SC2086 # a compiler with options
        compile $compiler -gdwarf-$version
        status=0
        "$MEMTRACE" races -o race.data --force --qemu "$(qemu x86_64)" \
            -- ./race >text 2>err || status=$?
        equal "$what: status" 1 $status
        has text '^  (Read|Write) of size 4 by T[12]: count(\(void\*\))?  race\.c:[0-9]*$'
        has text "^  Location: global counted_racily at 0x[0-9a-f]*  race\.c:$declared\$"
        "$MEMTRACE" dump --symbols -i race.data --symbol counted_racily >dump
        has dump 'line=race\.c:[0-9]* data=counted_racily'
    done
done
