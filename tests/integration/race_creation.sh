# "created by": threads and processes, with names, stripped, static and
# static-PIE; and suppressions of races in code that has no names.
. "$TEST_ROOT/tests/lib.sh"

source=$TEST_ROOT/tests/guests/starts.c

# build ARCH PROGRAM FLAGS...
build() {
    local arch=$1 program=$2
    shift 2
    "$(cross_cc "$arch")" -Wall -Wextra -D_GNU_SOURCE -pthread "$@" \
        -o "$program" "$source" || fail "starts.c does not build: $*"
}

# find ARCH PROGRAM WHAT: its races; $started is by whom the thread or process
# was started that is not the first, each once.
find() {
    record "$1" "$1.data" -q --force --follow-exec --syscalls --stamp 1 -- \
        "./$2" "$3"
    status_of "$MEMTRACE" races -f json -i "$1.data" >json 2>err
    equal "$1 $2 $3: status" 1 "$status"
    [ ! -s err ] || cat err
    started=$(jq -r --arg file "$(basename "$source")" '
        [.races[].accesses[] | select(.thread != 0) | .thread_created_by |
            if . == null then "nobody"
            elif .line then "\(.function) \(.file | split("/") | last):\(.line)"
            elif .function then .function
            else "\(.module | split("/") | last) \(.module_offset)" end] |
        unique | join(", ")' json)
}

# line WHAT: where that is started.
line() {
    sed -n "/starts: $1 /=" "$source"
}

# by_line ARCH PROGRAM WHAT: a call stores its return address on x86_64, and is
# the last access; elsewhere the function's last one is before it.
by_line() {
    local function=start_$3
    [ "$3" != thread ] || function=start_thread_now
    find "$@"
    case $1 in
    x86_64) equal "$*" "$function starts.c:$(line "$3")" "$started" ;;
    *) [[ $started =~ ^$function\ starts\.c:[0-9]+$ ]] ||
        fail "$*: '$started'" ;;
    esac
    n=$((n + 1))
}

# suppressed WHAT ARCH: what is generated for the races holds for them all.
suppressed() {
    "$MEMTRACE" races -i "$2.data" --gen-suppressions >list 2>err || true
    has list "$3"
    status_of "$MEMTRACE" races -i "$2.data" --suppressions list >said 2>err
    equal "$1: status with suppressions" 0 "$status"
    has said "^0 data races, [1-9][0-9]* suppressed"
}

n=0
for arch in $(of_guests x86_64 aarch64); do
    build "$arch" "lines-$arch" -g -O0 -pie
    for what in thread fork vfork clone3; do
        by_line "$arch" "lines-$arch" $what
        status_of "$MEMTRACE" races -i "$arch.data" >text 2>err
        has text "^  Thread T1 created by start_[a-z_0-9]*  starts\\.c:[0-9]*$"
    done
    # The process by who spawned it, its thread by itself.
    find "$arch" "lines-$arch" spawn
    [[ $started =~ ^start_spawn\ [^,]*,\ start_thread_now\ [^,]*$ ]] ||
        fail "$arch spawn: '$started'"
    build "$arch" "static-$arch" -g -O0 -static -no-pie
    build "$arch" "static-pie-$arch" -g -O0 -static-pie
    for what in thread fork; do
        by_line "$arch" "static-$arch" $what
        by_line "$arch" "static-pie-$arch" $what
    done

    # Without lines libc is told from the program by its file, whatever the
    # names are: raise() and start_thread() are functions of libc.
    build "$arch" "names-$arch" -O0 -pie
    find "$arch" "names-$arch" thread
    equal "$arch without lines" start_thread_now "$started"
    suppressed "$arch without lines" "$arch" 'function:raise_counter .*variable:counter'

    # Nor does a line of what ran before it count.
    echo 'int early; __attribute__((constructor)) void before(void) { early++; }' \
        >before.c
    compiler=$(cross_cc "$arch")
    "$compiler" -g -O0 -c before.c
    build "$arch" "mixed-$arch" -O0 -pie before.o
    find "$arch" "mixed-$arch" thread
    equal "$arch with lines elsewhere" start_thread_now "$started"

    # Within the function, which the twin that is not stripped knows.
    cp "names-$arch" "stripped-$arch"
    "${compiler%gcc}strip" "stripped-$arch"
    find "$arch" "stripped-$arch" thread
    [[ $started =~ ^stripped-$arch\ [0-9]+$ ]] ||
        fail "$arch stripped: '$started'"
    read -r start size < <("${compiler%gcc}nm" -S "names-$arch" |
        awk '$4 == "start_thread_now" { print $1, $2 }')
    offset=${started##* }
    if [ "$offset" -lt $((16#$start)) ] ||
        [ "$offset" -ge $((16#$start + 16#$size)) ]; then
        fail "$arch stripped: offset $offset is not in 0x$start, 0x$size"
    fi
    suppressed "$arch stripped" "$arch" \
        "^place:stripped-$arch\\+0x[0-9a-f]* place:stripped-$arch\\+0x[0-9a-f]* #"

    # std::thread starts them for its callers.
    "${compiler%gcc}g++" -O0 -x c++ -D_GNU_SOURCE -pthread -o "cc-$arch" \
        "$source"
    find "$arch" "cc-$arch" thread
    equal "$arch, C++" "start_thread_now()" "$started"

    # Nor do its headers, which are not the program's own: with lines.
    for optimise in -O0 -O2; do
        "${compiler%gcc}g++" -g $optimise -x c++ -D_GNU_SOURCE -pthread \
            -o "cc-$arch" "$source"
        find "$arch" "cc-$arch" thread
        case $arch in
        x86_64) equal "$arch, C++, $optimise" \
            "start_thread_now() starts.c:$(line std::thread)" "$started" ;;
        *) [[ $started =~ ^start_thread_now\(\)\ starts\.c:[0-9]+$ ]] ||
            fail "$arch, C++, $optimise: '$started'" ;;
        esac
    done

    # What a stripped library starts is not of an older place that has a line.
    "$compiler" -g -O0 -D_GNU_SOURCE -shared -fPIC -DLIBRARY=1 \
        -o "libstarts-$arch.so" "$source"
    "${compiler%gcc}strip" "libstarts-$arch.so"
    build "$arch" "with-$arch" -g -O0 -DWITH_LIBRARY=1 -pie \
        "-Wl,-rpath,$PWD,--no-as-needed" "$PWD/libstarts-$arch.so"
    find "$arch" "with-$arch" thread
    [[ $started =~ ^libstarts-$arch\.so\ [0-9]+$ ]] ||
        fail "$arch, stripped library: '$started'"

    # And where all is one file there is no telling.
    for how in -static -static-pie; do
        build "$arch" "bare-$arch" -O0 $how -s
        find "$arch" "bare-$arch" thread
        equal "$arch, $how, stripped" nobody "$started"
        suppressed "$arch, $how, stripped" "$arch" \
            "^place:bare-$arch\\+0x[0-9a-f]* place:bare-$arch\\+0x[0-9a-f]* #"
    done
    build "$arch" "bare-$arch" -O0 -static
    find "$arch" "bare-$arch" fork
    equal "$arch, static, without lines" nobody "$started"
done
echo "$n starts are told by their lines"
