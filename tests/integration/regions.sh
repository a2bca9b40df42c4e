# record --region against a guest that knows which of its memory is what.
. "$TEST_ROOT/tests/lib.sh"

# stores: to what the guest says, by kind.
stores() {
    awk '
        BEGIN { n = 0 }
        NR == FNR {
            if ($1 == "range") {
                low[n] = $2 ""
                kind[n++] = $4
            }
            next
        }
        $1 == "W" {
            for (i = 0; i < n; i++) {
                if ($2 "" == low[i] && !seen[$2]) {
                    seen[$2] = kind[i]
                }
            }
            if (seen[$2]) count[seen[$2]]++
        }
        END { for (i in count) print i, count[i] }' said - | sort
}

for arch in $TEST_GUESTS; do
    for variant in $(variants "$arch" kinds) ''; do
        # Dynamic guests of i386 hang in QEMU 7.2 where they start a thread.
        [ "$arch$variant" != i386-pie ] || continue
        program=("$(guest "$arch" "kinds$variant")")
        [ "$variant" != -pie ] ||
            program+=("$(guest "$arch" spots_library.so)")
        for regions in heap stack data mmap heap,stack mmap,data; do
            rm -f trace.data
            record "$arch" trace.data --region "$regions" --kind write -- \
                "${program[@]}" >said 2>err
            awk -v regions=",$regions," '
                $1 == "does" && index(regions, "," $2 ",") { n[$2] += $3 }
                END { for (i in n) print i, n[i] }' said | sort >expected
            accesses trace.data | stores >actual
            same "$arch$variant --region $regions" expected actual
        done
    done
    # Of read-only memory too, where that is asked for.
    record "$arch" all.data --region data --regions all -- \
        "$(guest "$arch" kinds)" >said 2>err
    record "$arch" rw.data --region data -- "$(guest "$arch" kinds)" >said 2>err
    accesses all.data | grep -c '^R' >n_all
    accesses rw.data | grep -c '^R' >n_rw
    [ "$(cat n_all)" -gt "$(cat n_rw)" ] || fail "$arch: no read-only data"
    rm all.data rw.data
done

status_of "$MEMTRACE" record --region heap,stak true 2>err
equal "status of a wrong name" 2 "$status"
has err "^memtrace: --region cannot be 'stak': .* did you mean stack$"
