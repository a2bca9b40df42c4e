# What the documents name is there: files, folders, tests, make targets,
# functions, options.  Lines end at 100 columns.  Each table of figures in the
# README names the command that measured it, and its figures are those of the
# document behind it.
. "$TEST_ROOT/tests/lib.sh"

work=$PWD
cd "$TEST_ROOT" || fail "no $TEST_ROOT"
source_files '*' >"$work/files"
sed -n 's|/[^/]*$||p' "$work/files" | sort -u >"$work/folders"
while read -r folder; do # and those above
    while [[ $folder = */* ]]; do
        folder=${folder%/*}
        echo "$folder"
    done
done <"$work/folders" | sort -u - "$work/folders" >"$work/all_folders"
grep -E '\.md$|^docs/.*\.[135]$' "$work/files" >"$work/documents"
[ "$(wc -l <"$work/documents")" -gt 10 ] || fail "no list of the documents"
# A search that finds nothing is no error from here on.
set +eE
trap - ERR
: >"$work/wrong"
: >"$work/seen"

# wrong DOCUMENT WORDS...
wrong() {
    echo "$@" >>"$work/wrong"
}

# Files and functions of others that documents name.
foreign_files=' qemu-plugin.h meson.build unistd.h memcached.h '
foreign_functions=' op_rw '
# Of these documents nearly all files and functions are others'.
about_others='docs/races-in-real-programs.md'

# body DOCUMENT: without what a program wrote into it.
body() {
    sed -E -e '/^<!-- [a-z]+:begin/,/^<!-- [a-z]+:end/d' \
        -e '/^<!-- tables:/,/^<!-- end of the tables/d' "$1"
}

# spans DOCUMENT: what stands in `backticks`, and lines of fenced code.
spans() {
    body "$1" | awk '
        /^ *```/ { is_code = !is_code; next }
        is_code { sub(/^\$ /, ""); print; next }
        { # a span may go over the end of its line
            text = text " " $0
        }
        /^$/ || /^\|/ { flush() }
        END { flush() }
        function flush(    part, n, i) {
            n = split(text, part, "`")
            for (i = 2; i <= n; i += 2) print part[i]
            text = ""
        }'
}

# is_there NAME: a file or folder of the tree, by its path from the root or
# from the end; capitals stand for any name, * for several.
is_there() {
    local name=${1#./} pattern
    echo "$1" >>"$work/seen"
    name=${name%/}
    # Programs are named without the .c of their source.
    grep -qxF -e "$name" -e "$name.c" "$work/files" "$work/all_folders" && return
    pattern=$(sed -E -e 's/[.+]/\\&/g' \
        -e 's/[A-Z][A-Z_]+[A-Z]|\*/[^\/]*/g' <<<"$name")
    grep -qE -e "(^|/)$pattern\$" "$work/files" "$work/all_folders"
}

# is_test NAME: a test, or a pattern that some match.
is_test() {
    local file
    # shellcheck disable=SC2086 # a pattern
    for file in tests/$1.sh tests/$1.c; do
        [ ! -e "$file" ] || return 0
    done
    return 1
}

check_files() {
    local document=$1 tops word
    tops=$(cut -d/ -f1 "$work/all_folders" | sort -u | tr '\n' '|')
    # Paths, wherever they stand.
    sed 's/\\-/-/g' <(body "$document") |
        grep -oE "(^|[^A-Za-z0-9_./~*-])(\./)?(${tops}integration|unit|lint|torture)/[A-Za-z0-9_.*/-]*" |
        sed -E -e 's/^[^A-Za-z0-9_.]//' -e 's/[.:]+$//' | sort -u |
        while read -r word; do
            case $word in
            # What is built, downloaded or measured, and tests without folder.
            build/* | */build/*) continue ;;
            integration/* | unit/* | lint/* | torture/* | cli/*)
                is_test "${word%.sh}" && continue
                ;;
            esac
            is_there "$word" || wrong "$document: there is no $word"
        done
    [[ " $about_others " != *" $document "* ]] || return 0
    # Names of files without a folder, where they stand as names.
    spans "$document" | tr ' ,;=' '\n' | sed -E 's/[:.]+[0-9]*$//' |
        grep -xE '[A-Za-z0-9_./*-]+\.(c|h|S|cc|sh|bash|awk|py|md|mk|inc|svg)' |
        sort -u | while read -r word; do
        [[ $foreign_files = *" ${word##*/} "* ]] || is_there "$word" ||
            wrong "$document: there is no file $word"
    done
}

check_targets() {
    local document=$1 target
    spans "$document" | sed -nE 's/^(\.\/)?make +(-[a-z0-9]+ +)*([a-z][a-z-]*)( .*)?$/\3/p' |
        sort -u | while read -r target; do
        grep -E '(^|/)Makefile$|\.mk$' "$work/files" |
            xargs grep -qE "^([a-z-]+ )*$target( [a-z-]+)*:( |\$)" ||
            wrong "$document: there is no make target $target"
    done
}

check_functions() {
    local document=$1 name
    [[ " $about_others " != *" $document "* ]] || return 0
    spans "$document" | grep -oE '\b[a-z][a-z0-9]*_[a-z0-9_]+\(\)' | tr -d '()' |
        sort -u | while read -r name; do
        [[ $foreign_functions = *" $name "* ]] ||
            grep -E '\.(c|h|cc|S|sh|bash)$' "$work/files" |
            xargs grep -qwF -e "$name" ||
            wrong "$document: there is no function $name()"
    done
    spans "$document" | grep -oE '\bstruct [a-z_]+' | sort -u |
        while read -r name; do
            grep -E '\.[ch]$' "$work/files" | xargs grep -qE "^$name \{" ||
                wrong "$document: there is no $name"
        done
}

# Options of a command, wherever "memtrace COMMAND ... --option" stands.
check_options() {
    local document=$1 command option rest
    { spans "$document"; } | grep -E '^(\./)?(memtrace )?(record|dump|info|report|races) ' |
        sed -E -e 's/^\.\///' -e 's/^memtrace //' -e 's/ -- .*//' |
        while read -r command rest; do
            [ -e "$work/help-$command" ] ||
                "$MEMTRACE" "$command" --help >"$work/help-$command"
            for option in $(grep -oE -- '(^|[ |])--[a-z][a-z-]*' <<<"$rest" |
                tr -d '|'); do
                grep -qE -e "(^| )$option\b" "$work/help-$command" ||
                    wrong "$document: memtrace $command has no $option"
            done
        done
}

check_links() {
    local document=$1 target
    body "$document" | grep -oE '\]\([^)]*\)' | tr -d '])(' | sort -u |
        while read -r target; do
            case $target in
            http://* | https://* | '#'*) continue ;;
            esac
            [ -e "$(dirname "$document")/${target%%#*}" ] ||
                wrong "$document: the link to $target leads nowhere"
        done
}

check_lines() { # in characters: bytes that continue one do not count
    body "$1" | sed 's/[\x80-\xbf]//g' | awk -v document="$1" 'length > 100 {
        print document ": longer than 100 columns: " substr($0, 1, 60) " ..."
    }' >>"$work/wrong"
}

while read -r document; do
    check_files "$document"
    check_lines "$document"
    case $document in
    *.md)
        check_targets "$document"
        check_functions "$document"
        check_options "$document"
        check_links "$document"
        ;;
    esac
done <"$work/documents"

# The README: no file twice in its tables, and every document in it.
grep '^|' README.md | grep -oE '\]\([^)]*\)|`[A-Za-z0-9_./*-]+\.(md|[135])`' |
    tr -d '`)(]' | sort | uniq -d | while read -r name; do
    wrong "README.md: $name stands twice in its tables"
done
grep -E '^[^/]*\.md$|^docs/[^/]*$' "$work/files" | grep -vxF README.md |
    while read -r name; do
        grep -qF "$name" README.md || wrong "README.md: nothing leads to $name"
    done
# Each of its tables with figures has a command right before it, and the figures
# of a row stand together in a line of another document.
awk '
    /^```/ { is_code = !is_code; next }
    is_code { sub(/^\$ /, ""); before = before "`" $0; next }
    /^$/ { if (before != "") before_that = before; before = "" }
    !/^\|/ { before = before " " $0; in_table = 0 }
    /^\|/ {
        row = $0
        gsub(/\[[^]]*\]\([^)]*\)|`[^`]*`|\(QEMU [^)]*\)/, "", row)
    }
    /^\|/ && row ~ /[0-9]/ {
        if (!in_table++ && (before_that before) !~ command) {
            print "README.md: no command measured the table with " $0 >wrong
        }
        print row
    }' command='`(make|tests|tools|bench|memtrace)[ /]' \
    wrong="$work/no_command" README.md >"$work/figures"
[ ! -e "$work/no_command" ] || cat "$work/no_command" >>"$work/wrong"
while read -r row; do
    numbers=$(grep -oE '\b[0-9]+(\.[0-9]+)?\b' <<<"$row" | sort -u)
    [ "$numbers" ] || continue
    found=$(cat docs/*.md)
    for number in $numbers; do
        found=$(grep -E "(^|[^0-9.])${number//./\\.}([^0-9.]|\$|\.[^0-9])" <<<"$found") ||
            break
    done
    [ "$found" ] || wrong "README.md: no document has the figures of $row"
done <"$work/figures"

# agree WORDS FILE...: a figure of the code that a document states stands in all.
agree() {
    local words=$1 file
    shift
    for file; do
        grep -qF "$words" "$file" || wrong "$file: '$words' is not in it"
    done
}
agree '24 MiB' docs/races.md races/digest/page_history.c
agree '28 MiB' docs/races.md races/digest/page_history.c

[ "$(sort -u "$work/seen" | wc -l)" -gt 200 ] || fail "hardly a name was found"
if [ -s "$work/wrong" ]; then
    sort -u "$work/wrong"
    fail "$(sort -u "$work/wrong" | wc -l) things are wrong in the documents"
fi
