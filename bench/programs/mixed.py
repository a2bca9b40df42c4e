# SPDX-License-Identifier: GPL-2.0-or-later
"""What the python3 workload runs: a mix of what Python programs do.

usage: mixed.py ROUNDS SCALE    (SCALE 1 to 10: how much a round does)
"""
import json
import re
import sys

WORDS = ("load store page thread region stack heap cursor block stamp "
         "channel writer reader index").split()


def table_of_words(n):
    counts = {}
    state = 1
    for _ in range(n):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        word = WORDS[(state >> 16) % len(WORDS)] + str((state >> 8) % 97)
        counts[word] = counts.get(word, 0) + 1
    return counts


def sieve(n):
    flags = bytearray([1]) * (n + 1)
    for i in range(2, int(n ** 0.5) + 1):
        if flags[i]:
            flags[i * i::i] = bytes(len(range(i * i, n + 1, i)))
    return sum(flags) - 2


def queens(n, row=0, columns=0, left=0, right=0):
    if row == n:
        return 1
    found = 0
    free = ~(columns | left | right) & ((1 << n) - 1)
    while free:
        bit = free & -free
        free ^= bit
        found += queens(n, row + 1, columns | bit, (left | bit) << 1,
                        (right | bit) >> 1)
    return found


class Body:
    def __init__(self, x, y, mass):
        self.x, self.y, self.mass = x, y, mass
        self.vx = self.vy = 0.0


def orbit(steps):
    bodies = [Body(0.0, 0.0, 100.0), Body(10.0, 0.0, 1.0),
              Body(0.0, 20.0, 2.0)]
    bodies[1].vy = 3.0
    bodies[2].vx = -2.0
    for _ in range(steps):
        for one in bodies:
            for other in bodies:
                if one is other:
                    continue
                dx, dy = other.x - one.x, other.y - one.y
                pull = other.mass / (dx * dx + dy * dy + 1.0) ** 1.5
                one.vx += dx * pull * 0.001
                one.vy += dy * pull * 0.001
        for one in bodies:
            one.x += one.vx * 0.001
            one.y += one.vy * 0.001
    return round(bodies[1].x, 6)


def main():
    rounds, scale = int(sys.argv[1]), int(sys.argv[2])
    for _ in range(rounds):
        counts = table_of_words(400 * scale)
        text = json.dumps(counts, sort_keys=True)
        back = json.loads(text)
        found = re.findall(r'"(\w+?)(\d)\d*": (\d+)', text)
        ordered = sorted(back.items(), key=lambda item: (-item[1], item[0]))
        result = (len(text), len(found), ordered[0], sieve(2000 * scale),
                  queens(scale // 2 + 1), orbit(30 * scale))
    print(result)


if __name__ == "__main__":
    main()
