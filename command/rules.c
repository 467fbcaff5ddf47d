/* See rules.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/rules.h"

#include <string.h>

static void rule_free(gpointer data)
{
    struct rule *rule = data;

    expression_free(rule->broken);
    g_free(rule->name);
    g_free(rule);
}

GPtrArray *rules_new(void)
{
    return g_ptr_array_new_with_free_func(rule_free);
}

/* How a connection can fail: words of `open` and `close`, and what experts call forged, or an error. */
static const struct {
    const char *name, *jq;
} defaults[] = {
    {"refused", ".open == \"refused\" or .open == \"rejected\""},
    {"unanswered", ".open == \"unanswered\""},
    {"half-open", ".open == \"half-open\""},
    {"aborted", ".open == \"aborted\""},
    {"reset", ".close == \"reset\""},
    {"reset-while-closing", ".close == \"reset-while-closing\""},
    {"dead-peer", ".close == \"dead-peer\""},
    {"forged", ".experts[].name == \"forged_segment\""},
    {"error", ".experts[].severity == \"error\""},
};

void rules_add_default(GPtrArray *rules)
{
    const char *jqs[G_N_ELEMENTS(defaults)];
    struct expression *together;

    for (unsigned i = 0; i < G_N_ELEMENTS(defaults); i++)
        jqs[i] = defaults[i].jq;
    together = expression_new_together(jqs, G_N_ELEMENTS(defaults));
    for (unsigned i = 0; i < G_N_ELEMENTS(defaults); i++) {
        struct rule *rule = g_new(struct rule, 1);

        *rule = (struct rule){.name = g_strdup(defaults[i].name),
                              .broken = i > 0 ? expression_ref(together) : together,
                              .is_default = true,
                              .number = i};
        g_ptr_array_add(rules, rule);
    }
}

enum answer rule_ask(const struct rule *rule, const struct record *record, char **error)
{
    if (!rule->is_default)
        return expression_ask(rule->broken, record, error);
    return expression_ask_one(rule->broken, rule->number, record) ? ANSWER_YES : ANSWER_NO;
}

static struct rule *find(const GPtrArray *rules, const char *name, unsigned *place)
{
    for (*place = 0; *place < rules->len; (*place)++) {
        struct rule *rule = g_ptr_array_index(rules, *place);

        if (strcmp(rule->name, name) == 0)
            return rule;
    }
    return NULL;
}

/* It stands in logs and reports, where it must not look like more than a name. */
static bool is_name(const char *name)
{
    if (*name == '\0' || !g_utf8_validate(name, -1, NULL))
        return false;
    for (; *name != '\0'; name = g_utf8_find_next_char(name, NULL))
        if (!g_unichar_isprint(g_utf8_get_char(name)))
            return false;
    return true;
}

/* Owns the name. */
static bool add(GPtrArray *rules, char *name, const char *jq, char **error)
{
    struct rule *rule = g_new0(struct rule, 1);
    char *reason = NULL;
    unsigned place;

    rule->name = name;
    if (find(rules, name, &place) != NULL)
        *error = g_strdup_printf("there are two rules named %s", name);
    else if ((rule->broken = expression_new(jq, &reason)) == NULL)
        *error = g_strdup_printf("rule %s is no jq: %s", name, reason);
    else
        g_ptr_array_add(rules, rule);
    if (rule->broken == NULL)
        rule_free(rule);
    g_free(reason);
    return *error == NULL;
}

/* Neither space nor a comment of jq's, which alone would be true of everything. */
static bool says_something(const char *jq)
{
    for (; *(jq += strspn(jq, " \t\r\n")) == '#'; jq += strcspn(jq, "\n"))
        ;
    return *jq != '\0';
}

bool rules_add(GPtrArray *rules, const char *text, char **error)
{
    const char *colon = strchr(text, ':');
    char *name;

    *error = NULL;
    if (colon == NULL || !says_something(colon + 1)) {
        *error = g_strdup("a rule is NAME: JQ");
        return false;
    }
    name = g_strstrip(g_strndup(text, (gsize)(colon - text)));
    if (!is_name(name)) {
        *error = g_strdup("a rule is NAME: JQ, with a name of letters, digits and the like");
        g_free(name);
        return false;
    }
    return add(rules, name, colon + 1, error);
}

/* False: *error says why, without the file's name. */
static bool add_lines(GPtrArray *rules, char **lines, char **error)
{
    static const char byte_order_mark[] = "\xef\xbb\xbf";
    const unsigned before = rules->len;

    if (lines[0] != NULL && g_str_has_prefix(lines[0], byte_order_mark))
        memset(lines[0], ' ', strlen(byte_order_mark));
    for (unsigned number = 1; lines[number - 1] != NULL; number++) {
        const char *line = g_strstrip(lines[number - 1]);
        char *reason;

        if (*line == '\0' || *line == '#')
            continue;
        if (!rules_add(rules, line, &reason)) {
            *error = g_strdup_printf("line %u: %s", number, reason);
            g_free(reason);
            return false;
        }
    }
    if (rules->len == before)
        *error = g_strdup("there is no rule in it");
    return rules->len > before;
}

bool rules_add_file(GPtrArray *rules, const char *path, char **error)
{
    GError *failure = NULL;
    char *text, **lines, *reason = NULL;
    gsize length;
    bool is_good;

    if (!g_file_get_contents(path, &text, &length, &failure)) {
        *error = g_strdup(failure->message);
        g_error_free(failure);
        return false;
    }
    lines = g_strsplit(text, "\n", -1);
    if (strlen(text) < length)
        reason = g_strdup("it is no text");
    is_good = reason == NULL && add_lines(rules, lines, &reason);
    *error = is_good ? NULL : g_strdup_printf("%s, %s", path, reason);
    g_free(reason);
    g_strfreev(lines);
    g_free(text);
    return is_good;
}

bool rules_remove(GPtrArray *rules, const char *name, char **error)
{
    GString *names;
    unsigned place;

    if (find(rules, name, &place) != NULL) {
        g_ptr_array_remove_index(rules, place);
        return true;
    }
    names = g_string_new(NULL);
    for (unsigned i = 0; i < rules->len; i++)
        g_string_append_printf(names, "%s%s", i > 0 ? ", " : "",
                               ((struct rule *)g_ptr_array_index(rules, i))->name);
    *error = g_strdup_printf("there is no rule named %s; there are: %s", name, names->str);
    g_string_free(names, TRUE);
    return false;
}
