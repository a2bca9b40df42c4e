# A run of more than a second has a progress line on a terminal, and none
# where stderr is no terminal, or with --quiet.
. "$TEST_ROOT/tests/lib.sh"

needs_guest "$(uname -m)"
program=$(command -v sleep)
# on_terminal FILE COMMAND...: script(1) gives the command a terminal and writes
# down what it shows.
on_terminal() {
    local file=$1
    shift
    script -qec "$(printf '%q ' "$@")" "$file" </dev/null >/dev/null
}

# Side by side: they only sleep.
on_terminal terminal.txt "$MEMTRACE" record -o a.data -- "$program" 3 &
on_terminal quiet.txt "$MEMTRACE" record --quiet -o b.data -- "$program" 3 &
"$MEMTRACE" record -o c.data -- "$program" 3 2>pipe.txt
wait %1
wait %2
has terminal.txt 'memtrace: [0-9]+ s, [0-9.]+ M accesses, [0-9.]+ M/s'
has terminal.txt '[0-9.]+ MB, 1 thread([^s]|$)'
has terminal.txt '^.*memtrace: [0-9]+ memory accesses traced'
! grep -q 'M accesses' quiet.txt || fail "--quiet shows progress"
! grep -q 'M accesses' pipe.txt || fail "progress where no terminal is"
# libc executes xsave, which some QEMUs show in part: that is a line too.
equal 'lines of the summary' 2 "$(grep -vc ' executed, ' pipe.txt)"
