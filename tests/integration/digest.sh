# With --digest a trace has the accesses that it has without, a slow thread's
# too, and races tells the same of it.
. "$TEST_ROOT/tests/lib.sh"

for arch in $TEST_GUESTS; do
    record "$arch" "$arch.data" --syscalls --stamp=50 --dense=100 --digest \
        -- "$(guest "$arch" waves)" >said 2>err
    "$MEMTRACE" info --meta -i "$arch.data" >info
    has info '^ *record\.digest = on$'
    "$MEMTRACE" dump -i "$arch.data" --order=thread >dump

    # own 0x... reads writes, of each thread's own page.
    awk '
        NR == FNR { if ($1 == "own") own[substr($2, 1, 15)] = $2; next }
        { page = substr($3, 1, 15) }
        page in own { n[own[page] " " $2]++ }
        END {
            for (page in own) {
                print own[page], n[own[page] " R"], n[own[page] " W"]
            }
        }' said dump | sort >actual
    awk '$1 == "own" { print $2, $3, $4 }' said | sort >expected
    same "$arch: accesses of a thread" expected actual
done

for arch in $(of_guests x86_64 aarch64); do
    program=$TEST_BUILD/tests/races/$arch/static-O0
    for way in private_work private_work-racy private_flag; do
        record "$arch" "$way.data" --force --syscalls --dense=1024 --digest \
            -- "$program/$way" >said 2>err
        status_of "$MEMTRACE" races -i "$way.data" >"$way.races" 2>err
        echo "$way $status" >>"$arch.found"
    done
    printf 'private_work 0\nprivate_work-racy 1\nprivate_flag 1\n' >expected
    same "$arch: races, by status" expected "$arch.found"
    has private_work-racy.races '^Data race on shared,'
    has private_flag.races '^Ad hoc synchronisation on flag,'
done
