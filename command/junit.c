/* See junit.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/junit.h"

#include <glib.h>

#include <stdbool.h>

/* XML 1.0, section 2.2: what may not stand in it, be it escaped or not; and DEL, which nobody wants to see. */
static bool is_forbidden(gunichar letter)
{
    return (letter < 0x20 && letter != '\t' && letter != '\n') || letter == 0x7f ||
           letter == 0xfffe || letter == 0xffff;
}

static void append_letter(GString *text, gunichar letter)
{
    switch (letter) {
    case '&': g_string_append(text, "&amp;"); break;
    case '<': g_string_append(text, "&lt;"); break;
    case '>': g_string_append(text, "&gt;"); break;
    case '"': g_string_append(text, "&quot;"); break;
    default: g_string_append_unichar(text, is_forbidden(letter) ? 0xfffd : letter); break;
    }
}

static void append_text(GString *text, const char *words)
{
    char *valid = g_utf8_make_valid(words, -1);

    for (const char *at = valid; *at != '\0'; at = g_utf8_find_next_char(at, NULL))
        append_letter(text, g_utf8_get_char(at));
    g_free(valid);
}

/* A reader of XML makes a space of a line break in an attribute: it is one here, too. */
static void append_attribute(GString *text, const char *name, const char *words)
{
    char *line = g_strdelimit(g_strdup(words), "\t\n", ' ');

    g_string_append_printf(text, " %s=\"", name);
    append_text(text, line);
    g_string_append_c(text, '"');
    g_free(line);
}

static void append_case(GString *text, const char *suite, const struct junit_case *item)
{
    static const char *const elements[JUNIT_RESULTS] = {
        [JUNIT_FAILED] = "failure", [JUNIT_ERROR] = "error", [JUNIT_SKIPPED] = "skipped"};
    const char *element = elements[item->result];

    g_string_append(text, "    <testcase");
    append_attribute(text, "name", item->name);
    append_attribute(text, "classname", suite);
    if (element == NULL) {
        g_string_append(text, "/>\n");
        return;
    }
    g_string_append_printf(text, ">\n      <%s", element);
    append_attribute(text, "message", item->message);
    if (item->result == JUNIT_FAILED)
        append_attribute(text, "type", item->name);
    g_string_append_c(text, '>');
    append_text(text, item->text != NULL ? item->text : "");
    g_string_append_printf(text, "</%s>\n    </testcase>\n", element);
}

void junit_case_clear(struct junit_case *item)
{
    g_free(item->message);
    g_free(item->text);
}

void junit_begin(FILE *to)
{
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"pcaplife check\">\n", to);
}

void junit_add_suite(FILE *to, const char *name, const struct junit_case *cases, unsigned count)
{
    unsigned results[JUNIT_RESULTS] = {0};
    GString *text = g_string_new("  <testsuite");

    for (unsigned i = 0; i < count; i++)
        results[cases[i].result]++;
    append_attribute(text, "name", name);
    g_string_append_printf(text, " tests=\"%u\" failures=\"%u\" errors=\"%u\" skipped=\"%u\">\n",
                           count, results[JUNIT_FAILED], results[JUNIT_ERROR],
                           results[JUNIT_SKIPPED]);
    for (unsigned i = 0; i < count; i++)
        append_case(text, name, &cases[i]);
    g_string_append(text, "  </testsuite>\n");
    fwrite(text->str, 1, text->len, to);
    g_string_free(text, TRUE);
}

void junit_end(FILE *to)
{
    fputs("</testsuites>\n", to);
}
