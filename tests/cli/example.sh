#!/bin/bash
# The example of docs/analyses.md counts right: outside of the project, with
# what `make install` installs, and as a report of the command.
. "$TEST_ROOT/tests/lib.sh"
. "$TEST_ROOT/tests/cli/session.bash"

mkdir include
cp "$TEST_ROOT/trace/memtrace.h" include/
cp "$TEST_ROOT/examples/crossings.c" .
# TEST_CC, TEST_CFLAGS: what the library was built by, and with beside the usual.
# shellcheck disable=SC2086 # words, or none
"${TEST_CC:-gcc}" -Wall -Wextra -Werror ${TEST_CFLAGS-} -Iinclude -o crossings crossings.c \
    "$TEST_BUILD/lib/libmemtrace.a" -lzstd -lxxhash
{
    printf 'thread 1 1 - 1 2\nblock 0 1\n'
    # Four of the seven of 8 bytes go over the end of their line.
    for offset in 0x3a 0x38 0x3f 0x40 0x7c 0x1039 0; do
        echo "R $offset 8 1"
    done
    printf 'W 0x3e 2 2\nW 0x3f 2 2\nR 0x3f 1 3\n'
} >example.trace
"$MAKE_TRACE" example.data <example.trace
cat >expected <<'END'
  1 bytes: 1 accesses, 0 crossing
  2 bytes: 2 accesses, 1 crossing
  8 bytes: 7 accesses, 4 crossing
END
./crossings example.data >actual
same crossings expected actual
./crossings /dev/null 2>err && fail "read nothing"
has err '^crossings: /dev/null: not a memtrace trace$'

# Inside of the project: the command with one row more in its table of reports.
MEMTRACE=$TEST_BUILD/tests/example/memtrace
MANUAL=$TEST_ROOT/docs/analyses.md
mv example.data memtrace.data
sed -n '/^\$ memtrace report --by crossings$/,/^```$/p' "$MANUAL" |
    sed '$d' >expected
[ -s expected ] || fail "the manual shows no report"
{
    echo '$ memtrace report --by crossings'
    memtrace report --by crossings
    echo '$ memtrace report --by crossings --format csv'
    memtrace report --by crossings --format csv
} >actual
same "the report in the manual" expected actual
memtrace report --by crossings --format json --top 1 >actual
cat >expected <<'END'
{"trace":"memtrace.data",
"accesses":10,
"unseen":[],
"crossings":{"rows":3,"top":[
 {"size":8,"accesses":7,"crossing":4}]}}
END
same "the report in JSON" expected actual
memtrace report --by crossings --format csv --sort name >actual
printf 'size,accesses,crossing\n1,1,0\n2,2,1\n8,7,4\n' >expected
same "the report by size" expected actual
status_of memtrace report --by crossings --sort stores 2>err
equal "a column that it has not: status" 2 "$status"
has err 'report: --sort=stores: --by=crossings has no such column$'
status_of memtrace report --by crosings 2>err
has err 'must be all, crossings, function, .*, did you mean crossings\?$'
memtrace report >actual 2>err
sed -n '/^Accesses by size/,/^Sharing/p' actual >shown
equal "the report in the overview: lines" 5 "$(wc -l <shown)"
memtrace report --help >help
[ "$(wc -L <help)" -le 80 ] || fail "the help is wider than 80 columns"
has help '^  -b, --by all\|crossings\|function\|.*\|$'
has help '^           process|allocation$'

# What the manual shows is what is built.
for part in crossings:line_crossings report:report_crossings; do
    sed -n "/^\`\`\`c ${part%:*}/,/^\`\`\`$/p" "$MANUAL" | sed '1d;$d' >shown
    [ -s shown ] || fail "the manual shows nothing of ${part#*:}"
    grep -vxFf "$TEST_ROOT/examples/${part#*:}.c" shown >missing || true
    [ ! -s missing ] || fail "not in the example: $(cat missing)"
done
echo "ok example"
