#!/bin/bash
# Programs whose paths have a newline, a backslash and digits, or both, or that
# a link of another name leads to: their code is named, and so are they.
. "$TEST_ROOT/tests/lib.sh"

arch=$(of_guests x86_64 aarch64 | head -n 1)
[ -n "$arch" ] || skip 'no guest'

"$(cross_cc "$arch")" -g -O1 -pie -fPIE -DFUNCTION=here -o program \
    "$TEST_ROOT/tests/guests/replaced.c" -ldl
for folder in $'a\nb' 'a\012b' $'a\\012\nb' 'a (deleted)'; do
    mkdir "$folder"
    cp program "$folder/program"
    record "$arch" odd.data --force --function=here -- "./$folder/program" \
        true 2>record.txt || fail "$folder: $(cat record.txt)"
    equal "$folder: recorded" 100 \
        "$(accesses odd.data --symbol counted | grep -c '^W')"
    equal "$folder: read" 100 \
        "$(accesses odd.data --function here --symbol counted | grep -c '^W')"
    "$MEMTRACE" info --format=json odd.data >info.json
    python3 - "$folder" <<'PYTHON' || fail "$folder: its mappings"
import json, sys
text = json.dumps(json.load(open("info.json", encoding="utf-8")))
assert json.dumps("/" + sys.argv[1] + "/program")[1:] in text
PYTHON
done

ln -s program other-name
record "$arch" link.data --force -- ./other-name true 2>record.txt
"$MEMTRACE" info link.data >info.txt
has info.txt '^Program +\./other-name, a link to /.*/program$'
"$MEMTRACE" report link.data >report.txt
has report.txt '^Trace +link\.data: \./other-name true, a link to program$'
ln -sf "../program" 'a\012b/program'
record "$arch" link.data --force -- './a\012b/program' true 2>record.txt
"$MEMTRACE" info --meta link.data >info.txt
! grep -q 'guest\.file' info.txt || fail "a link of the same name is told"
