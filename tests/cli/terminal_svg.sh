#!/bin/bash
# tools/terminal-svg: text is escaped, styles are kept, what would move the
# cursor is left out, and commands see a terminal.
. "$TEST_ROOT/tests/lib.sh"

tool=$TEST_ROOT/tools/terminal-svg

# lines FILE: the lines of text of a picture, without where they stand.
lines() {
    sed -n 's|^<text [^>]*>\(.*\)</text>$|\1|p' "$1"
}

# well_formed FILE: nothing but our own elements and the five entities.
well_formed() {
    sed -E -e '/^<style>$/,/^<\/style>$/d' \
        -e 's/<\/?(svg|rect|text|tspan)( [a-zA-Z:]+="[^"<>&]*")*\/?>//g' \
        -e 's/&(amp|lt|gt|quot|apos);//g' "$1" >rest.txt
    if grep -n '[<>&]' rest.txt; then
        fail "$1 is no XML"
    fi
    equal "$1: elements that are open" "$(grep -o '<text ' "$1" | wc -l)" \
        "$(grep -o '</text>' "$1" | wc -l)"
    equal "$1: styles that are open" "$(grep -o '<tspan ' "$1" | wc -l)" \
        "$(grep -o '</tspan>' "$1" | wc -l)"
}

{
    printf 'a<b> & "c" &lt; </text>\r\n'
    printf '\033[1;31mred\033[0m plain \033[2Kline\a\n'
    printf '\033[2mdim\033[22m \033[94mblue\033[m\n'
    printf '\n\342\226\201\342\226\210 end\n'
} | "$tool" - >text.svg
lines text.svg >text.txt
cat >expected <<'END'
a&lt;b&gt; &amp; &quot;c&quot; &amp;lt; &lt;/text&gt;
<tspan class="b c1">red</tspan> plain line
<tspan class="d">dim</tspan> <tspan class="c4">blue</tspan>
▁█ end
END
same "lines of the picture" expected text.txt
well_formed text.svg
# A character of three bytes is one column: 6 of 7.8 each.
has text.svg 'textLength="46.8" xml:space="preserve">▁█ end<'

# Two commands, of which one fails: both see a terminal.
"$tool" 'test -t 1 && echo a terminal' 'echo second; exit 3' >run.svg
lines run.svg | sed 's/<[^>]*>//g' >run.txt
printf '%s\n' '$ test -t 1 &amp;&amp; echo a terminal' 'a terminal' \
    '$ echo second; exit 3' second >expected
same "commands of the picture" expected run.txt
well_formed run.svg

# Those of the README are what the tool makes, and small.
for file in "$TEST_ROOT"/docs/*.svg; do
    well_formed "$file"
    [ "$(wc -c <"$file")" -lt 20000 ] || fail "$file is large"
done
status_of "$tool" >said 2>&1
equal "without a command" 2 "$status"
echo "ok terminal_svg"
