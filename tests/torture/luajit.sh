# A just-in-time compiler: the same output, and instructions are told once,
# however often they are made again.
. "$TEST_ROOT/tests/lib.sh"

command -v luajit >/dev/null || skip "there is no luajit"
cat >program.lua <<'LUA'
local sum = 0
for round = 1, 300 do
    local f = loadstring("local a = {} for i = 1, 200 do a[i] = i * " ..
        round % 7 .. " end return a")
    local a = f()
    for i = 1, #a do sum = sum + a[i] end
    if round % 10 == 0 then jit.flush() end
end
print(sum)
LUA
luajit=$(command -v luajit)
plain "$(uname -m)" "$luajit" program.lua >plain.out
"$MEMTRACE" record -q -o t.data -- "$luajit" program.lua >out
same "output" plain.out out
insns=$("$MEMTRACE" info --format=json -i t.data |
    grep -o '"insns":[0-9]*' | head -n 1 | grep -o '[0-9]*$')
n=$("$MEMTRACE" dump -i t.data | wc -l)
echo "promise: luajit: $n accesses by $insns instructions"
[ "$insns" -lt 300000 ] || fail "$insns instructions"
