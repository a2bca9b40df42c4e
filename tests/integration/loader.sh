# Memory that no system call maps: image, RELRO, TLS, stack, loader's data.
. "$TEST_ROOT/tests/lib.sh"

for arch in $TEST_GUESTS; do
    variants "$arch" loader | while IFS= read -r variant; do
        name=$arch$variant
        record "$arch" "$name.data" -- "$(guest "$arch" "loader$variant")" \
            >"$name.said" 2>"$name.err"
        begin=$(sed -n 's/^begin //p' "$name.said")
        end=$(sed -n 's/^end //p' "$name.said")
        accesses "$name.data" --thread 0 >"$name.all"

        grep '^[RW] ' "$name.said" >"$name.expected"
        between "$begin" "$end" <"$name.all" | in_ranges "$name.said" \
            >"$name.actual"
        same "$name: accesses in main" "$name.expected" "$name.actual"

        sed "/^W $begin 1\$/q" "$name.all" >"$name.early"
        sed -n 's/^early //p' "$name.said" | while read -r address; do
            grep -q "^W $address " "$name.early" ||
                fail "$name: no store to $address before main"
        done
        address=$(sed -n 's/^early-line //p' "$name.said")
        [ -z "$address" ] || grep -q "^W ${address%?}. " "$name.early" ||
            fail "$name: no store near $address before main"
    done
done
