# What report says of memory that a process and its child share, and of memory
# of which each has its own, of a guest that says what it stored where.
. "$TEST_ROOT/tests/lib.sh"

# expect: of the guest's lines what each table must have. Shared memory is one
# row, which belongs to several processes; private memory is a row for each.
expect() {
    python3 - "$1" <<'END'
import csv, json, subprocess, os, sys

said = {}
for line in open("said"):
    what, who, pid, address, n = line.split()
    said.setdefault(what, []).append((who, pid, int(address, 16), int(n)))

SHARED = "page", "file", "object", "segment"
memtrace = os.environ["MEMTRACE"]


def rows(by, *options):
    command = [memtrace, "report", "-i", "t.data", "--by", by, "--kind", "write"]
    text = subprocess.run(command + list(options) + ["--format", "csv"],
                          stdout=subprocess.PIPE, check=True, text=True).stdout
    return list(csv.DictReader(text.splitlines()))


def at(table, address):
    return [row for row in table if int(row["address"], 16) == address]


def check(what, actual, expected):
    if actual != expected:
        sys.exit(f"{sys.argv[1]}: {what}: {actual}, expected {expected}")


def found(table, what, places):
    """Rows at any of the places that the processes have it at."""
    rows = []
    for place in sorted({place & ~63 for place in places}):
        rows += [(r["pid"], int(r["stores"]), r["sharing"])
                 for r in at(table, place) if is_of(r, what)]
    return rows


# Other memory may be where another process has this.
def is_of(row, what):
    if what in SHARED:
        return row["pid"] == ""
    pids = {pid for _, pid, _, _ in said[what]}
    return row["pid"] in pids


lines = rows("line64")
for what in SHARED:
    n = sum(n for _, _, _, n in said[what])
    check(what, found(lines, what, [a for _, _, a, _ in said[what]]),
          [("", n, "many-writers")])
# A line of which each has a half: it is falsely shared between processes.
check("halves", found(lines, "page", [a for _, _, a, _ in said["halves"]]),
      [("", sum(n for _, _, _, n in said["halves"]), "many-writers")])
# One process has it at two places.
check("twice", found(lines, "twice", [a for _, _, a, _ in said["twice"]]),
      [(said["twice"][0][1], sum(n for _, _, _, n in said["twice"]),
        "private")])
for what in "mine", "private":
    for _, pid, address, n in said[what]:
        check(f"{what} of {pid}",
              [(int(r["stores"]), r["sharing"]) for r in at(lines, address & ~63)
               if r["pid"] == pid], [(n, "private")])
variables = rows("variable", "--symbol", "mine")
check("variables", sorted((r["pid"], int(r["stores"]), r["sharing"])
                          for r in variables),
      sorted((pid, n, "private") for _, pid, _, n in said["mine"]))
pages = [(int(r["stores"]), r["sharing"]) for r in rows("page") if r["pid"] == ""]
check("pages", sorted(pages),
      sorted((sum(n for what in group for _, _, _, n in said[what]),
              "many-writers")
             for group in [["page", "halves"], ["file"], ["object"],
                           ["segment"]]))
# Regions and processes have all accesses, by process where they are of one.
total = sum(int(r["stores"]) for r in rows("thread"))
for by in "region", "process", "line64", "page":
    check(f"sum by {by}", sum(int(r["stores"]) for r in rows(by)), total)
check("processes", sorted(r["pid"] for r in rows("process")),
      sorted({pid for lines in said.values() for _, pid, _, _ in lines}))
report = json.loads(subprocess.run(
    [memtrace, "report", "-i", "t.data", "--format", "json", "--top", "0"],
    stdout=subprocess.PIPE, check=True, text=True).stdout)
check("lines that several write", report["sharing"]["many-writers"]["lines"], 5)
check("in JSON", sorted(r["stores"] for r in report["variable"]["top"]
                        if r["variable"] == "mine"),
      sorted(n for _, _, _, n in said["mine"]))
END
}

for arch in $(of_guests x86_64 aarch64 arm); do
    name=memtrace-$$-$arch
    rm -f t.data mapped
    record "$arch" t.data -- "$(guest "$arch" shares)" mapped "/dev/shm/$name" \
        >said 2>err || fail "$arch: $(cat err)"
    rm -f "/dev/shm/$name"
    expect "$arch" || fail "$arch"
    "$MEMTRACE" report -i t.data --by line64 --kind write --top 0 >table
    has table 'many-writers  mmap, several processes$'
    "$MEMTRACE" report -i t.data --by variable --symbol mine >table
    has table "^ *mine .* private .*, process [0-9]* \\(shares\\)$"
done
