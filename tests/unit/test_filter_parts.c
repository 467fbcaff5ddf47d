/* How a display filter is taken apart: plugin/choice/filter_parts.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plugin/choice/filter_parts.h"

#include <string.h>

/* Its structure, in prefix notation: "AND[a,NOT[b]]". */
/* NOLINTNEXTLINE(misc-no-recursion): filter_parts_read() bounds how deep parts lie in parts. */
static void write_part(GString *to, const struct filter_part *part)
{
    static const char *const names[] = {"", "NOT", "AND", "XOR", "OR"};

    if (part->kind == FILTER_TEST) {
        g_string_append(to, part->text);
        return;
    }
    g_string_append_printf(to, "%s[", names[part->kind]);
    for (unsigned i = 0; i < part->parts->len; i++) {
        g_string_append(to, i > 0 ? "," : "");
        write_part(to, g_ptr_array_index(part->parts, i));
    }
    g_string_append_c(to, ']');
}

static void expect(const char *filter, const char *wanted)
{
    struct filter_part *part = filter_parts_read(filter);
    GString *text = g_string_new(NULL);

    if (part != NULL)
        write_part(text, part);
    assert_string_equal(text->str, wanted);
    g_string_free(text, TRUE);
    filter_part_free(part);
}

static void tests_stay_whole(void **state)
{
    (void)state;
    expect("tcp", "tcp");
    expect("  tcp.port == 80 ", "tcp.port == 80");
    expect("tcp.port in {80, 443, 8000..8080}", "tcp.port in {80, 443, 8000..8080}");
    expect("tcp.port not in {80}", "tcp.port not in {80}");
    expect("len(tcp.payload) > 3", "len(tcp.payload) > 3");
    expect("tcp.flags & 0x02", "tcp.flags & 0x02");
    expect("any tcp.port != 80", "any tcp.port != 80");
    expect("eth.src[0:3] == 00:00:5e", "eth.src[0:3] == 00:00:5e");
    expect("tcp.orfield.and == 1", "tcp.orfield.and == 1");
    expect("http.host == \"a && b) or \\\" or c\"", "http.host == \"a && b) or \\\" or c\"");
    expect("http.host matches r\"\\d or (x\"", "http.host matches r\"\\d or (x\"");
    expect("tcp.len == ')'", "tcp.len == ')'");
}

/* AND binds closer than XOR, and that closer than OR; NOT closest. */
static void operators_bind_as_in_wireshark(void **state)
{
    (void)state;
    expect("a && b", "AND[a,b]");
    expect("a and b && c", "AND[a,b,c]");
    expect("a or b and c", "OR[a,AND[b,c]]");
    expect("a and b or c", "OR[AND[a,b],c]");
    expect("a || b xor c && d", "OR[a,XOR[b,AND[c,d]]]");
    expect("a ^^ b", "XOR[a,b]");
    expect("not a == 1 and b", "AND[NOT[a == 1],b]");
    expect("!a&&!!b", "AND[NOT[a],NOT[NOT[b]]]");
    expect("not(a or b)", "NOT[OR[a,b]]");
    expect("(a or b) and (c)", "AND[OR[a,b],c]");
    expect("((a) || ((b && c)))", "OR[a,AND[b,c]]");
    expect("a != 1 or b !== 2", "OR[a != 1,b !== 2]");
}

/* What it does not understand it does not guess. */
static void the_rest_is_refused(void **state)
{
    GString *deep = g_string_new(NULL);

    (void)state;
    expect("", "");
    expect("a and", "");
    expect("or b", "");
    expect("(a", "");
    expect("a)", "");
    expect("a == (b", "");
    expect("a == b]", "");
    expect("(a) == b", "");
    expect("ip.src == ${ip.dst}", "");
    for (int i = 0; i < 100000; i++)
        g_string_append_c(deep, '(');
    expect(deep->str, "");
    for (int i = 0; i < 100000; i++)
        deep->str[i] = '!';
    expect(deep->str, "");
    g_string_free(deep, TRUE);
}

static void note_word(void *to, const char *word)
{
    g_string_append_printf(to, "%s ", word);
}

static void words_are_those_outside_quotes(void **state)
{
    GString *words = g_string_new(NULL);

    (void)state;
    filter_each_word("a.b==\"tcp.port \\\" c\" and(d-e in {1.5})", note_word, words);
    assert_string_equal(words->str, "a.b and d-e in 1.5 ");
    g_string_free(words, TRUE);
}

/* The text of what is joined means the same. */
static void parts_are_joined(void **state)
{
    GPtrArray *parts = g_ptr_array_new();
    struct filter_part *joined;

    (void)state;
    g_ptr_array_add(parts, filter_parts_read("a or b"));
    g_ptr_array_add(parts, filter_parts_read("not c"));
    joined = filter_parts_join(FILTER_AND, parts);
    assert_string_equal(joined->text, "(a or b)&&(not c)");
    expect(joined->text, "AND[OR[a,b],NOT[c]]");
    filter_part_free(joined);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tests_stay_whole),
        cmocka_unit_test(operators_bind_as_in_wireshark),
        cmocka_unit_test(the_rest_is_refused),
        cmocka_unit_test(words_are_those_outside_quotes),
        cmocka_unit_test(parts_are_joined),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
