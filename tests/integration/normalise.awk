# normalise.awk: brings what lackey or memtrace reports to one form.
#
#   awk -v who=" lackey " [-v image_end=HEX] -f normalise.awk ACCOUNTS ACCESSES
#
# ACCESSES has "PC R|W ADDRESS SIZE" lines, ACCOUNTS "PC WHO KIND ADDRESS SIZE"
# (tests/guests/lackey/lackey.inc tells what they mean); who is those whose
# accounts hold for ACCESSES, each between blanks.  All numbers but the sizes
# have 16 hexadecimal digits.  Accesses of more than 8 bytes become several.
# Printed is what remains once known differences are taken for what the manual
# says; what is no known difference, but should be one, has a line that starts
# with "!".

# Digits are added as such: mawk's numbers do not hold 64 bits.
function plus(hex, n,    i, digit) {
    for (i = 16; i > 0 && n > 0; i--) {
        n += index("0123456789abcdef", substr(hex, i, 1)) - 1
        digit = n % 16
        n = (n - digit) / 16
        hex = substr(hex, 1, i - 1) substr("0123456789abcdef", digit + 1, 1) \
            substr(hex, i + 1)
    }
    return hex
}

# The access as lines, in parts of 8 bytes.
function parts(kind, address, size,    text) {
    while (size > 8) {
        text = text kind " " address " 8\n"
        address = plus(address, 8)
        size -= 8
    }
    return text kind " " address " " size "\n"
}

# Each byte that is accessed once: loads, then stores, in address order.
function bytes_of(text,    n, i, j, lines, field, list, sorted, line, seen) {
    n = split(text, lines, "\n")
    sorted = 0
    for (i = 1; i <= n; i++) {
        if (split(lines[i], field, " ") == 3) {
            for (j = 0; j < field[3]; j++) {
                line = field[1] " " plus(field[2], j)
                if (!(line in seen)) {
                    seen[line] = 1
                    list[++sorted] = line
                }
            }
        }
    }
    for (i = 2; i <= sorted; i++) {
        line = list[i]
        for (j = i - 1; j > 0 && list[j] > line; j--) {
            list[j + 1] = list[j]
        }
        list[j + 1] = line
    }
    text = ""
    for (i = 1; i <= sorted; i++) {
        text = text list[i] " 1\n"
    }
    return text
}

function one_line(text) {
    gsub(/\n/, ",", text)
    return text == "" ? "nothing" : text
}

# All accesses of one execution of the instruction at pc are in run.
function end_run(    expected) {
    if ((pc " " who) in is_spill) {
        run = ""
    }
    if (pc in is_silent) {
        if (index(who, " qemu_9 ") && run != "") {
            print "! " pc ": " one_line(run) " known: nothing"
        }
        run = ""
    }
    if (run == "") {
        return
    }
    if (pc in is_known) {
        expected = pc in says ? says[pc] : manual[pc]
        if (pc in is_bulk) {
            run = bytes_of(run)
            expected = bytes_of(expected)
        }
        if (run != expected) {
            print "! " pc ": " one_line(run) " known: " one_line(expected)
        }
        run = pc in is_left_out ? "" : manual[pc]
    }
    gsub(/\n$/, "", run)
    if (run != "") {
        gsub(/\n/, "\n" pc " ", run)
        print pc " " run
    }
    run = ""
}

FILENAME == ARGV[1] && $3 == "silent" {
    is_silent[$1] = 1
    next
}
FILENAME == ARGV[1] && $3 == "spill" {
    is_spill[$1 "  " $2 " "] = 1
    next
}
FILENAME == ARGV[1] {
    is_known[$1] = 1
    if ($3 == "bulk") {
        is_bulk[$1] = 1
    } else if ($3 == "none") {
        # Some tool is silent: left out for all, checked where one is not.
        is_left_out[$1] = 1
    }
    if ($3 == "bulk") {
        next
    }
    if ($2 == "manual") {
        manual[$1] = manual[$1] parts($3, $4, $5)
    } else if (index(who, " " $2 " ")) {
        says[$1] = says[$1] ($3 == "none" ? "" : parts($3, $4, $5))
    }
    next
}

# Outside the image, whose size is the same everywhere, addresses are not.
image_end != "" && $2 != "I" && $3 >= image_end "" {
    $3 = "outside......" substr($3, 14)
}
$1 != pc || $2 == "I" {
    end_run()
    pc = $1
}
$2 != "I" { run = run parts($2, $3, $4) }
END { end_run() }
