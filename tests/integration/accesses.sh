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

# as_shown VERSION OTHER: a guest's list as that QEMU reports it.  Before 10.0
# more than 8 bytes were several accesses of 8, unless atomic (l, s) with an
# other thread alive, and a pair (r, w) was two.
as_shown() {
    awk -v is_old=$((${1% *} < 10)) -v other="$2" '
        function plus(hex, n,    i, digit) {
            for (i = length(hex); n > 0; i--) {
                n += index("0123456789abcdef", substr(hex, i, 1)) - 1
                digit = n % 16
                n = (n - digit) / 16
                hex = substr(hex, 1, i - 1) \
                    substr("0123456789abcdef", digit + 1, 1) \
                    substr(hex, i + 1)
            }
            return hex
        }
        function parts(kind, address, size, part) {
            for (; size > part; size -= part) {
                print kind, address, part
                address = plus(address, part)
            }
            print kind, address, size
        }
        $1 == (is_old ? "n" : "o") { next }
        $1 ~ /[ls]/ {
            $1 = $1 == "l" ? "R" : "W"
            if (other) {
                print
                next
            }
        }
        $1 == "o" || $1 == "n" { $1 = "R" }
        is_old && $1 ~ /[rw]/ { parts(toupper($1), $2, $3, $3 / 2); next }
        is_old { parts($1, $2, $3, 8); next }
        { print toupper($1), $2, $3 }'
}

for arch in $TEST_GUESTS; do
    program=$(guest "$arch" accesses)
    for other in '' thread; do
        name=$arch${other:+-thread}
        record "$arch" "$name.data" -- "$program" $other \
            >"$name.said" 2>"$name.err"
        plain "$arch" "$program" >"$name.plain"
        same "$name: output of the guest" "$name.plain" "$name.said"

        begin=$(sed -n 's/^B \(0x[0-9a-f]*\) 1$/\1/p' "$name.said")
        end=$(sed -n 's/^E \(0x[0-9a-f]*\) 1$/\1/p' "$name.said")
        grep '^[RWrwonls] ' "$name.said" |
            as_shown "$(qemu_version "$arch")" "$other" >"$name.expected"
        accesses "$name.data" --thread 0 | between "$begin" "$end" |
            of_guest "$name.said" >"$name.actual"
        same "$name: accesses between the markers" \
            "$name.expected" "$name.actual"
        [ "$(wc -l <"$name.expected")" -gt 130 ] || fail "$name: a short list"

        # The other thread sleeps; if it was libc's it made a few accesses.
        grep -q '^range' "$name.said" && continue
        threads=$("$MEMTRACE" dump -i "$name.data" | cut -d ' ' -f 1 |
            sort -u | tr '\n' ' ')
        equal "$name: threads" 'T0 ' "$threads"
    done
done
