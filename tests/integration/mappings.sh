# After each mapping call the trace has the accesses to what is writable now,
# and no others; at the end the trace knows the map that /proc/self/maps says.
. "$TEST_ROOT/tests/lib.sh"

# Merged ranges of writable pages, of /proc/PID/maps on stdin.
writable_ranges() {
    awk '
        function full(hex) {
            while (length(hex) < 16) {
                hex = "0" hex
            }
            return "0x" hex
        }
        $2 ~ /^.w/ {
            split($1, ends, "-")
            if (full(ends[1]) != last) {
                if (last) {
                    print first, last
                }
                first = full(ends[1])
            }
            last = full(ends[2])
        }
        END { if (last) print first, last }'
}

compare() {
    local arch=$1 variant=$2 mode=$3 program
    local name=$arch$variant${mode:+-$mode}
    program=$(guest "$arch" "mappings$variant")
    record "$arch" "$name.data" -- "$program" $mode >"$name.said" \
        2>"$name.err" || fail "$name: status $?: $(tail -n 3 "$name.said")"
    sed '/^maps$/,$d' "$name.said" >"$name.ranges"
    grep '^[RW] ' "$name.ranges" >"$name.expected"
    accesses "$name.data" | in_ranges "$name.ranges" >"$name.actual"
    same "$name: accesses" "$name.expected" "$name.actual"
    [ "$(wc -l <"$name.expected")" -gt 5000 ] || fail "$name: a short list"

    sed '1,/^maps$/d' "$name.said" | writable_ranges >"$name.maps"
    "$HELPERS/replay" map "$name.data" >"$name.replayed"
    same "$name: writable ranges at the end" "$name.maps" "$name.replayed"
    if [ -z "$mode" ]; then
        "$HELPERS/replay" check "$name.data" >"$name.check" ||
            fail "$name: $(cat "$name.check")"
    fi
}

for arch in $ARCHES $STATIC_ARCHES; do
    variants "$arch" | while IFS= read -r variant; do
        for mode in '' threads; do
            compare "$arch" "$variant" "$mode"
        done
    done
done
