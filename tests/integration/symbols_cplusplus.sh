#!/bin/bash
# Names of C++ that have no linkage name in DWARF, against those that the
# linker's symbols have by c++filt.  No guest runs.
. "$TEST_ROOT/tests/lib.sh"

ask=$HELPERS/ask_symbols
unset DEBUGINFOD_URLS
needs_guest x86_64


for compiler in g++ clang++; do
    for level in 0 2; do
        what="$compiler -O$level"
        "$compiler" -g "-O$level" -o program \
            "$TEST_ROOT/tests/guests/names/local_names.cc"
        nm program | awk '$2 ~ /^[tTW]$/ && $3 ~ /^_Z/ { print $1, $3 }' |
            sed 's/\.[a-z0-9.]*$//' | sort -u >symbols.txt
        [ "$(wc -l <symbols.txt)" -ge 10 ] || fail "$what: few functions"
        cut -d ' ' -f 2 symbols.txt | c++filt >expected.txt
        "$ask" file program < <(sed 's/^\([0-9a-f]*\) .*/code \1/' symbols.txt) |
            sed 's/ [^ ]*:[0-9]*:[0-9]* \[[^]]*\]$//; s/ [^ ]*:[0-9]*:[0-9]* < .*//' >actual.txt
        same "$what: functions" expected.txt actual.txt
        has actual.txt 'main::.*::operator[(][)][(]int[)]'
        [ $level -gt 0 ] ||
            has actual.txt '[(]anonymous namespace[)]::hidden::hidden[(]int[)]'
        nm program | awk '$2 ~ /^[bBdDuV]$/ && $3 ~ /^_Z/ { print $1, $3 }' |
            sort -u >symbols.txt
        cut -d ' ' -f 2 symbols.txt | c++filt >expected.txt
        "$ask" file program < <(sed 's/^\([0-9a-f]*\) .*/data \1/' symbols.txt) |
            sed 's/ size=.*//' >actual.txt
        same "$what: variables" expected.txt actual.txt
        has actual.txt '^count[(]int[)]::calls$'
        # A list has the names that addresses have.
        echo functions | "$ask" file program | cut -d ' ' -f 5- >functions.txt
        has functions.txt 'main::.*::operator[(][)][(]int[)]'
        ! grep -q '^operator()' functions.txt || fail "$what: functions of no name"
    done
done

# Structured bindings, which gcc gives no name of any kind.
cat >bindings.cc <<'EOF'
struct point { int x; long y; };
auto [first, second] = point{1, 2};
namespace space { auto [third, fourth] = point{3, 4}; }
int main() { first++; space::fourth++; }
EOF
for compiler in g++ clang++; do
    "$compiler" -std=c++17 -g -o program bindings.cc
    for name in _ZDC5first6secondE _ZN5spaceDC5third6fourthEE; do
        printf 'data %x\n' $((16#$(nm program | sed -n "s/ . $name\$//p") + 8))
    done >questions.txt
    "$ask" file program <questions.txt | sed 's/ size=.*//' >actual.txt
    printf '%s\n' '[first, second].y' 'space::[third, fourth].y' >expected.txt
    same "$compiler: bindings" expected.txt actual.txt
done

# What is called through the linkage table.
cat >library.cc <<'EOF'
namespace library { int give(long a) { return (int)a; } }
EOF
cat >caller.cc <<'EOF'
namespace library { int give(long a); }
int main(int argc, char **) { return library::give(argc) == 0; }
EOF
g++ -shared -fPIC -o liblibrary.so library.cc
g++ -g -o program caller.cc liblibrary.so
address=$(objdump -d program | sed -n 's/^0*\([0-9a-f]*\) <_Z.*@plt>:$/\1/p')
echo "code $address" | "$ask" file program | sed 's/ ??.*//' >actual.txt
equal "a call of a library" "library::give(long)@plt" "$(cat actual.txt)"
