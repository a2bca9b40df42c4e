#!/bin/bash
# Names of addresses of ELF files against binutils: functions, inlined ones
# and lines as addr2line has them, variables as nm does; with DWARF 2 to 5,
# by gcc and clang, in separate debug files found in each of the ways there
# are, and of stripped files by what symbols are left.  No guest runs.
. "$TEST_ROOT/tests/lib.sh"

ask=$HELPERS/ask_symbols
sources=$TEST_ROOT/tests/guests/names
unset DEBUGINFOD_URLS

# tool ARCH NAME: of binutils.
tool() {
    local compiler
    compiler=$(cross_cc "$1")
    echo "${compiler%gcc}$2"
}

# addresses ARCH FILE: of each fourth byte of its functions. Of what a C++
# compiler makes up addr2line says otherwise from one address to the next.
addresses() {
    "$(tool "$1" nm)" -S --defined-only "$2" |
        awk '$3 ~ /^[tTwW]$/ && $4 !~ /^_GLOBAL_/ { print $1, $2 }' | while read -r start size; do
        for ((i = 16#$start; i < 16#$start + 16#$size; i += 4)); do
            printf '%x\n' "$i"
        done
    done | sort -u
}

# Names as both have them: gcc's copies of a function are the function, and
# where linkage names are missing one has the parameters, the other not.
plain_names() {
    sed -E 's/\.(cold|constprop|isra|part)\.?[0-9]*//g; s/ \[clone[^]]*\]//g
        s/\([^()]*\) ?(const)?$//'
}

# expected ARCH FILE <ADDRESSES: "ADDRESS FUNCTION FILE:LINE" for each frame.
expected_code() {
    "$(tool "$1" addr2line)" -a -f -i -C -e "$2" | awk '
        /^0x/ { address = $0; sub(/^0x0*/, "", address); next }
        !named { name = $0; named = 1; next }
        { sub(/ \(discriminator.*/, ""); named = 0
          sub(/:\?$/, ":0"); sub(/^[^\/]*:0$/, "??:0"); print address "\t" name "\t" $0 }'
}

# actual_code FILE OPTIONS: the same of addresses.txt.
actual_code() {
    local file=$1
    shift
    sed 's/^/code /' addresses.txt | "$ask" file "$file" "$@" |
        paste addresses.txt - | awk -F '\t' '{
            n = split($2, frames, / < /)
            sub(/ \[[^]]*\]$/, "", frames[n])
            for (i = 1; i <= n; i++) {
                at = match(frames[i], / [^ ]*$/)
                where = substr(frames[i], at + 1)
                sub(/:[0-9]*$/, "", where)
                print $1 "\t" substr(frames[i], 1, at - 1) "\t" where
            }
        }'
}

# split COLUMN, and make names comparable.
comparable() {
    awk -F '\t' '{ print $2 }' "$1" | plain_names >names.tmp
    paste <(cut -f 1 "$1") names.tmp <(cut -f 3 "$1")
}

# same_code ARCH WHAT FILE [OPTIONS]: addr2line reads $lines_of, by default
# the same file.
same_code() {
    local arch=$1 what=$2 file=$3
    shift 3
    addresses "$arch" "${lines_of-$file}" >addresses.txt
    expected_code "$arch" "${lines_of-$file}" <addresses.txt >expected.tmp
    actual_code "$file" "$@" >actual.tmp
    comparable expected.tmp >expected.txt
    comparable actual.tmp >actual.txt
    [ "$(wc -l <expected.txt)" -gt 30 ] || fail "$what: too little code"
    same "$what: code" expected.txt actual.txt
}

# same_data ARCH WHAT FILE [OPTIONS]: each variable's name, address and size.
same_data() {
    local arch=$1 what=$2 file=$3
    shift 3
    "$(tool "$arch" nm)" -S -C --defined-only "${lines_of-$file}" |
        awk '$3 ~ /^[bBdDrR]$/ && $2 !~ /^0*$/ {
            sub(/\.[0-9]+$/, "", $4)
            name = $4; for (i = 5; i <= NF; i++) name = name " " $i
            print $1, $2, name }' |
        grep -v ' _\| completed\| guard\| own\(_\|$\)\|@' | sort >symbols.txt
    [ "$(wc -l <symbols.txt)" -ge 1 ] || fail "$what: too few variables"
    while read -r address size name; do
        # Its last byte, too.
        printf 'data %x\n' $((16#$address)) \
            $((16#$address + 16#$size - 1))
        printf '%s size=%d offset=0\n%s size=%d offset=%d\n' "$name" \
            "$((16#$size))" "$name" "$((16#$size))" "$((16#$size - 1))" >&3
    done <symbols.txt >questions.txt 3>expected.txt
    "$ask" file "$file" "$@" <questions.txt |
        sed 's/ \([^ ]*\) \[[^]]*\]$//
            s/^\([A-Za-z_:(][A-Za-z_:<>() 0-9]*\)[^ ]*\( size\)/\1\2/
            s/\.[0-9]* size/ size/' >actual.txt
    same "$what: variables" expected.txt actual.txt
}

# compile ARCH OUTPUT SOURCE FLAGS...
compile() {
    local arch=$1 output=$2 source=$3
    shift 3
    "$(cross_cc "$arch")" -D_GNU_SOURCE "$@" -o "$output" "$sources/$source" \
        -lpthread -ldl 2>warnings.txt || fail "$(cat warnings.txt)"
}

# --- C, with every DWARF and architecture -----------------------------------
for arch in $(of_guests x86_64 aarch64); do
    for dwarf in 2 3 4 5; do
        for level in 0 2; do
            for link in -no-pie -pie; do
                what="$arch -gdwarf-$dwarf -O$level $link"
                compile "$arch" program inlines.c "-gdwarf-$dwarf" \
                    "-O$level" $link -fPIE
                same_code "$arch" "$what" program
                same_data "$arch" "$what" program
            done
        done
        compile "$arch" program names.c "-gdwarf-$dwarf" -O1
        same_data "$arch" "$arch -gdwarf-$dwarf, names.c" program
    done
done
for arch in $(other_guests x86_64 aarch64); do
    compile "$arch" program inlines.c -g -O2
    same_code "$arch" "$arch" program
    same_data "$arch" "$arch" program
done
needs_guest x86_64
# addr2line 2.40 does not see all that clang's DWARF 5 says is inlined: it has
# the functions that DWARF 4 has, where the code is the same.
clang -gdwarf-4 -O2 -o program "$sources/inlines.c"
same_code x86_64 "clang, DWARF 4" program
cp program four
clang -gdwarf-5 -O2 -o program "$sources/inlines.c"
lines_of=four same_code x86_64 "clang, DWARF 5" program
same_data x86_64 "clang, DWARF 5" program

# clang makes several variables of one that nobody else names.
cat >split.c <<'EOF'
struct data { int hits; int unused; long sum; };
static struct data probe;
static int pair[2];
__attribute__((noinline)) void work(int n)
{
    probe.hits++;
    probe.sum += n;
    pair[0] += n;
    pair[1] -= n;
}
int main(int argc, char **argv)
{
    (void)argv;
    work(argc);
    return (int)(probe.hits + probe.sum + pair[0] * pair[1]);
}
EOF
for dwarf in 4 5; do
    clang "-gdwarf-$dwarf" -O2 -o program split.c
    nm program | sed -n 's/^\([0-9a-f]*\) b \(probe\|pair\)\..*/data \1/p' | sort >questions.txt
    equal "parts by clang -gdwarf-$dwarf" 4 "$(wc -l <questions.txt)"
    "$ask" file program <questions.txt | sed 's/ [^ ]*:[0-9]* .*//' | sort >actual.txt
    printf '%s\n' 'pair[0] size=8 offset=0' 'pair[1] size=8 offset=4' \
        'probe.hits size=16 offset=0' 'probe.sum size=16 offset=8' >expected.txt
    same "clang -gdwarf-$dwarf: parts" expected.txt actual.txt
done

# --- columns, which addr2line does not have -----------------------------------
compile x86_64 program inlines.c -g -O2
line=$(grep -n 'sum += innermost' "$sources/inlines.c" | cut -d : -f 1)
text=$(sed -n "${line}p" "$sources/inlines.c")
addresses x86_64 program | sed 's/^/code /' | "$ask" file program >columns.txt
for call in 'innermost(k)' 'innermost(sum)'; do
    before=${text%%"$call"*}
    has columns.txt \
        "^innermost .* < middle [^ ]*:$line:$((${#before} + 1)) < "
done

# --- C++ -------------------------------------------------------------------------
for level in 0 2; do
    g++ -g "-O$level" -o program "$sources/classes.cc"
    same_code x86_64 "C++ -O$level" program
    same_data x86_64 "C++ -O$level" program
    g++ -g "-O$level" -no-pie -o program "$sources/classes.cc"
    plain x86_64 ./program >said.txt
    sed 's/^0x\([0-9a-f]*\) .*/data \1/' said.txt | "$ask" file program |
        sed 's/ size=.*//' >actual.txt
    cut -d ' ' -f 2- said.txt >expected.txt
    same "C++ -O$level: what it says" expected.txt actual.txt
done

# --- separate debug files, in all the places where they may be ---------------------
compile x86_64 program inlines.c -g -O2
cp program whole
id=$(readelf -n program | sed -n 's/.*Build ID: //p')
mkdir kept
objcopy --only-keep-debug program kept/program.debug
strip program
echo functions | "$ask" file program >functions.txt
! grep -q ' middle' functions.txt || fail "a stripped file has names of its own"
lines_of=whole
# By build-id, below --debug-dir and below the sysroot.
mkdir -p "dir/.build-id/${id:0:2}" root/usr/lib/debug
cp kept/program.debug "dir/.build-id/${id:0:2}/${id:2}.debug"
same_code x86_64 "build-id" program -d "$PWD/dir"
same_data x86_64 "build-id" program -d "$PWD/dir"
cp -r dir/.build-id root/usr/lib/debug
same_code x86_64 "build-id below the sysroot" program -s "$PWD/root"
rm -r dir root
# By the name in .gnu_debuglink: beside it, in .debug, below --debug-dir.
objcopy --add-gnu-debuglink=kept/program.debug program
mv kept/program.debug .
same_code x86_64 "debuglink beside it" program
mkdir .debug
mv program.debug .debug
same_code x86_64 "debuglink in .debug" program
mkdir -p "dir$PWD"
mv .debug/program.debug "dir$PWD"
same_code x86_64 "debuglink below a folder" "$PWD/program" -d "$PWD/dir"
# The debug file of another program is not taken for it.
compile x86_64 other inlines.c -g -O1
objcopy --only-keep-debug other "dir$PWD/program.debug"
echo functions | "$ask" file "$PWD/program" -d "$PWD/dir" >functions.txt
! grep -q ' middle' functions.txt || fail "another program's debug file"
rm -r dir
unset lines_of

# What two files have in common, types and long names, moved by dwz to a third
# that is found by its build-id.
compile x86_64 one names.c -gdwarf-4 -O1 -no-pie
compile x86_64 two names.c -gdwarf-4 -O1 -no-pie
dwz -m common.debug -M /nowhere/common.debug one two
readelf -S one >sections.txt
has sections.txt gnu_debugaltlink
id=$(readelf -n common.debug | sed -n 's/.*Build ID: //p')
mkdir -p "dir/.build-id/${id:0:2}"
mv common.debug "dir/.build-id/${id:0:2}/${id:2}.debug"
head -c 8192 /dev/zero >names.txt
plain x86_64 ./one | sed '/ stack of/,$d' >said.txt
cut -d ' ' -f 2- said.txt >expected.txt
sed 's/^0x\([0-9a-f]*\) .*/data \1/' said.txt >questions.txt
"$ask" file one -d "$PWD/dir" <questions.txt | sed 's/ size=.*//' >actual.txt
same "dwz" expected.txt actual.txt
# Without it there is less to say, and no harm.
rm -r dir
"$ask" file one <questions.txt >actual.txt
equal "answers without dwz's file" "$(wc -l <expected.txt)" \
    "$(wc -l <actual.txt)"

# --- no DWARF: symbol tables -----------------------------------------------------------
compile x86_64 program names.c -O1
strip --strip-debug program
nm -S --defined-only program | awk '$3 ~ /^[tT]$/ && $2 { print $1, $4 }' |
    grep -v ' _' >functions.txt
awk '{ print "code", $1 }' functions.txt | "$ask" file program |
    sed 's/ ??:0:0 .*//' >actual.txt
cut -d ' ' -f 2 functions.txt >expected.txt
same ".symtab: functions" expected.txt actual.txt
same_data x86_64 ".symtab" program
gcc -O1 -shared -fPIC -DLIBRARY=one -o library.so "$sources/library.c"
strip library.so
nm -D -S --defined-only library.so | while read -r address _ kind name; do
    case $kind in
    T) echo "code $address" && echo "$name" >&3 ;;
    B) echo "data $address" && echo "$name" >&3 ;;
    esac
done >questions.txt 3>expected.txt
"$ask" file library.so <questions.txt | sed 's/ .*//' >actual.txt
equal "names in .dynsym" 2 "$(wc -l <expected.txt)"
same ".dynsym" expected.txt actual.txt
# Calls through the procedure linkage table.
objdump -d program | sed -n 's/^0*\([0-9a-f]*\) <\(.*@plt\)>:$/\1 \2/p' \
    >plt.txt
[ "$(wc -l <plt.txt)" -ge 5 ] || fail "few calls of libraries"
grep -v finalize plt.txt >table.txt
cut -d ' ' -f 2 table.txt >expected.txt
sed 's/^/code /; s/ [^ ]*$//' table.txt | "$ask" file program |
    sed 's/ ??.*//' >actual.txt
same "linkage table" expected.txt actual.txt
# Its header, or with .plt.sec all of .plt, is called as the section.
for flag in -Wl,-z,lazy -Wl,-z,ibtplt,-z,lazy; do
    gcc -fcf-protection -O1 "$flag" -o table "$sources/names.c" -lpthread -ldl \
        2>warnings.txt || fail "names.c does not build: $(cat warnings.txt)"
    address=$(readelf -SW table | awk '$2 == ".plt" { print $4 } $3 == ".plt" { print $5 }')
    echo "code $address" | "$ask" file table | sed 's/ ??.*//' >actual.txt
    equal "$flag: the table's header" .plt "$(cat actual.txt)"
done

# --- one library in another's place -------------------------------------------------------
for n in one two; do
    gcc -g -O1 -shared -fPIC -DLIBRARY=$n -o lib$n.so "$sources/library.c"
done
address=$(nm libone.so | sed -n 's/ B state$//p')
equal "address in the other" "$address" "$(nm libtwo.so | sed -n 's/ B state$//p')"
for time in 1 2 3 4; do
    printf 'time %d\ndata %s\n' $time "$address"
done >questions.txt
printf 'load libtwo.so\nload libone.so\n' | cat - questions.txt |
    "$ask" file libone.so | sed 's/ .*//' >actual.txt
printf 'state.member_of_%s\n' one two one one >expected.txt
same "libraries at one address" expected.txt actual.txt
