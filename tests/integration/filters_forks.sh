# record's filters over fork: names hold in every child, counts over all of
# them together.
. "$TEST_ROOT/tests/lib.sh"
. "$TEST_ROOT/tests/counting.bash"

# stored OPTIONS...: by 200 children, 100 each, and by their parent.
stored() {
    options=("$@")
    new_counter
    status_of counting children 40
    equal "$arch ${options[*]}: status" 5 "$status"
}

for arch in $(of_guests x86_64 aarch64); do
    stored --function store_some
    all_counted "$arch ${options[*]}" 0
    stored --start-at store_some --symbol cell
    all_counted "$arch ${options[*]}" 0
    counted=$(number 0)
    [ "$counted" -ge 20000 ] || fail "$arch: only $counted stores"
    stored --symbol cell --limit 777
    equal "$arch ${options[*]}: stores" 777 "$(n_stored)"
    equal "$arch ${options[*]}: accesses" 777 \
        "$("$MEMTRACE" dump -i t.data | wc -l)"
    stored --symbol cell --skip 1234
    equal "$arch ${options[*]}: stores" $((counted - 1234)) "$(n_stored)"
    stored --symbol cell --thread 5-7
    equal "$arch ${options[*]}: threads" 'T5 T6 T7' \
        "$("$MEMTRACE" dump -i t.data | cut -d ' ' -f 1 | sort -u | xargs)"
    equal "$arch ${options[*]}: threads that say they are left out" 198 \
        "$("$MEMTRACE" dump -i t.data --events | grep -c 'pause why=thread')"
done
