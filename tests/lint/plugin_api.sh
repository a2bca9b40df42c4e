# plugin/qemu/qemu_api.h and compat.c say of QEMU's plugin API what qemu-plugin.h of
# each version says: the compiler takes both together, and compat.c would
# choose the version that the header has.
. "$TEST_ROOT/tests/lib.sh"

versions='7.2 10.0 10.2 11.0 11.1'
api=$TEST_ROOT/plugin/qemu/qemu_api.h
compat=$TEST_ROOT/plugin/qemu/compat.c
cache=${XDG_CACHE_HOME:-${HOME-}/.cache}/qemu-memtrace
cache=${QEMU_MEMTRACE_CACHE:-$cache}

# Of GLib the header wants the names of two types.
mkdir stub
cat >stub/glib.h <<'TEXT'
typedef struct GArray GArray;
typedef struct GByteArray GByteArray;
TEXT

# Our declarations without their enums, and without the functions whose shape
# differs from version to version.
declarations() {
    sed -e '/^#include/d' -e '/^enum .* {$/,/^};$/d' "$api" | awk '
        /^(void|uintptr_t) qemu_plugin_.*(\(uint64_t id, void \*cb|insn_data)/ ||
            /^void qemu_plugin_register_vcpu_tb_trans_cb/ ||
            /^void qemu_plugin_register_vcpu_syscall.*_cb/ ||
            /^void qemu_plugin_(register_vcpu_tb_exec_cond_cb|u64_set)\(/ ||
            /^struct qemu_plugin_value qemu_plugin_mem/ { skips = 1 }
        !skips { print }
        /;$/ { skips = 0 }'
}

# What compat.c hands to QEMU, "old" or "new", as declarations.
callbacks() {
    awk -v shape="^static void $1_" '
        $0 ~ shape { prints = 1 }
        prints { text = text " " $0 }
        prints && /\)$/ { print text ";"; text = ""; prints = 0 }' "$compat"
}

# registers NAME CALLBACK: as compat.c calls it for that shape.
registers() {
    local userdata=
    [ "$shape" = old ] || userdata=', void *userdata'
    [ "$1" != atexit ] || userdata=', void *userdata'
    echo "void qemu_plugin_register_$1_cb(qemu_plugin_id_t id," \
        "__typeof__(&${shape}_$2) cb$userdata);"
}

# program HEADER: does not compile where the two disagree.
program() {
    local number=$2 shape=old
    [ "$number" -lt 7 ] || shape=new
    echo "#include \"$1\""
    declarations
    sed -n '/^enum qemu_plugin_cond/,/^};$/d;/^enum .* {$/,/^};$/s/^ *\(QEMU_[A-Z_]*\) = \([0-9]*\),$/\
        _Static_assert(\1 == \2, "\1");/p' "$api"
    callbacks $shape
    registers vcpu_init vcpu_init
    registers vcpu_tb_trans translate
    registers vcpu_syscall call
    registers vcpu_syscall_ret call_return
    registers atexit exit
    if [ "$number" -lt 3 ]; then
        echo 'const void *qemu_plugin_insn_data('
        echo '    const struct qemu_plugin_insn *insn);'
    else
        echo 'size_t qemu_plugin_insn_data(const struct qemu_plugin_insn *insn,'
        echo '    void *bytes, size_t size);'
    fi
    if [ "$number" -ge 3 ]; then
        # Of what conditional callbacks are given; the structure has no tag.
        sed -n '/^enum qemu_plugin_cond/,/^};$/s/^ *\(QEMU_[A-Z_]*\) = \([0-9]*\),$/\
            _Static_assert(\1 == \2, "\1");/p' "$api"
        for field in score offset; do
            echo "_Static_assert(__builtin_offsetof(qemu_plugin_u64, $field) =="
            echo "    __builtin_offsetof(struct qemu_plugin_number, $field),"
            echo "    \"$field\");"
        done
        echo '_Static_assert(sizeof(qemu_plugin_u64) =='
        echo '    sizeof(struct qemu_plugin_number), "the number");'
        sed -n '/^void qemu_plugin_register_vcpu_tb_exec_cond_cb/,/;$/p
            /^void qemu_plugin_u64_set/,/;$/p' "$api" |
            sed 's/struct qemu_plugin_number/qemu_plugin_u64/'
    fi
    if [ "$number" -ge 4 ]; then
        echo 'bool qemu_plugin_read_memory_vaddr(uint64_t addr,'
        echo '    GByteArray *data, size_t len);'
    fi
    if [ "$number" -ge 4 ]; then
        echo 'qemu_plugin_mem_value qemu_plugin_mem_get_value(uint32_t info);'
        for field in type data.u8 data.u16 data.u32 data.u64 data.u128.low \
            data.u128.high; do
            echo "_Static_assert(__builtin_offsetof(qemu_plugin_mem_value,"
            echo "    $field) == __builtin_offsetof(struct qemu_plugin_value,"
            echo "    $field), \"$field\");"
        done
        echo '_Static_assert(sizeof(qemu_plugin_mem_value) =='
        echo '    sizeof(struct qemu_plugin_value) &&'
        echo '    QEMU_PLUGIN_MEM_VALUE_U128 == 4, "the value");'
    fi
    for field in target_name version.min version.cur system_emulation; do
        echo "_Static_assert(__builtin_offsetof(qemu_info_t, $field) =="
        echo "    __builtin_offsetof(struct qemu_plugin_install_info, $field),"
        echo "    \"$field\");"
        echo "_Static_assert(__builtin_types_compatible_p("
        echo "    __typeof__(((qemu_info_t *)0)->$field), __typeof__("
        echo "    ((struct qemu_plugin_install_info *)0)->$field)), \"$field\");"
    done
}

# What choose_version() would say of a QEMU that has what a header declares.
chosen() {
    if grep -q 'qemu_plugin_set_pc(' "$1"; then
        # The version string, here of the one that the header came with.
        [ "$2" = 11.0 ] && echo 6 || echo 7
    elif grep -q 'qemu_plugin_write_memory_vaddr(' "$1"; then
        echo 5
    elif grep -q 'qemu_plugin_read_memory_vaddr(' "$1"; then
        echo 4
    elif grep -q 'qemu_plugin_scoreboard_new(' "$1"; then
        echo 2
    else
        echo 1
    fi
}

declarations >ours
[ "$(grep -c 'qemu_plugin_[a-z_]*(' ours)" -ge 8 ] || fail "no declarations"
for shape in old new; do
    equal "callbacks of the $shape shape" 5 "$(callbacks $shape | wc -l)"
done

missing=
for version in $versions; do
    header=$cache/qemu-$version/include/qemu-plugin.h
    if ! [ -e "$header" ]; then
        missing="$missing $version"
        continue
    fi
    number=$(sed -n 's/^#define QEMU_PLUGIN_VERSION //p' "$header")
    program "$header" "$number" >"api-$version.c"
    gcc -std=gnu11 -fsyntax-only -Werror -Istub "api-$version.c" ||
        fail "$version: its header and ours do not agree"
    equal "$version: API version" "$number" "$(chosen "$header" "$version")"
    echo "$version: API $number"
done
[ -z "$missing" ] ||
    skip_unless_ci "not checked, for want of a header:$missing" \
        "(tools/build-qemu --headers gets them)"
