#!/bin/bash
# What races prints, in each format, and what it refuses.
. "$TEST_ROOT/tests/lib.sh"
. "$TEST_ROOT/tests/cli/session.bash"

make_trace races races.data
# One side in a file that is not there, by a name that has to be kept from the
# terminal and from patterns.
sed 's|^block 0 .*|&\nevent 4 5 0x402000 0x1000 5 0x2 0x2000 ; /no/a \\x1b[31m*.so|' \
    "$TEST_ROOT/tests/cli/races.trace" >mapped.trace
"$MAKE_TRACE" mapped.data <mapped.trace
make_trace sample sample.data
make_trace kernel kernel.data
# Traces of which a part is missing: META of each.
with_meta() {
    sed "s|^meta guest.arch .*|&\nmeta $2|" "$TEST_ROOT/tests/cli/races.trace" \
        >meta.trace
    "$MAKE_TRACE" "$1" <meta.trace
}
with_meta part.data 'record.selection --start-at=operator-- --limit=9'
with_meta code.data 'record.selection --skip=1 --function=f(int, --x)'
with_meta loads.data 'record.kinds r'
with_meta none.data 'record.kinds none'
with_meta unseen.data 'unseen.mvc 1234\nmeta unseen.part.xsave 20'
session races
echo "ok races"
