# The facts of guests/guest_rows.h are those of each architecture's compiler and
# headers, and guests/list, the tables of the documents and the files that each
# guest has are about the same guests.
. "$TEST_ROOT/tests/lib.sh"

guests=$TEST_ROOT/guests

# What the rows say, by a program with them in it.
cat >facts.c <<'EOF'
#include <stdio.h>
#include "guest.h"
int main(void)
{
    const struct guest *g;
    for (size_t i = 0; (g = guest_list(i)); i++) {
        printf("%s %u %d %u %u %u %d %d\n", g->name, g->bits, g->is_big_endian,
               g->elf_machine, g->stat_bytes, g->epoll_event_bytes,
               g->map_anonymous, g->sigchld);
    }
    return 0;
}
EOF
${CC:-cc} -I"$guests" -o facts facts.c "$guests"/*.c "$guests"/numbers/*.c
./facts >facts.txt
cut -d' ' -f1 facts.txt | sort >names
all_guests | sort >listed
same 'guests/list and guest_rows.h' names listed

while read -r name bits big machine stat epoll anonymous sigchld; do
    order=LITTLE
    [ "$big" = 0 ] || order=BIG
    cat >"$name.c" <<EOF
#include <asm/signal.h>
#include <asm/stat.h>
#include <asm/unistd.h>
#include <linux/eventpoll.h>
#include <linux/mman.h>
#ifdef __NR_fstat64
#define stat stat64
#endif
_Static_assert(__SIZEOF_POINTER__ * 8 == $bits, "bits");
_Static_assert(__BYTE_ORDER__ == __ORDER_${order}_ENDIAN__, "order");
_Static_assert(sizeof(struct stat) == $stat, "stat");
_Static_assert(sizeof(struct epoll_event) == $epoll, "epoll_event");
_Static_assert(MAP_ANONYMOUS == $anonymous, "anonymous");
_Static_assert(SIGCHLD == $sigchld, "sigchld");
EOF
    "$(cross_cc "$name")" -c -o "$name.o" "$name.c" ||
        fail "$name: not as the kernel's headers say"
    if [ "$big" = 0 ]; then byte=18; else byte=19; fi
    equal "$name: ELF machine" "$((machine % 256))" \
        "$(od -An -tu1 -j $byte -N 1 "$name.o" | tr -d ' ')"
    [ -e "$TEST_ROOT/plugin/arch/$name.c" ] || fail "no plugin/arch/$name.c"
    for document in README.md docs/guests.md; do
        has "$TEST_ROOT/$document" "^\\| ${name}[ |]"
    done
done <facts.txt
