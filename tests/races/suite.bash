# shellcheck shell=bash
# suite.bash: memtrace and the programs of the suite.
#
#   check_races ARCH    those of one architecture, built in $MEMTRACE_TEST_RACES
#   check_guest ARCH    a few static ones of another guest; with that variable
#                       all that there are

SUITE=$TEST_ROOT/tests/races

# source_of NAME: of a program; sets $source and $variant.
source_of() {
    variant=plain
    [[ $1 != *-racy ]] || variant=racy
    source=$(ls "$SUITE/${1%-racy}".{c,cc,S} 2>/dev/null || true)
}

# reports_of_memtrace SOURCE: JSON on stdin, for judge.
reports_of_memtrace() {
    jq -r --arg source "$(basename "$1")" '
        def place: if (.file // "" | split("/") | last) == $source
            then .line | tostring else "*" end;
        .races[] | [.kind, (.variable // "" | if . == "" then "-" else . end |
            gsub(" "; "_")), (.accesses[0] | place), (.accesses[1] | place)] |
            join(" ")'
}

# judged ARCH NAME RACES-OPTIONS...: whether what `races` reports is what must be.
judged() {
    local arch=$1 source variant

    source_of "$2"
    shift 2
    # A word an option.
    # shellcheck disable=SC2046
    status_of "$MEMTRACE" races --format json \
        $(sed -n 's|^// races: ||p' "$source") "$@" >json 2>err </dev/null
    if [ "$status" -gt 1 ]; then
        echo "void: races ends with status $status: $(tail -n 1 err)"
        return 1
    fi
    # It says nothing of a program that it breaks off, or that cannot run.
    if grep -q 'the program was ended by signal\|not found\|cannot' err; then
        echo "void: $(tail -n 1 err)"
        return 1
    fi
    reports_of_memtrace "$source" <json >reports || {
        echo "its JSON is not as documented"
        return 1
    }
    [ "$status" -eq "$([ -s reports ] && echo 1 || echo 0)" ] || {
        echo "status $status with $(wc -l <reports) reports"
        return 1
    }
    "$SUITE/judge" "$source" "$variant" "$arch" <reports >verdict || {
        grep -v '^found' verdict
        return 1
    }
}

# check_program ARCH PROGRAM: the same of a program that is recorded for it.
check_program() {
    local dir

    case $2 in
    */dynamic-*-gcc14/*) dir=$TEST_BUILD/sysroot/trixie ;;
    *) dir=$(sysroot "$1") ;;
    esac
    judged "$1" "${2##*/}" --qemu "$(qemu "$1")" ${dir:+--sysroot "$dir"} \
        -- "$2"
}

# check_ways ARCH LEAST LINK-OPT...: there must be so many.
check_ways() {
    local arch=$1 least=$2 how name said n=0 n_wrong=0

    shift 2
    for how; do
        for name in $("$SUITE/programs" "$arch" "$how"); do
            n=$((n + 1))
            said=$(check_program "$arch" \
                "$TEST_BUILD/tests/races/$arch/${how/some/static-O0}/$name") || {
                n_wrong=$((n_wrong + 1))
                while read -r line; do
                    echo "$arch $how $name: $line"
                done <<<"$said"
            }
        done
    done
    [ "$n" -ge "$least" ] || fail "only $n programs"
    echo "$arch: $n programs, $n_wrong not as they must be"
    [ "$n_wrong" -eq 0 ] || fail "$n_wrong of $n programs"
}

check_races() {
    # A word a way.
    # shellcheck disable=SC2086
    check_ways "$1" 80 ${MEMTRACE_TEST_RACES:-static-O0 dynamic-O2}
    # By other compilers, and with other libcs.
    if [ "$1" = x86_64 ] && [ -n "${MEMTRACE_TEST_RACES_OTHERS-}" ]; then
        # shellcheck disable=SC2086
        check_ways "$1" 80 $MEMTRACE_TEST_RACES_OTHERS
    fi
}

check_guest() {
    if [ -n "${MEMTRACE_TEST_RACES-}" ]; then
        check_ways "$1" 300 static-O0 static-O2
    else
        check_ways "$1" 20 some
    fi
}
