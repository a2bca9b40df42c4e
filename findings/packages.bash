# shellcheck shell=bash
# packages.bash: what the findings share.  A script sets $work, its temp folder,
# and sources this.

# unpack SUITE PACKAGE=VERSION...: Debian's packages, into $work/tree.  apt works
# on lists of its own, so it needs no root.
unpack() {
    local suite=$1 apt=$work/apt site package
    local options=(-q -o APT::Sandbox::User= -o Acquire::Languages=none
        -o Dir::Etc::sourcelist="$apt/sources.list"
        -o Dir::Etc::sourceparts=/dev/null -o Dir::State="$apt"
        -o Dir::State::status=/dev/null -o Dir::Cache="$apt")

    shift
    site=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' |
        grep -m 1 '/debian/*$')
    mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$work/debs"
    echo "deb $site $suite main" >"$apt/sources.list"
    (
        cd "$work/debs"
        apt-get "${options[@]}" update
        apt-get "${options[@]}" download "$@"
    ) >"$work/log" 2>&1 || { tail -n 5 "$work/log" && exit 2; }
    for package in "$work"/debs/*.deb; do
        dpkg-deb -x "$package" "$work/tree"
    done
}

# expect WHAT EXPECTED SEEN: fails if they differ.
expect() {
    echo "$1: $3"
    [ "$2" = "$3" ] || { echo "expected: $2" && exit 1; }
}
