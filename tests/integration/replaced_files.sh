#!/bin/bash
# A program or library that is replaced while it runs, or rebuilt later, names
# nothing with the new file's names, and a line says so; whichever file ran is
# known from when it was mapped.
. "$TEST_ROOT/tests/lib.sh"

source=$TEST_ROOT/tests/guests/replaced.c

# build FILE FUNCTION FLAGS...
build() {
    local file=$1 function=$2
    shift 2
    "$(cross_cc "$arch")" -g -O1 "-DFUNCTION=$function" "$@" -o "$file" \
        "$source" -ldl 2>warnings.txt || fail "$file: $(cat warnings.txt)"
}

# functions TRACE: of the report, which is left in report.txt and said.txt.
functions() {
    "$MEMTRACE" report --by function --format csv "$1" >report.txt 2>said.txt ||
        fail "report of $1: $(cat said.txt)"
    sed -n 's/^\([a-z]*_build\),.*/\1/p' report.txt | sort -u | tr '\n' ' '
}

# refused FILE WHY: one line says that the file is another one.
refused() {
    equal "lines about $1" 1 "$(grep -c "/$1 " said.txt)"
    has said.txt "/$1 is not the file that was recorded: $2"
}

id='its build-id was [0-9a-f]+ and is [0-9a-f]+;'
content='(it had [0-9]+ bytes and has|it has no build-id, and what is in it is)'

# programs WHY FLAGS...: the program itself is replaced.
programs() {
    local why=$1
    shift
    build program first_build "$@"
    cp program old
    build other second_build "$@"
    cp other new
    record "$arch" program.data --force -- ./program 'mv new program' \
        2>record.txt || fail "$(cat record.txt)"
    equal "$*: replaced while it ran" "" "$(functions program.data)"
    refused program "$why"
    # Each command says so.
    "$MEMTRACE" dump --symbols program.data 2>said.txt >dump.txt
    refused program "$why"
    cp old program
    equal "$*: put back" "first_build " "$(functions program.data)"
    # Written over, as it is no more running; then deleted and built again.
    cat other >program
    equal "$*: written over" "" "$(functions program.data)"
    refused program "$why"
    rm program
    build program second_build "$@"
    equal "$*: built again" "" "$(functions program.data)"
    refused program "$why"
    rm program
    build program first_build "$@"
    equal "$*: built again as it was" "first_build " \
        "$(functions program.data)"
    [ ! -s said.txt ] || fail "said: $(cat said.txt)"
}

# libraries HOW WHY FLAGS...: a library is replaced between two uses.
libraries() {
    local how=$1 why=$2
    shift 2
    build library.so first_build -DLIBRARY -fPIC -shared "$@"
    build new.so second_build -DLIBRARY -fPIC -shared "$@"
    record "$arch" library.data --force -- ./user "$how" ./library.so \
        2>record.txt || fail "$(cat record.txt)"
    # What was mapped last is there, and that alone has names.
    equal "$* $how" "main_build second_build " "$(functions library.data)"
    refused library.so "$why"
}

for arch in $(of_guests x86_64 aarch64); do
    programs "$id" -fPIE -pie
    programs "$id" -DSTATIC -static
    programs "$content" -fPIE -pie -Wl,--build-id=none
    programs "$content" -DSTATIC -static -Wl,--build-id=none
    build user main_build -fPIE -pie
    libraries 'mv new.so library.so' "$id"
    libraries 'cat new.so >library.so' "$id"
    libraries 'mv new.so library.so' "$content" -Wl,--build-id=none
    libraries 'rm library.so && cp new.so library.so' "$content" \
        -Wl,--build-id=none
done
