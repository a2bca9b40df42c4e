# No file of a folder calls one that calls it, directly or by others: the files
# of a folder are a tree, as the folders are.
. "$TEST_ROOT/tests/lib.sh"

# The table of commands has the command that prints it.
allowed='cli/cmd_help cli/commands'

# What each object of a folder defines and what it needs, as pairs of files.
pairs() {
    nm -A -- "$@" | awk '
        {
            file = $1
            sub(/:.*/, "", file)
            sub(/.*\//, "", file)
            sub(/\.o$/, "", file)
        }
        $(NF - 1) == "U" { needs[file, $NF] = 1; next }
        $(NF - 1) ~ /^[TDBRVWC]$/ { definer[$NF] = file }
        END {
            for (pair in needs) {
                split(pair, of, SUBSEP)
                if (of[2] in definer && definer[of[2]] != of[1]) {
                    print of[1], definer[of[2]]
                }
            }
        }'
}

n=0
make -s -C "$TEST_ROOT" print-folders >folders
while read -r folder; do
    objects=()
    # Of what was a source once the object may still be there.
    for source in "$TEST_ROOT/$folder"/*.c; do
        object=$TEST_BUILD/$folder/$(basename "$source" .c).o
        [ ! -f "$object" ] || objects+=("$object")
    done
    [ ${#objects[@]} -gt 1 ] || continue
    n=$((n + 1))
    pairs "${objects[@]}" >pairs
    tsort pairs >/dev/null 2>loop || {
        loop=$(sed -n "s|^tsort: \([a-z_0-9]*\)$|$folder/\1|p" loop | sort -u |
            tr '\n' ' ')
        [ "${loop% }" = "$allowed" ] || fail "files that call one another: $loop"
    }
done <folders
[ "$n" -gt 10 ] || fail "only $n folders have objects"
