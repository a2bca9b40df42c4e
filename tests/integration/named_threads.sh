# Names of threads, and commands of processes, are those that the guest says.
. "$TEST_ROOT/tests/lib.sh"

# names: of all threads of t.data, "TID NAME" lines.
names() {
    "$MEMTRACE" info --format=json -i t.data |
        jq -r '.threads[] | "\(.tid) \(.name)"' | sort
}

# commands: of all programs in t.data.
commands() {
    "$MEMTRACE" dump --events --format=json -i t.data |
        jq -r 'select(.event == "process-command") | .command'
}

n=0
for arch in $TEST_GUESTS; do
    program=$(guest "$arch" named)
    record "$arch" t.data --force -- "$program" named >said 2>err
    sort said >expected
    names >actual
    same "$arch: names" expected actual
    equal "$arch: threads" 7 "$(wc -l <actual)"
    equal "$arch: command" "$program named" "$(commands)"
    n=$((n + 1))

    # Nothing of QEMU's, at any time.
    "$MEMTRACE" dump --events -i t.data |
        sed -n 's/.* thread-name tid=[0-9]* name=//p' | sort -u | tr '\n' , >all
    equal "$arch: all names" \
        'by another,chief of a long,child,first name,left alone,named,second name,' \
        "$(cat all)"
done

for arch in $(of_guests x86_64 aarch64); do
    # By another file, and by a link to it.
    ln -s "$(guest "$arch" named)" a-link-with-a-long-name
    record "$arch" t.data --force --follow-exec -- ./a-link-with-a-long-name \
        a-link-with-a-l "$(guest "$arch" named)" named >said 2>err
    sort -u said >expected
    names | sort -u >actual
    same "$arch: names with execve" expected actual
    equal "$arch: commands with execve" \
        "./a-link-with-a-long-name a-link-with-a-l $(guest "$arch" named) named
$(guest "$arch" named) named" "$(commands)"
    rm a-link-with-a-long-name

    # Words are told apart.
    record "$arch" t.data --force -- "$(guest "$arch" named)" "two words" "" \
        "it's" >said 2>err
    equal "$arch: words" "$(guest "$arch" named) 'two words' '' 'it'\\''s'" \
        "$(commands)"

    # Started by hand.
    "$(qemu "$arch")" -plugin "$PLUGIN,out=hand.data" \
        "$(guest "$arch" named)" named 'a b' >said 2>err
    mv hand.data t.data
    equal "$arch: by hand" "$(guest "$arch" named) named 'a b'" "$(commands)"

    # Chosen by name.
    for name in child 'first*' 'by another,left alone' '!chief*'; do
        "$MEMTRACE" dump -i t.data --thread "$name" | cut -d ' ' -f 1 | sort -u
    done | tr '\n' , >chosen
    equal "$arch: by name" 'T5,T1,T3,T6,T1,T2,T3,T4,T5,T6,' "$(cat chosen)"
    status_of "$MEMTRACE" dump -i t.data --thread chif >said 2>err
    equal "$arch: no such name" 1 "$status"
    has err "^memtrace: --thread: no thread 'chif' has that name"
    "$MEMTRACE" report --by thread --format=csv -i t.data >table
    has table '^T0,[0-9]*,[0-9]*,chief of a long,'
    "$MEMTRACE" report --by thread -i t.data >table
    has table '^  T0 .*  chief of a long$'
done
echo "threads are called as $n guests say"
