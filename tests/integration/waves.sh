# 64 threads in waves of 16: exact counts, and a number of its own for each.
. "$TEST_ROOT/tests/lib.sh"

for arch in $TEST_GUESTS; do
    record "$arch" "$arch.data" -- "$(guest "$arch" waves)" >said 2>err
    "$MEMTRACE" dump -i "$arch.data" --order=thread >dump

    # Accesses by thread and page, of the pages that the guest named.
    awk '
        NR == FNR {
            if ($1 == "own" || $1 == "shared") {
                name[substr($2, 1, 15)] = $1 " " $2
            }
            next
        }
        { page = substr($3, 1, 15) }
        page in name { n[$1 " " name[page] " " $2]++ }
        END { for (key in n) print key, n[key] }' said dump >counts

    # T7 own 0x... R 600 and T7 shared 0x... R 300: one line a page
    awk '
        $2 == "own" {
            if (thread[$3] && thread[$3] != $1) print $3, "has two threads"
            thread[$3] = $1
            own[$3 $4] = $5
        }
        $2 == "shared" { shared[$1 $4] = $5 }
        END {
            for (page in thread) {
                t = thread[page]
                if (seen[t]++) print t, "is twice"
                print "own", page, own[page "R"], own[page "W"],
                    shared[t "R"], shared[t "W"]
            }
        }' counts | sort >actual
    grep '^own' said | sort >expected
    same "$arch: accesses a thread" expected actual
    equal "$arch: threads" 64 "$(wc -l <expected)"

    cut -d ' ' -f 1 dump | uniq | sort -u | sort -V | tr '\n' ' ' >threads
    # All were started by the first.
    "$MEMTRACE" info --top 0 -i "$arch.data" | awk '/^ +T[0-9]/ { print $4 }' | sort |
        uniq -c | tr -s ' ' >parents
    equal "$arch: who started them" ' 1 - 64 T0 ' "$(tr -d '\n' <parents) "
    equal "$arch: thread numbers" "$(printf 'T%d ' $(seq 0 64))" \
        "$(cat threads)"
done
