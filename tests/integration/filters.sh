# record's filters against a guest that says which of its functions accesses
# which variable how often: static, static PIE, PIE and a library opened at
# run time.
. "$TEST_ROOT/tests/lib.sh"

# sums: of lines "NAME KIND COUNT" on stdin.
sums() {
    awk '{ n[$1 " " $2] += $3 } END { for (i in n) print i, n[i] }' | sort
}

# done_by PATTERN: what functions of that name do, by what the guest said.
done_by() {
    awk -v pattern="^($1)$" \
        '$1 == "does" && $2 ~ pattern { print $3, $4, $5 }' said | sums
}

# seen: what the trace has of the guest's variables.
seen() {
    accesses trace.data | awk '
        BEGIN { n = 0 }
        NR == FNR {
            if ($1 == "range") {
                low[n] = $2 ""
                high[n] = $3 ""
                name[n++] = $4
            }
            next
        }
        {
            for (i = 0; i < n; i++) {
                if ($2 "" >= low[i] && $2 "" < high[i]) {
                    print name[i], $1, 1
                    next
                }
            }
        }' said - | sums
}

# recorded OPTIONS...: of the guest.
recorded() {
    options=$*
    rm -f trace.data
    record "$arch" trace.data "$@" -- "${program[@]}" more >said 2>err ||
        fail "$name $*: $(cat err)"
}

# must_be: the trace has of the variables what is on stdin.
must_be() {
    sums >expected
    seen >actual
    same "$name $options" expected actual
}

# nothing_else: and no other access at all.
nothing_else() {
    equal "$name $options: accesses in all" \
        "$(awk '{ n += $3 } END { print n + 0 }' actual)" "$(n_traced err)"
}

all='.*'
# What spots.c has, but for what is inlined from elsewhere or copied.
in_spots='store_data|load_data|outer|inlined|elsewhere|store_through'

by_name() {
    recorded --function store_data
    done_by store_data | must_be
    recorded --function 'load_*,far_touch'
    done_by 'load_data|far_touch' | must_be
    recorded --function load_data --function far_touch
    done_by 'load_data|far_touch' | must_be
    recorded --function '!store_data,!outer'
    done_by 'load_data|elsewhere|far_touch|store_through|library_touch|copied' |
        must_be
    recorded --function inlined
    done_by inlined | must_be
    recorded --function 'outer,!inlined'
    done_by outer | must_be
    recorded --function outer --kind write
    done_by 'outer|inlined' | grep ' W ' | must_be
    recorded --source spots_far.h
    done_by far_touch | must_be
    recorded --source 'guests/spots.c,!guests/*.h'
    done_by "$in_spots" | must_be
    recorded --source '!spots_far.h'
    done_by "$in_spots|library_touch|copied" | must_be
    recorded --module "${program[0]##*/}"
    done_by "$in_spots|far_touch" | must_be
    recorded --module '!spots*'
    done_by copied | must_be
    recorded --function store_data --source spots_far.h
    must_be </dev/null
    equal "$name: accesses of nothing" 0 "$(n_traced err)"
}

by_place() {
    local address
    recorded --symbol in_data
    done_by "$all" | grep '^in_data' | must_be
    nothing_else
    recorded --symbol 'far,table'
    done_by "$all" | grep '^far\|^table' | must_be
    nothing_else
    recorded --symbol in_bss --function outer
    done_by inlined | must_be
    nothing_else
    recorded --symbol in_data --thread 2
    printf 'in_data W 22\n' | must_be
    nothing_else
    recorded --symbol in_data --thread 0,2
    printf 'in_data W 122\nin_data R 70\n' | must_be
    nothing_else

    # Two of the table's 16 numbers, by address; the last one by its last byte.
    [ -z "$variant" ] || return 0
    address=$(awk '$4 == "table" { print $2 }' said)
    recorded --address "$address+1,$(printf '0x%x' $((address + 63)))"
    printf 'table W 4\ntable R 4\n' | must_be
    nothing_else
}

# The second begin() is before the last call of far_touch().
by_time() {
    recorded --start-at begin --stop-at finish
    {
        done_by 'load_data|outer|inlined|library_touch|store_through'
        echo 'far W 5'
    } | must_be
    "$MEMTRACE" dump -i trace.data --events | grep 'T0 \(pause\|resume\)' |
        cut -d ' ' -f 2- >actual
    printf '%s\n' 'T0 pause why=stop' 'T0 resume' 'T0 pause why=stop' \
        'T0 resume' >expected
    same "$name: events" expected actual
    recorded --start-at far_touch
    {
        done_by 'far_touch|library_touch|store_through'
        printf 'in_data W 11\nin_data W 22\n'
    } | must_be
    recorded --stop-at begin
    {
        done_by 'elsewhere|copied'
        echo 'in_data W 100'
    } | must_be
    recorded --start-at outer --stop-at far_touch --regions all
    done_by 'outer|inlined' | must_be
}

by_number() {
    recorded --symbol in_data --skip 120
    printf 'in_data R 50\nin_data W 33\n' | must_be
    nothing_else
    recorded --symbol in_data --limit 150
    printf 'in_data W 100\nin_data R 50\n' | must_be
    nothing_else
    recorded --symbol in_data --skip 90 --limit 20
    printf 'in_data W 10\nin_data R 10\n' | must_be
    nothing_else
    recorded --limit 3
    equal "$name --limit" 3 "$(n_traced err)"
    recorded --symbol in_data --skip 1000
    must_be </dev/null
    nothing_else
    "$MEMTRACE" dump -i trace.data --events | grep -c 'pause why=skip' >n
    equal "$name: threads that were skipped" 3 "$(cat n)"
    "$MEMTRACE" info -i trace.data >info
    has info '^  recording paused: 3 times, '
    has info '^  all that was left out by --symbol=in_data --skip=1000$'
}

# Values go with their accesses.
by_value() {
    recorded --values --symbol in_data --skip 97 --limit 5
    accesses trace.data --values | cut -d ' ' -f 1,3- >actual
    printf '%s\n' 'W 4 = 0x00000061' 'W 4 = 0x00000062' 'W 4 = 0x00000063' \
        'R 4 = 0x00000063' 'R 4 = 0x00000063' >expected
    same "$name $options" expected actual
}

# Windows of time: whenever they are, nothing is between a pause and what
# follows it, and what the guest says it does is an upper bound.
by_window() {
    recorded --sample 300us/1ms --symbol in_data
    "$MEMTRACE" dump -i trace.data --order thread --events >dumped
    awk '
        / pause why=sample$/ { if (paused[$2]++) exit 1 }
        / resume$/ { if (!paused[$2]) exit 1; paused[$2] = 0 }
        /^T/ && paused[$1] { exit 1 }' dumped ||
        fail "$name $options: a pause that is none: $(cat dumped)"
    done_by "$all" | grep '^in_data' >most
    seen | awk 'NR == FNR { most[$1 " " $2] = $3; next }
        $3 > most[$1 " " $2] { exit 1 }' most - ||
        fail "$name $options: more than there was"
}

by_library() {
    recorded --function library_touch
    done_by library_touch | must_be
    recorded --module 'spots_library.so'
    done_by library_touch | must_be
    recorded --source spots_library.c
    done_by library_touch | must_be
    recorded --symbol library_cell
    done_by library_touch | must_be
    recorded --start-at library_touch
    done_by 'library_touch|store_through' | must_be
}

# The instructions in the trace are those of the function, as nm has it.
instructions() {
    recorded --function store_data
    nm -S "${program[0]}" | awk '$4 == "store_data" { print $1, $2 }' >range
    read -r start size <range
    "$MEMTRACE" dump -i trace.data --pc | sed 's/.*pc=0x//' | sort -u >pcs
    [ -s pcs ] || fail "$name: no instruction"
    end=$(printf '%016x' $((0x$start + 0x$size)))
    awk -v start="$start" -v end="$end" \
        '$1 "" < start "" || $1 "" >= end "" { exit 1 }' pcs ||
        fail "$name: an instruction outside of $start $size: $(cat pcs)"
}

# Of the architectures that have nothing of their own here.
a_few() {
    recorded --function 'outer,!inlined'
    done_by outer | must_be
    recorded --source spots_far.h
    done_by far_touch | must_be
    recorded --symbol in_data --skip 90 --limit 20
    printf 'in_data W 10\nin_data R 10\n' | must_be
    nothing_else
    # The loader clears library_cell, but not by code of the guest's.
    recorded --start-at begin --stop-at finish --source 'spots*'
    {
        done_by 'load_data|outer|inlined|library_touch|store_through'
        echo 'far W 5'
    } | must_be
    # Where a function has two entries it is called at the second one.
    recorded --start-at far_touch --stop-at store_data --symbol far
    printf 'far W 60\n' | must_be
}

for arch in $(of_guests x86_64 aarch64); do
    for variant in $(variants "$arch" spots) ''; do
        name=$arch$variant
        program=("$(guest "$arch" "spots$variant")")
        [ "$variant" != -pie ] ||
            program+=("$(guest "$arch" spots_library.so)")
        by_name
        by_place
        by_time
        by_number
        by_window
        [ "$(plugin_api "$arch")" -lt 4 ] || by_value
        [ "$variant" != -pie ] || by_library
        [ -n "$variant" ] || instructions
    done
    name=$arch-O2
    variant=-O2
    program=("$(guest "$arch" spots-O2)")
    by_name
    by_place
done
for arch in $(other_guests x86_64 aarch64); do
    name=$arch
    program=("$(guest "$arch" spots)")
    a_few
    # Dynamic guests of i386 hang in QEMU 7.2 where they start a thread.
    [ "$arch" != i386 ] || continue
    name=$arch-pie
    program=("$(guest "$arch" spots-pie)" "$(guest "$arch" spots_library.so)")
    a_few
    recorded --module spots_library.so
    done_by library_touch | must_be
done
