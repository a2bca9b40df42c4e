#!/bin/bash
# Debug information that is not to be had: what is named all the same, and
# what is said of it, once.  No guest runs.
. "$TEST_ROOT/tests/lib.sh"

ask=$HELPERS/ask_symbols
unset DEBUGINFOD_URLS
needs_guest x86_64

cat >program.c <<'EOF'
struct pair { int a; int b[3]; } table[4];
__attribute__((noinline)) int work(int n) { return table[n & 3].b[1] += n; }
int main(int argc, char **argv) { (void)argv; return work(argc); }
EOF

# answers FILE: the place of work(), what table is called, what is said.
answers() {
    "$ask" file "$1" <questions.txt | sed 's/ \[[^]]*\]$//; s/ [^ ]*\(program\.c:\)/ \1/' >actual.txt
}

# questions FILE: addresses of what its symbols name.
questions() {
    nm "$1" | sed -n 's/^\([0-9a-f]*\) T work$/code \1/p; s/^\([0-9a-f]*\) B table$/data \1/p' |
        sort >questions.txt
    equal "addresses" 2 "$(wc -l <questions.txt)"
}

# --- split DWARF -----------------------------------------------------------------
for compiler in gcc clang; do
    for dwarf in 4 5; do
        what="$compiler -gdwarf-$dwarf -gsplit-dwarf"
        rm -f ./*.dwo ./*.dwp
        "$compiler" -g "-gdwarf-$dwarf" -gsplit-dwarf -O1 -o program program.c
        dwo=$(echo ./*.dwo)
        questions program
        answers program
        has actual.txt '^work program\.c:2:'
        has actual.txt '^table\[0\]\.a '
        equal "$what: lines" 2 "$(wc -l <actual.txt)"
        # Another build's, or none, or packed: the program has the lines.
        for state in other none packed; do
            case $state in
            other) echo >"$dwo" && says='is of another build' ;;
            none) rm "$dwo" && says='cannot be found' ;;
            packed) echo >program.dwp && says='is packed in .*program\.dwp' ;;
            esac
            answers program
            has actual.txt '^work program\.c:2:'
            has actual.txt '^table '
            has actual.txt "^problem: .*program: .*split DWARF $says"
            equal "$what, $state: lines" 3 "$(wc -l <actual.txt)"
        done
    done
done

# --- debug files of another build, and what libelf cannot read ----------------------
gcc -g -O1 -o program program.c
questions program
cp program whole
objcopy --only-keep-debug program program.debug
strip program
objcopy --add-gnu-debuglink=program.debug program
answers program
has actual.txt '^work program\.c:2:'
equal "with its debug file" 2 "$(wc -l <actual.txt)"
gcc -g -O2 -o other program.c
objcopy --only-keep-debug other program.debug
answers program
has actual.txt 'problem: .*program: the debug file .*program\.debug is not this'
rm program.debug
answers program
equal "without a debug file" 2 "$(wc -l <actual.txt)"
if objcopy --compress-debug-sections=zstd whole packed 2>warnings.txt; then
    answers packed
    # Either it is read, or it is said that it is not.
    grep -q '^work program\.c:2:' actual.txt ||
        has actual.txt '^problem: .*packed: .* compressed with zstd'
    has actual.txt '^work '
fi
