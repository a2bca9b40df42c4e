#!/bin/bash
# Every command of the table has a man page, and both name the same options.
. "$TEST_ROOT/tests/lib.sh"

# The options that --help lists, a line each: letters and names apart.
options_of_help() {
    sed -n '/^Options:/,$p' "$1" |
        sed -nE 's/^  (-., |    )(--[a-z-]+).*/\1\2/p' | tr -d ' ' |
        tr ',' '\n' | grep -v '^$' | sort
}

# The options that a page's section OPTIONS has an entry for.
options_of_page() {
    awk '/^\.SH / { inside = ($2 == "OPTIONS") }
         inside && entry { print; entry = 0 }
         $1 == ".TP" { entry = 1 }' "$1" |
        sed 's/\\-/-/g' | grep -oE -- '(^| )(--[a-z][a-z-]*|-[a-zA-Z])\b' |
        tr -d ' ' | sort
}

"$MEMTRACE" --help >overview.txt
commands=$(sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' overview.txt)
[ "$commands" ] || fail "no commands in the overview"
for command in "" $commands; do
    page=$TEST_ROOT/docs/memtrace${command:+-$command}.1
    case $command in
    "") cp overview.txt help.txt ;;
    help) continue ;; # is in memtrace.1
    *) "$MEMTRACE" "$command" --help >help.txt ;;
    esac
    [ -e "$page" ] || fail "$command has no man page"
    options_of_help help.txt >help.options
    options_of_page "$page" >page.options
    [ -s help.options ] || fail "no options found in the help of $command"
    same "options of ${page##*/}" help.options page.options
    if [ "$command" ]; then
        has "$TEST_ROOT/docs/memtrace.1" "^\.B $command\$"
        has "$TEST_ROOT/docs/memtrace.1" "^\.BR memtrace.*-$command \(1\)"
    fi
    if command -v groff >/dev/null; then
        groff -man -ww -z "$page" 2>warnings.txt
        [ ! -s warnings.txt ] || fail "$(cat warnings.txt)"
    fi
done
echo "ok man_pages"
