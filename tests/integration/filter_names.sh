# Names that are not there: of a static program they are refused before it
# runs, of a dynamic one told at its end; near ones are suggested.
. "$TEST_ROOT/tests/lib.sh"

# refused WHAT OPTIONS...: nothing runs, one line says why.
refused() {
    local what=$1
    shift
    status_of record "$arch" trace.data "$@" -- "$(guest "$arch" spots)" \
        >said 2>err
    equal "$arch $*: status" 1 "$status"
    [ ! -s said ] || fail "$arch $*: the guest ran"
    [ ! -e trace.data ] || fail "$arch $*: there is a trace"
    equal "$arch $*: message" "memtrace: $what" "$(cat err)"
}

# wrong WHAT OPTIONS...: a usage error.
wrong() {
    local what=$1
    shift
    status_of record "$arch" trace.data "$@" -- "$(guest "$arch" spots)" \
        >said 2>err
    equal "$arch $*: status" 2 "$status"
    [ ! -s said ] || fail "$arch $*: the guest ran"
    has err "^memtrace: .*$what"
}

for arch in $(of_guests x86_64 aarch64); do
    where="in $(guest "$arch" spots)"
    refused "--function: no function 'stroe_data' $where, did you mean \
store_data?" --function 'load_*,stroe_data'
    refused "--function: no function 'zzz*' $where" --function '!zzz*'
    refused "--source: no source file 'spots_fra.h' $where, did you mean \
spots_far.h?" --source spots_fra.h
    refused "--module: no module 'spot' $where, did you mean spots?" \
        --module spot
    refused "--symbol: no static variable 'in_dta' $where, did you mean \
in_data?" --symbol in_dta
    refused "--start-at: no function 'begn' $where, did you mean begin?" \
        --start-at begn
    refused "--stop-at: no function 'finsh' $where, did you mean finish?" \
        --start-at begin --stop-at finsh

    wrong "--function.*empty" --function 'a,,b'
    wrong "--function.*empty" --function ''
    wrong "--source.*empty" --source '!'
    wrong "--symbol.*!" --symbol '!in_data'
    wrong "--start-at.*!" --start-at '!begin'
    wrong "--sample.*'1ms'" --sample 1ms
    wrong "--sample.*'5ms/5ms'" --sample 5ms/5ms
    wrong "--sample.*'0ms/5ms'" --sample 0ms/5ms
    wrong "--sample.*99999999999999999999s" --sample 1ms/99999999999999999999s
    wrong "--limit" --limit 0
    wrong "--skip" --skip -1
    wrong "--thread" --thread 3-2
    wrong "--thread.*256" \
        --thread "$(seq 0 2 600 | tr '\n' ',' | sed 's/,$//')"

    record "$arch" trace.data --function 'stroe_data,load_data' -- \
        "$(guest "$arch" spots-pie)" >said 2>err
    has err "^memtrace: --function: no function 'stroe_data' in any file that \
was mapped, did you mean store_data\\?\$"
    ! grep -q "'load_data'" err || fail "$arch: load_data was there"
    rm trace.data
    record "$arch" trace.data --quiet --function 'stroe_data' -- \
        "$(guest "$arch" spots-pie)" >said 2>err
    [ ! -s err ] || fail "$arch --quiet: $(cat err)"
    "$MEMTRACE" info -i trace.data >info
    has info '^Kinds .* only --function=stroe_data$'
    rm trace.data
done
