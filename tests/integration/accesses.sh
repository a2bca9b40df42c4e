# The scripted accesses of a guest in assembler, exactly and in order: with
# one thread, and with a second one alive, when atomics are really atomic.
. "$TEST_ROOT/tests/lib.sh"

for arch in $ARCHES; do
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
            in_eights >"$name.actual"
        same "$name: accesses between the markers" \
            "$name.expected" "$name.actual"
        [ "$(wc -l <"$name.expected")" -gt 150 ] || fail "$name: a short list"

        # The other thread sleeps: what it does is its own.
        threads=$("$MEMTRACE" dump -i "$name.data" | cut -d ' ' -f 1 |
            sort -u | tr '\n' ' ')
        equal "$name: threads" 'T0 ' "$threads"
    done
done
