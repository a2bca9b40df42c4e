# The scripted accesses of a guest, exactly and in order: with one thread, and
# with a second one alive, when atomics are really atomic.
. "$TEST_ROOT/tests/lib.sh"

# of_guest SAID: a guest in C names the range that counts; that in assembler
# has no other accesses.
of_guest() {
    if grep -q '^range' "$1"; then
        in_ranges "$1"
    else
        cat
    fi
}

for arch in $ARCHES $STATIC_ARCHES; do
    program=$(guest "$arch" accesses)
    for other in '' thread; do
        name=$arch${other:+-thread}
        record "$arch" "$name.data" -- "$program" $other \
            >"$name.said" 2>"$name.err"
        plain "$arch" "$program" >"$name.plain"
        same "$name: output of the guest" "$name.plain" "$name.said"

        begin=$(sed -n 's/^B \(0x[0-9a-f]*\) 1$/\1/p' "$name.said")
        end=$(sed -n 's/^E \(0x[0-9a-f]*\) 1$/\1/p' "$name.said")
        grep '^[RW] ' "$name.said" | in_eights >"$name.expected"
        accesses "$name.data" --thread 0 | between "$begin" "$end" |
            of_guest "$name.said" | in_eights >"$name.actual"
        same "$name: accesses between the markers" \
            "$name.expected" "$name.actual"
        [ "$(wc -l <"$name.expected")" -gt 150 ] || fail "$name: a short list"

        # The other thread sleeps; if it was libc's it made a few accesses.
        grep -q '^range' "$name.said" && continue
        threads=$("$MEMTRACE" dump -i "$name.data" | cut -d ' ' -f 1 |
            sort -u | tr '\n' ' ')
        equal "$name: threads" 'T0 ' "$threads"
    done
done
