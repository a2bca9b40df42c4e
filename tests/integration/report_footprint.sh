# The memory that a report takes of a program that touches 256 MiB, in order
# and at random, and that it counts all of it.
. "$TEST_ROOT/tests/lib.sh"

needs_guest x86_64
MIB=256

# report_of BY: its table, and sets kib to the most memory that it had.
report_of() {
    kib=$(python3 - "$1" <<'END'
import os, resource, subprocess, sys

with open("table", "w") as table:
    subprocess.run([os.environ["MEMTRACE"], "report", "-i", "t.data", "--by",
                    sys.argv[1], "--format", "csv", "--top", "1000000000"
                    if sys.argv[1] == "region" else "10"],
                   stdout=table, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
END
    ) || fail "$1"
}

for order in ordered random; do
    record x86_64 t.data --force -- "$(guest x86_64 footprint)" "$order" $MIB \
        2>err || fail "$(cat err)"
    n=$("$MEMTRACE" info -f json -i t.data |
        python3 -c 'import json, sys; print(json.load(sys.stdin)["accesses"])')
    [ "$n" -ge $((MIB << 14)) ] || fail "$order: $n accesses"
    for by in region page line64; do
        report_of $by
        echo "$order --by $by: $kib KiB"
        # A quarter of it; it was more than half.
        [ "$kib" -lt $((MIB * 1024 / 4)) ] ||
            fail "$order --by $by: $kib KiB for $MIB MiB"
        [ $by != region ] ||
            equal "$order: accesses by region" "$n" "$(python3 -c '
import csv
print(sum(int(row["accesses"]) for row in csv.DictReader(open("table"))))')"
    done
done
