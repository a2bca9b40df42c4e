# Programs killed from outside at many moments, as the kernel has it: every
# store that they had counted is in the trace.
. "$TEST_ROOT/tests/lib.sh"
. "$TEST_ROOT/tests/counting.bash"

n_kills=0
n_all=0
for arch in $(of_guests x86_64 aarch64); do
    for how in for-ever threads-for-ever; do
        for ((i = 0; i < ${KILLS:-50}; i++)); do
            new_counter
            counting "$how" 2>err &
            recorder=$!
            await_count $((RANDOM % 2000 * RANDOM % 300000 + 1))
            kill -KILL "$(number 2)"
            status_of wait "$recorder"
            equal "$arch $how: status" 137 "$status"
            all_counted "$arch $how, killed" 4
            n_kills=$((n_kills + 1))
            n_all=$((n_all + $(number 0)))
        done
    done
done
echo "promise: $n_kills kills survived, none of $n_all counted stores lost"
