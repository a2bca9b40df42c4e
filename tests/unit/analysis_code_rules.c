/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * analysis_code_rules.c - the grammar of rules, what patterns fit, and what the
 * rules that are built in keep to.
 */
#include "page_rows.h"

#include <string.h>

#include "code_rules.h"

/* Return: what is wrong; @rules are to be freed also then. */
static const char *parse(struct code_rules *rules, const char *text,
                         unsigned *line)
{
    *rules = (struct code_rules){.n = 0};
    return code_rules_parse(rules, text, strlen(text), "a.supp", line);
}

static void expect_wrong(const char *text, unsigned wrong_line,
                         const char *words)
{
    struct code_rules rules;
    unsigned line;
    const char *why = parse(&rules, text, &line);

    assert_non_null(why);
    assert_non_null(strstr(why, words));
    assert_int_equal(line, wrong_line);
    code_rules_free(&rules);
}

static const char *text_of(const struct code_rules *rules, size_t rule,
                           size_t i)
{
    return rules->patterns[rules->list[rule].first + i].text;
}

/* The grammar before there were classes. */
static void suppressions_as_ever(void **state)
{
    struct code_rules rules;
    unsigned line;

    (void)state;
    assert_null(parse(&rules,
                      "# known\n"
                      "\n"
                      "function:update_stats \tvariable:hits   # a few\r\n"
                      "  file:*/third_party/*\n"
                      "place:libstats.so.2+0x11a4 place:libstats.so.2+0x11b?\n"
                      "function:operator|(int,?int) module:a*b",
                      &line));
    assert_int_equal(rules.n, 4);
    for (size_t i = 0; i < rules.n; i++) {
        assert_int_equal(rules.list[i].class, CODE_CLASSES);
        assert_null(rules.list[i].name);
        assert_false(rules.list[i].is_for_files);
    }
    assert_int_equal(rules.list[0].n, 2);
    assert_int_equal(rules.list[0].line, 3);
    assert_string_equal(text_of(&rules, 0, 1), "hits");
    assert_string_equal(text_of(&rules, 2, 1), "libstats.so.2+0x11b?");
    assert_string_equal(text_of(&rules, 3, 0), "operator|(int,?int)");
    assert_int_equal(rules.list[3].line, 6);
    code_rules_free(&rules);
}

static void rules_with_a_class(void **state)
{
    struct code_rules rules;
    unsigned line;
    char text[CODE_RULE_TEXT];

    (void)state;
    assert_null(
        parse(&rules,
              "class:runtime rule:pool in:static in:libc function:a \\\n"
              "    function:b \\  # two\n"
              "    file:c.* function:d*\n"
              "class:allocator module:libpool.so* module:libpond.so\n"
              "class:user in:program module:x",
              &line));
    assert_int_equal(rules.n, 3);
    assert_int_equal(rules.list[0].class, CODE_RUNTIME);
    assert_int_equal(rules.list[0].homes, CODE_IN_STATIC | CODE_IN_LIBC);
    assert_int_equal(rules.list[0].n, 4);
    assert_string_equal(code_rule_text(&rules.list[0], text), "pool");
    assert_false(rules.list[0].is_for_files);
    assert_true(rules.list[1].is_for_files);
    assert_int_equal(rules.list[1].homes, CODE_IN_ALL);
    assert_int_equal(rules.list[1].line, 4);
    assert_string_equal(code_rule_text(&rules.list[1], text), "a.supp:4");
    assert_false(rules.list[2].is_for_files);
    code_rules_free(&rules);
}

static void what_is_wrong(void **state)
{
    struct code_rules rules = {.n = 0};
    unsigned line;

    (void)state;
    expect_wrong("function:a\nnonsense\n", 2, "expected function:");
    expect_wrong("function:", 1, "expected function:");
    expect_wrong("colour:red", 1, "none of function, file");
    expect_wrong("rule:a", 1, "no function:");
    expect_wrong("class:internal", 1, "no function:");
    expect_wrong("class:internal in:libc", 1, "no function:");
    expect_wrong("class:foreign function:a", 1, "no such class");
    expect_wrong("class:user class:user function:a", 1, "more than one class");
    expect_wrong("rule:a rule:b function:a", 1, "more than one name");
    expect_wrong("class:user in:here function:a", 1, "none of libc");
    expect_wrong("in:libc function:a", 1, "for rules with class:");
    expect_wrong("class:user variable:a", 1, "without class:");
    expect_wrong("class:user place:a", 1, "without class:");
    expect_wrong("function:a function:b function:c", 1, "than a race has");
    expect_wrong("variable:a variable:b", 1, "than a race has");
    expect_wrong("function:a \\\n\\\nnonsense", 3, "expected");
    assert_non_null(code_rules_parse(&rules, "a\0b", 3, "a.supp", &line));
    code_rules_free(&rules);
}

static bool fits(const char *pattern, const char *text)
{
    struct code_rules rules;
    unsigned line;
    char word[64];
    bool is_fit;

    snprintf(word, sizeof(word), "file:%s", pattern);
    assert_null(parse(&rules, word, &line));
    is_fit = code_pattern_fits_path(&rules.patterns[0], text);
    code_rules_free(&rules);
    return is_fit;
}

static void patterns_fit(void **state)
{
    (void)state;
    assert_true(fits("free", "free"));
    assert_false(fits("free", "free_list"));
    assert_false(fits("free_list", "free"));
    assert_true(fits("free*", "free_list"));
    assert_true(fits("free*", "free"));
    assert_true(fits("*", ""));
    assert_false(fits("*", NULL));
    assert_true(fits("*_list", "free_list"));
    assert_true(fits("f?ee[_-]*", "free-list"));
    assert_false(fits("f?ee[_-]*", "freelist"));
    assert_true(fits("a\\*b", "a*b"));
    assert_false(fits("a\\*b", "axb"));
    assert_true(fits("race.c", "/a/b/race.c"));
    assert_true(fits("*/b/*", "/a/b/race.c"));
    assert_false(fits("b", "/a/b/race.c"));
}

/* Prefixes that C does not keep for libc; the reason stands beside them. */
static const char *const kept_prefixes[] = {
    "gomp_*",    "GOMP_*", "system__tasking__*", "system__task_primitives__*",
    "runtime.*",
};

static bool is_kept(const struct code_pattern *pattern)
{
    if (pattern->kind == CODE_PATTERN_EXACT || pattern->text[0] == '_') {
        return true;
    }
    for (size_t i = 0; i < sizeof(kept_prefixes) / sizeof(kept_prefixes[0]);
         i++) {
        if (!strcmp(kept_prefixes[i], pattern->text)) {
            return true;
        }
    }
    /* C++ keeps std for its library. */
    return strstr(pattern->text, "plt") || strstr(pattern->text, "std::");
}

/*
 * Where code may be the program's, names are whole; so clone_tree() is no
 * clone().  And all that is built in has a name for reports.
 */
static void builtin_names_are_whole(void **state)
{
    struct code_rules rules = {.n = 0};

    (void)state;
    assert_null(code_rules_add_builtin(&rules));
    assert_true(rules.n > 50);
    for (size_t i = 0; i < rules.n; i++) {
        const struct code_rule *rule = &rules.list[i];

        assert_non_null(rule->name);
        assert_int_not_equal(rule->class, CODE_CLASSES);
        for (size_t j = 0; j < rule->n; j++) {
            const struct code_pattern *pattern =
                &rules.patterns[rule->first + j];

            if (pattern->key == CODE_KEY_FUNCTION &&
                rule->homes != CODE_IN_LIBC && !is_kept(pattern)) {
                fail_msg("line %u: %s may be the program's", rule->line,
                         pattern->text);
            }
        }
    }
    code_rules_free(&rules);
}

static size_t count_in(const char *text, const char *what)
{
    size_t n = 0;

    while ((text = strstr(text, what))) {
        n++;
        text++;
    }
    return n;
}

static bool is_first_of_name(const struct code_rules *rules, size_t rule)
{
    for (size_t i = 0; i < rule; i++) {
        if (!strcmp(rules->list[i].name, rules->list[rule].name)) {
            return false;
        }
    }
    return true;
}

static void page_has_classes_and_rules(void **state)
{
    struct code_rules rules = {.n = 0};
    char *page = page_read("docs/code-rules.md");
    const char *table;
    char row[512];
    size_t n = 0;

    (void)state;
    for (enum code_class class = CODE_USER; class < CODE_CLASSES; class ++) {
        snprintf(row, sizeof(row), "\n| `%s` | %s |\n", code_class_name(class),
                 code_class_words(class));
        page_has(page, row);
    }
    assert_null(code_rules_add_builtin(&rules));
    table = strstr(page, "\n| rule | class | what it is for |\n| --- ");
    assert_non_null(table);
    for (size_t i = 0; i < rules.n; i++) {
        snprintf(row, sizeof(row), "\n| `%s` | `%s` | ", rules.list[i].name,
                 code_class_name(rules.list[i].class));
        page_has(table, row);
        n += is_first_of_name(&rules, i);
    }
    assert_int_equal(count_in(table, "\n| `"), n);
    code_rules_free(&rules);
    free(page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(suppressions_as_ever),
        cmocka_unit_test(rules_with_a_class),
        cmocka_unit_test(what_is_wrong),
        cmocka_unit_test(patterns_fit),
        cmocka_unit_test(builtin_names_are_whole),
        cmocka_unit_test(page_has_classes_and_rules),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
