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

pages_of() {
    local start end page
    while read -r start end; do
        for ((page = start; page < end; page += 4096)); do
            printf '%x\n' "$page"
        done
    done | sort
}

# same_map NAME ARCH MODE.  Since QEMU 10.0 each vCPU of x86 has a page for its
# descriptor tables in guest memory, which comes and goes with the thread, not
# necessarily before the next one: of threads one more or less is allowed.
same_map() {
    case "$(qemu_version "$2") $2 $3" in
    1*\ x86_64\ threads)
        comm -3 <(pages_of <"$1.maps") <(pages_of <"$1.replayed") >"$1.pages"
        [ "$(wc -l <"$1.pages")" -le 2 ] || same "$1" "$1.maps" "$1.replayed"
        ;;
    *) same "$1: writable ranges at the end" "$1.maps" "$1.replayed" ;;
    esac
}

compare() {
    local minimum=5000
    local arch=$1 variant=$2 mode=$3 program
    local name=$arch$variant${mode:+-$mode}
    program=$(guest "$arch" "mappings$variant")
    record "$arch" "$name.data" -- "$program" $mode >"$name.said" \
        2>"$name.err" || fail "$name: status $?: $(tail -n 3 "$name.said")"
    sed '/^maps$/,$d' "$name.said" >"$name.ranges"
    grep '^[RW] ' "$name.ranges" >"$name.expected"
    accesses "$name.data" | in_ranges "$name.ranges" >"$name.actual"
    same "$name: accesses" "$name.expected" "$name.actual"
    ! grep -q '^no room for brk' "$name.said" || minimum=4000
    [ "$(wc -l <"$name.expected")" -gt $minimum ] || fail "$name: a short list"

    sed '1,/^maps$/d' "$name.said" | writable_ranges >"$name.maps"
    "$HELPERS/replay" map "$name.data" >"$name.replayed"
    same_map "$name" "$arch" "$mode"
    if [ -z "$mode" ]; then
        "$HELPERS/replay" check "$name.data" >"$name.check" ||
            fail "$name: $(cat "$name.check")"
    fi
}

for arch in $TEST_GUESTS; do
    variants "$arch" mappings | while IFS= read -r variant; do
        for mode in '' threads; do
            [ -z "$mode" ] || survives_threads "$arch" || continue
            compare "$arch" "$variant" "$mode"
        done
    done
done
