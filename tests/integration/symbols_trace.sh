#!/bin/bash
# What a guest says that its variables and memory are called is what the trace
# and its files say: static, static PIE and PIE, -O0 and -O2, DWARF 2 to 5;
# libraries that come and go.
. "$TEST_ROOT/tests/lib.sh"

ask=$HELPERS/ask_symbols
sources=$TEST_ROOT/tests/guests/names
head -c 8192 /dev/zero >names.txt

# build ARCH PROGRAM FLAGS...
build() {
    local arch=$1 program=$2
    shift 2
    "$(cross_cc "$arch")" -Wall -Wextra -D_GNU_SOURCE "$@" -o "$program" \
        "$sources/names.c" -lpthread -ldl 2>warnings.txt ||
        fail "names.c does not build: $(cat warnings.txt)"
}

# compare ARCH WHAT TRACE SAID: the names of places at the trace's end.
compare() {
    local arch=$1 what=$2 trace=$3 said=$4

    grep -v ' library$' "$said" >names-said.txt
    # Its linker makes a structure no longer by what its last array holds.
    [ "$arch" != mips64el ] || sed -i '/ object.ring/d' names-said.txt
    [ "$(wc -l <names-said.txt)" -ge 35 ] || fail "$what: too little was said"
    cut -d ' ' -f 2- names-said.txt >expected.txt
    # Its thread pointers are where the trace does not have them.
    [ "$arch" != i386 ] || sed -i 's/^own.*, TLS of/TLS of/' expected.txt
    sed 's/^0x\([0-9a-f]*\) .*/place \1/' names-said.txt |
        "$ask" trace "$trace" >answers.txt
    sed 's/ ([a-z]*)$//' answers.txt >actual.txt
    same "$what" expected.txt actual.txt
    # Filters have fewer words for it.
    paste -d '|' expected.txt answers.txt | awk -F '|' '{
        want = $1 ~ /^stack of/ ? "stack" : $1 == "heap" ? "heap" : \
            $1 ~ /TLS of|^mmap|names.txt/ ? "mmap" : "data"
        if ($2 !~ "\\(" want "\\)$") print "want " want ": " $0
    }' >regions.txt
    [ ! -s regions.txt ] || fail "$what: $(cat regions.txt)"
}

# names_of ARCH FLAGS...
names_of() {
    local arch=$1 what="$*" trace
    shift
    trace=$arch.data
    build "$arch" "names-$arch" "$@"
    record "$arch" "$trace" --force -- "./names-$arch" names.txt \
        >said.txt 2>record.txt || fail "$what: $(cat record.txt)"
    compare "$arch" "$what" "$trace" said.txt
    echo "$what: $(wc -l <said.txt) names"
}

for arch in $(of_guests x86_64 aarch64); do
    for dwarf in 2 3 4 5; do
        names_of "$arch" "-gdwarf-$dwarf" -O0 -static
    done
    names_of "$arch" -g -O2 -static -fdata-sections -Wl,--gc-sections
    names_of "$arch" -g -O2 -fPIE -static-pie
    names_of "$arch" -g -O2 -fPIE -pie
    names_of "$arch" -gdwarf-4 -O0 -fPIE -pie
    names_of "$arch" -g -O1 -no-pie
done
for arch in $(other_guests x86_64 aarch64); do
    names_of "$arch" -g -O1 -static
done

# libraries ARCH: one opened after another is closed, where that was.
libraries() {
    local arch=$1 n i lines
    for n in one two; do
        "$(cross_cc "$arch")" -g -O1 -shared -fPIC -DLIBRARY=$n \
            -o "lib$n-$arch.so" "$sources/library.c"
    done
    build "$arch" "names-$arch" -g -O1 -fPIE -pie
    record "$arch" "$arch.data" --force -- "./names-$arch" names.txt \
        "./libone-$arch.so" "./libtwo-$arch.so" "./libone-$arch.so" \
        >said.txt 2>record.txt
    grep ' library$' said.txt >libraries.txt
    equal "libraries opened" 3 "$(wc -l <libraries.txt)"
    # QEMU 7.2 puts none where one was before; see symbols_files for that.
    awk '!($1 in seen) { seen[$1] = 1; sub(/^0x/, ""); print "accesses", $1 }' \
        libraries.txt |
        "$ask" trace "$arch.data" | grep member >accesses.txt
    for i in one two one; do
        echo "state.member_of_$i"
    done >expected.txt
    # The loader clears it, and it is loaded and stored.
    sed 's/^T0 [RW] \(.*\) (data)$/\1/' accesses.txt | uniq >actual.txt
    same "$arch: variables of libraries" expected.txt actual.txt
    echo codes | "$ask" trace "$arch.data" | grep "work_of_" |
        sed 's/ .*library.c:\([0-9]*\):.*\/\(.*\)+0x.*/ \1 \2/' |
        sort -u >functions.txt
    lines=$(grep -n '+= 1' "$sources/library.c" | cut -d : -f 1)
    for n in one two; do
        grep -q "^work_of_$n $lines lib$n-$arch.so$" functions.txt ||
            fail "no work_of_$n, line $lines: $(cat functions.txt)"
    done
}

for arch in $(of_guests x86_64 aarch64); do
    libraries "$arch"
done

# A file that has changed since is noticed, and names nothing.
arch=$(of_guests x86_64 aarch64 | head -n 1)
[ -n "$arch" ] || exit 0
build "$arch" names -g -O1 -static
record "$arch" changed.data -- ./names names.txt >said.txt 2>record.txt
line=$(grep ' counter$' said.txt)
question="place ${line%% *}"
equal "counter" "counter (data)" \
    "$(echo "$question" | "$ask" trace changed.data)"
mv names names.old
build "$arch" names -g -O0 -static
echo "$question" | "$ask" trace changed.data >answer.txt
has answer.txt '^problem: .*/names is not the file that was recorded: its build-id was [0-9a-f]{40} and is [0-9a-f]{40}; nothing of it is named$'
! grep -q '^counter' answer.txt || fail "named by another program"
rm names
echo "$question" | "$ask" trace changed.data >answer.txt
has answer.txt '^problem: .*/names: No such file or directory; nothing of it is named$'
# One without a build-id is told by what is in it, not by its time.
mv names.old names
build "$arch" names -g -O1 -static -Wl,--build-id=none
record "$arch" changed.data --force -- ./names names.txt >said.txt 2>record.txt
line=$(grep ' counter$' said.txt)
question="place ${line%% *}"
equal "counter" "counter (data)" \
    "$(echo "$question" | "$ask" trace changed.data)"
touch names
equal "touched" "counter (data)" \
    "$(echo "$question" | "$ask" trace changed.data)"
build "$arch" names -g -O0 -static -Wl,--build-id=none
echo "$question" | "$ask" trace changed.data >answer.txt
has answer.txt '^problem: .*/names is not the file that was recorded: it had [0-9]* bytes and has [0-9]*;'
# The files are somewhere else: below a sysroot.
build "$arch" names -g -O1 -static
record "$arch" moved.data -- ./names names.txt >said.txt 2>record.txt
line=$(grep ' counter$' said.txt)
mkdir -p "root$PWD"
mv names "root$PWD"
equal "counter below a sysroot" "counter (data)" \
    "$(echo "place ${line%% *}" | "$ask" trace moved.data -s root)"
