# shellcheck shell=bash
# session.bash: runs the commands of a .session file and compares.
#
# A session reads like a terminal: lines that start with "$ " are commands of
# bash, in which `memtrace` is the one under test; what follows is what they
# print, on stdout and stderr, and "[exit N]" where the status is not 0.  So
# each file holds input and expected output together.  To renew one after a
# change that is meant, run with UPDATE=1 and read the difference.

MAKE_TRACE=$TEST_BUILD/tests/cli/make_trace

memtrace() {
    "$MEMTRACE" "$@"
}
export -f memtrace
export MEMTRACE

# make_trace NAME FILE: the trace that tests/cli/NAME.trace describes.
make_trace() {
    "$MAKE_TRACE" "$2" <"$TEST_ROOT/tests/cli/$1.trace"
}

# session NAME: replays tests/cli/NAME.session in this directory.
session() {
    local expected=$TEST_ROOT/tests/cli/$1.session line status
    while IFS= read -r line; do
        case $line in
        '$ '*)
            echo "$line"
            status=0
            bash -c "${line#??}" 2>&1 || status=$?
            [ $status -eq 0 ] || echo "[exit $status]"
            ;;
        '#'*) # of the session, unless a command printed it
            case $line in '# T'*) ;; *) echo "$line" ;; esac
            ;;
        esac
    done <"$expected" >"$1.actual"
    if [ "${UPDATE-}" ]; then
        cp "$1.actual" "$expected"
    fi
    same "$1" "$expected" "$1.actual"
}
