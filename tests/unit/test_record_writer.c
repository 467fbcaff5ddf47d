/* How values are written: numbers, times and texts, in JSON and in CSV.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "output/records/record_writer.h"
#include "output/text.h"

#include <string.h>

/* ---- numbers ------------------------------------------------------------------------------------ */

static void assert_number_is_printed(uint64_t number)
{
    char text[TEXT_DIGITS + 1], expected[TEXT_DIGITS + 1];

    *text_put_number(text, number) = '\0';
    g_snprintf(expected, sizeof expected, "%" G_GUINT64_FORMAT, number);
    assert_string_equal(text, expected);
}

static void test_numbers(void **state)
{
    GRand *random = g_rand_new_with_seed(1);

    (void)state;
    for (uint64_t power = 1; power != 0; power = power > UINT64_MAX / 10 ? 0 : power * 10) {
        assert_number_is_printed(power - 1);
        assert_number_is_printed(power);
        assert_number_is_printed(power + 1);
    }
    assert_number_is_printed(UINT64_MAX);
    for (unsigned i = 0; i < 100000; i++) {
        assert_number_is_printed(i);
        assert_number_is_printed(((uint64_t)g_rand_int(random) << 32 | g_rand_int(random)) >> i % 64);
    }
    g_rand_free(random);
}

static void assert_seconds_are_printed(int64_t ns, const char *expected)
{
    char text[TEXT_SECONDS + 1];

    *text_put_seconds(text, ns) = '\0';
    assert_string_equal(text, expected);
}

static void test_seconds(void **state)
{
    (void)state;
    assert_seconds_are_printed(0, "0.000000000");
    assert_seconds_are_printed(-1, "-0.000000001");
    assert_seconds_are_printed(1099999999, "1.099999999");
    assert_seconds_are_printed(INT64_C(1700000000123456789), "1700000000.123456789");
    assert_seconds_are_printed(INT64_MIN, "-9223372036.854775808");
}

/* Each of them costs less since the one before it is remembered: in one second, in the next one, again, none. */
static void test_times(void **state)
{
    static const int64_t times[] = {0, 999999999, 1000000000, 1000000000, 1000000001, 1999999999, 2000000000, 5,
                                    -1, 2000000000, INT64_C(1700000000123456789), INT64_C(1700000000123456789),
                                    INT64_C(1700000000000000001), INT64_C(1699999999999999999), INT64_MIN,
                                    INT64_C(1699999999999999999), INT64_MAX, 1000000000};
    GString *line = g_string_new(NULL), *expected = g_string_new("{");
    struct record_writer writer;

    (void)state;
    record_begin(&writer, RECORD_JSON, line);
    for (size_t i = 0; i < G_N_ELEMENTS(times); i++) {
        char text[TEXT_SECONDS + 1];

        *text_put_seconds(text, times[i]) = '\0';
        g_string_append_printf(expected, "%s\"time\":%s", i > 0 ? "," : "", text);
        record_time(&writer, KEY("time"), times[i]);
    }
    record_end(&writer);
    g_string_append(expected, "}\n");
    assert_string_equal(line->str, expected->str);
    g_string_free(expected, TRUE);
    g_string_free(line, TRUE);
}

/* ---- texts -------------------------------------------------------------------------------------- */

/* Of a text of so many bytes, this one is written so. */
static void assert_escaped(size_t length, size_t place, char byte, const char *escaped)
{
    GString *line = g_string_new(NULL);
    char *text = g_strnfill(length, 'x'), *expected;
    struct record_writer writer;

    text[place] = byte;
    expected = g_strdup_printf("{\"key\":\"%.*s%s%s\"}\n", (int)place, text, escaped, text + place + 1);
    record_begin(&writer, RECORD_JSON, line);
    record_string(&writer, KEY("key"), text);
    record_end(&writer);
    assert_string_equal(line->str, expected);
    g_string_free(line, TRUE);
    g_free(expected);
    g_free(text);
}

static void test_escapes(void **state)
{
    (void)state;
    for (size_t length = 1; length < 40; length++)
        for (size_t place = 0; place < length; place++) {
            assert_escaped(length, place, '"', "\\\"");
            assert_escaped(length, place, '\\', "\\\\");
            assert_escaped(length, place, '\n', "\\u000a");
            assert_escaped(length, place, '\x1f', "\\u001f");
            assert_escaped(length, place, ' ', " ");
            assert_escaped(length, place, '\x7f', "\x7f");
        }
}

static void assert_quoted(size_t length, size_t place, char byte, const char *quote, const char *doubled)
{
    GString *line = g_string_new(NULL);
    char *text = g_strnfill(length, 'x'), *expected;
    struct record_writer writer;

    text[place] = byte;
    expected = g_strdup_printf("%s%.*s%s%s%s,7\n", quote, (int)place, text, doubled, text + place + 1, quote);
    record_begin(&writer, RECORD_CSV, line);
    record_string(&writer, KEY("key"), text);
    record_number(&writer, KEY("number"), 7);
    record_end(&writer);
    assert_string_equal(line->str, expected);
    g_string_free(line, TRUE);
    g_free(expected);
    g_free(text);
}

static void test_quotes(void **state)
{
    (void)state;
    for (size_t length = 1; length < 40; length++)
        for (size_t place = 0; place < length; place++) {
            assert_quoted(length, place, '"', "\"", "\"\"");
            assert_quoted(length, place, ',', "\"", ",");
            assert_quoted(length, place, '\r', "\"", "\r");
            assert_quoted(length, place, '\n', "\"", "\n");
            assert_quoted(length, place, '\t', "", "\t");
            assert_quoted(length, place, ' ', "", " ");
        }
}

/* ---- records ------------------------------------------------------------------------------------ */

/* A list of items, one of strings, an empty one, and a text that there turned out not to be. */
static void put_lists(struct record_writer *writer, const char *text)
{
    static const struct record_name name = RECORD_NAME("ESTABLISHED");

    record_begin_list(writer, KEY("items"));
    for (unsigned i = 1; i < 3; i++) {
        record_begin_item(writer);
        record_number(writer, KEY("number"), i);
        record_name(writer, KEY("name"), &name);
        record_string(writer, KEY("text"), text);
        record_end_item(writer);
    }
    record_end_list(writer);
    record_begin_list(writer, KEY("strings"));
    record_item_string(writer, text);
    record_item_string(writer, "b");
    record_end_list(writer);
    record_begin_list(writer, KEY("none"));
    record_end_list(writer);
    g_string_append(record_begin_text(writer, KEY("absent")), "a,b\"");
    record_drop_text(writer);
    record_word(writer, KEY("word"), "end");
}

static void assert_lists(enum record_format format, const char *text, const char *expected)
{
    GString *line = g_string_new("before");
    struct record_writer writer;

    record_begin(&writer, format, line);
    put_lists(&writer, text);
    record_end(&writer);
    assert_string_equal(line->str, expected);
    assert_int_equal(line->len, strlen(expected));
    g_string_free(line, TRUE);
}

static void test_lists(void **state)
{
    (void)state;
    assert_lists(RECORD_JSON, "a",
                 "before{\"items\":[{\"number\":1,\"name\":\"ESTABLISHED\",\"text\":\"a\"},"
                 "{\"number\":2,\"name\":\"ESTABLISHED\",\"text\":\"a\"}],"
                 "\"strings\":[\"a\",\"b\"],\"none\":[],\"word\":\"end\"}\n");
    assert_lists(RECORD_CSV, "a", "before1 ESTABLISHED a; 2 ESTABLISHED a,a; b,,,end\n");
    assert_lists(RECORD_CSV, "a,\"",
                 "before\"1 ESTABLISHED a,\"\"; 2 ESTABLISHED a,\"\"\",\"a,\"\"; b\",,,end\n");
}

/* However long it gets. */
static void assert_grows(enum record_format format, const char *item)
{
    enum { ITEMS = 5000 };
    static const struct record_name name = RECORD_NAME("LISTEN");
    GString *line = g_string_new(NULL);
    struct record_writer writer;
    char **items;

    record_begin(&writer, format, line);
    record_begin_list(&writer, KEY("list"));
    for (unsigned i = 0; i < ITEMS; i++) {
        record_begin_item(&writer);
        record_name(&writer, KEY("name"), &name);
        record_time(&writer, KEY("time"), INT64_C(1700000000000000000));
        record_word(&writer, KEY("word"), "a word that is longer than the room that every value has behind the end of "
                                          "the line, be it a key, a number or a name");
        record_end_item(&writer);
    }
    record_end_list(&writer);
    record_end(&writer);
    items = g_strsplit(line->str, item, -1);
    assert_int_equal(g_strv_length(items), ITEMS + 1);
    g_strfreev(items);
    g_string_free(line, TRUE);
}

static void test_growth(void **state)
{
    (void)state;
    assert_grows(RECORD_JSON, "{\"name\":\"LISTEN\",\"time\":1700000000.000000000,\"word\":\"a word that is");
    assert_grows(RECORD_CSV, "LISTEN 1700000000.000000000 a word that is");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_seconds),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_escapes),
        cmocka_unit_test(test_quotes),
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_growth),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
