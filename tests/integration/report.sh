# What report, dump --symbols and the filters of both say of a guest that says
# itself which of its functions accesses which variable how often: -O0 to -O2,
# static, static PIE, PIE and a library opened at run time.
. "$TEST_ROOT/tests/lib.sh"

SOURCES=$TEST_ROOT/tests/guests

# rows BY FIELDS OPTIONS...: of report's CSV these fields, loads and stores.
rows() {
    local by=$1 fields=$2
    shift 2
    "$MEMTRACE" report -i trace.data --by "$by" --format csv "$@" >table.csv
    python3 -c '
import csv, sys
for row in csv.DictReader(open("table.csv")):
    print(*(row[f].split("/")[-1] or "-" for f in sys.argv[1].split()),
          row["loads"], row["stores"])' "$fields" | sort
}

# said_by KEYS: of "does" lines the sums by function, variable or both, as
# loads and stores.
said_by() {
    awk -v keys="$1" '
        $1 == "does" {
            key = keys == "both" ? $2 " " $3 : $keys
            n[key, $4] += $5
            seen[key] = 1
        }
        END {
            for (key in seen) print key, n[key, "R"] + 0, n[key, "W"] + 0
        }' said | sort
}

# only_functions: rows that start with one that the guest names; a loader may
# touch a variable too.
only_functions() {
    awk 'NR == FNR { if ($1 == "does") named[$2] = 1; next } $1 in named' \
        said -
}

# line_of FILE TEXT: where that stands in the source.
line_of() {
    grep -nF "$2" "$SOURCES/$1" | head -n 1 | cut -d : -f 1
}

functions_and_variables() {
    local symbols
    symbols=$(awk '$1 == "does" { print $3 }' said | sort -u | paste -sd ,)
    functions=$(awk '$1 == "does" { print $2 }' said | sort -u | paste -sd ,)
    said_by 2 >expected
    rows function function --symbol "$symbols" | only_functions >actual
    same "$name: by function" expected actual
    said_by 3 >expected
    rows variable variable --symbol "$symbols" --function "$functions" >actual
    same "$name: by variable" expected actual
    # One variable at a time.
    said_by both >expected
    for symbol in ${symbols//,/ }; do
        rows function function --symbol "$symbol" | only_functions |
            awk -v symbol="$symbol" '{ print $1, symbol, $2, $3 }'
    done | sort >actual
    same "$name: by both" expected actual
}

# The same by lines, where the source tells which does what.
lines() {
    {
        echo "spots.c $(line_of spots.c 'in_data = i;') store_data 0 133"
        echo "spots.c $(line_of spots.c '(void)in_data;') load_data 70 0"
        echo "spots.c $(line_of spots.c 'in_bss = i;') inlined 0 32"
        echo "spots.c $(line_of spots.c 'table[i % 16] = i;') outer 0 32"
        echo "spots.c $(line_of spots.c '(void)table[i % 16];') outer 32 0"
        echo "spots_far.h $(line_of spots_far.h 'far = i;') far_touch 0 60"
        [ "$variant" != -pie ] ||
            echo "spots_library.c $(line_of spots_library.c \
                'library_cell = i;') library_touch 0 49"
    } | sort >expected
    rows line 'source line function' --source 'spots*' --symbol \
        "$(awk '$1 == "does" && $3 != "aside" { print $3 }' said | sort -u |
            paste -sd ,)" >actual
    same "$name: by line" expected actual
}

threads_and_sharing() {
    printf 'T0 70 100\nT1 0 11\nT2 0 22\n' >expected
    rows thread thread --symbol in_data --function '*_data' >actual
    same "$name: by thread" expected actual
    "$MEMTRACE" report -i trace.data --by line64 --symbol in_data \
        --function '*_data' --format csv >table.csv
    has table.csv ',203,70,133,0,many-writers$'
    "$MEMTRACE" report -i trace.data --by variable --symbol in_data,far \
        --function '*_data,far_touch' --format csv >table.csv
    has table.csv '^in_data,.*,203,70,133,0,many-writers$'
    has table.csv '^far,.*,60,0,60,0,private$'
    equal "$name: what is not of T1" 11 \
        "$("$MEMTRACE" dump -i trace.data --thread 1 --symbol in_data | wc -l)"
}

# Each table has all accesses, but that of variables.
totals() {
    local by n
    n=$("$MEMTRACE" info -f json -i trace.data |
        python3 -c 'import json, sys; print(json.load(sys.stdin)["accesses"])')
    for by in function line region page line64 thread; do
        "$MEMTRACE" report -i trace.data --by $by -f csv |
            python3 -c '
import csv, sys
print(sum(int(row["accesses"]) for row in csv.DictReader(sys.stdin)))' >sum
        equal "$name: accesses by $by" "$n" "$(cat sum)"
    done
    "$MEMTRACE" report -i trace.data --format json >report.json
    python3 - "$n" <<'END' || fail "$name: report.json"
import json, sys

report = json.load(open("report.json"))
n = int(sys.argv[1])
assert report["accesses"] == n
for kind in "lines", "pages":
    key = kind[:-1] + "_accesses"
    assert sum(s[key] for s in report["sharing"].values()) == n
footprint = report["footprint_pages"]
assert footprint == sorted(footprint)
assert footprint[-1] == sum(s["pages"] for s in report["sharing"].values())
assert max(report["working_set_pages"]) <= footprint[-1]
END
}

# Each access of a variable, one a line.
dumped() {
    awk '$1 == "does" {
        for (i = 0; i < $5; i++) print $4, "function=" $2, $3
    }' said | sort >expected
    "$MEMTRACE" dump -i trace.data --symbols --function "$functions" \
        --region data | sed -nE 's/^T[0-9]+ ([RW]) .* (function=[^ ]*) .* data=([a-z_]*).*/\1 \2 \3/p' |
        grep -E ' (in_data|in_bss|table|far|aside|library_cell)$' |
        sort >actual
    same "$name: dump" expected actual
    "$MEMTRACE" dump -i trace.data --code --function far_touch --symbol far \
        --limit 1 >line
    has line "^T0 W 0x[0-9a-f]{16} 4 function=far_touch\
 line=spots_far.h:$(line_of spots_far.h 'far = i;') data=far \| far = i;\$"
    "$MEMTRACE" dump -i trace.data --symbols -f csv --symbol table >table.csv
    python3 - <<'END' || fail "$name: dump --symbols -f csv"
import csv

names = [row["data"] for row in csv.DictReader(open("table.csv"))]
cells = [f"table[{i % 16}]" for i in range(32)]
assert names == cells + cells, names
END
}

# A filter that leaves code out has what the others have not.
complements() {
    local n all
    all=$("$MEMTRACE" dump -i trace.data | wc -l)
    for option in function=store_data,outer module='spots*' \
        source=spots_far.h symbol=in_data,table; do
        n=$("$MEMTRACE" dump -i trace.data "--$option" | wc -l)
        equal "$name: --$option and the rest" "$all" $((n + $("$MEMTRACE" dump \
            -i trace.data "--${option%%=*}" "!$(sed 's/,/,!/g' \
            <<<"${option#*=}")" | wc -l)))
        [ "$n" -gt 0 ] || fail "$name: --$option: nothing"
    done
    n=0
    for region in stack heap data mmap; do
        n=$((n + $("$MEMTRACE" dump -i trace.data --region $region | wc -l)))
    done
    equal "$name: regions" "$all" $n
}

for arch in $(of_guests x86_64 aarch64); do
    for variant in -O0 '' -O2 -static-pie -pie; do
        name=$arch$variant
        program=("$(guest "$arch" "spots$variant")")
        [ "$variant" != -pie ] ||
            program+=("$(guest "$arch" spots_library.so)")
        rm -f trace.data
        record "$arch" trace.data -- "${program[@]}" >said 2>err ||
            fail "$name: $(cat err)"
        functions_and_variables
        lines
        threads_and_sharing
        totals
        dumped
        # The slowest, and the same for all.
        [[ $variant = -O* ]] || complements
    done
done
echo "ok report"
