# clang-tidy finds nothing; .clang-tidy says what it looks for.  It takes minutes:
# of a file in which it found nothing it is not asked again, as long as neither
# what the compiler sees of the file nor clang-tidy and its settings change.
. "$TEST_ROOT/tests/lib.sh"

sound=$TEST_BUILD/clang-tidy # an empty file for each such file, by its hash
mkdir -p "$sound"
work=$PWD
cd "$TEST_ROOT"
folders=$(make -s print-folders)
# shellcheck disable=SC2086 # names of folders
flags="-std=gnu11 -D_GNU_SOURCE $(printf -- '-I%s ' $folders)"
settings=$(
    {
        clang-tidy --version
        cat .clang-tidy
        echo "$flags"
    } | sha256sum
)
export sound work flags settings

# look FILE: a line in $work/used or a file in $work that says what is wrong.
look() {
    local hash said
    # With comments, since NOLINT is one, and with all macros.
    # shellcheck disable=SC2086 # words
    hash=$({
        echo "$settings"
        clang -E -C -dD -DMEMTRACE_VERSION='"0"' $flags "$1"
    } | sha256sum)
    hash=${hash%% *}
    echo "$hash" >>"$work/used"
    [ ! -e "$sound/$hash" ] || return 0
    # Its count of what it suppressed in system headers goes to stderr.
    # shellcheck disable=SC2086 # words
    if said=$(clang-tidy --quiet "$1" -- -DMEMTRACE_VERSION='"0"' \
        $flags 2>/dev/null); then
        : >"$sound/$hash"
        echo "$1" >>"$work/asked"
    else
        echo "$said" >"$(mktemp "$work/wrong.XXXXXX")"
    fi
}
export -f look

# shellcheck disable=SC2046 # names of folders
find $(cut -d/ -f1 <<<"$folders" | sort -u) -name '*.c' -print0 |
    xargs -0 -n 1 -P "$(nproc)" bash -c 'look "$1"' bash
find "$work" -name "wrong.*" -exec cat {} + >"$work/all_wrong"
head -n 100 "$work/all_wrong"
[ ! -s "$work/all_wrong" ] || fail "clang-tidy found something"
echo "$(wc -l <"$work/used") files, of which" \
    "$(cat "$work/asked" 2>/dev/null | wc -l) were looked at now"
# Hashes of what has changed since are of no use.
ls "$sound" | sort | comm -23 - <(sort "$work/used") |
    while read -r hash; do
        rm -f "$sound/$hash"
    done
