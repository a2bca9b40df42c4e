# The scripts are sound, as far as shellcheck can tell.
. "$TEST_ROOT/tests/lib.sh"

work=$PWD
cd "$TEST_ROOT"
source_files '*' | while read -r file; do
    case $file in
    *.sh | *.bash) echo "$file" ;;
    *.*) ;;
    *) head -n 1 "$file" | grep -aqE '^#!/bin/(ba)?sh' && echo "$file" ;;
    esac
done >"$work/scripts.txt" || true
[ "$(wc -l <"$work/scripts.txt")" -gt 10 ] || fail "no list of the scripts"
# 2034, 2154: a variable of lib.sh is used elsewhere; 1091: so is lib.sh
xargs shellcheck -s bash -S warning -e SC2034,SC2154,SC1091 \
    <"$work/scripts.txt"
