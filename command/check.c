/* pcaplife check: is there a connection that breaks a rule? A verdict for scripts and CI.
 *
 * A pass is said only of what was read and asked as a whole: what cannot be read, a question that jq cannot answer,
 * and nothing to ask about are failures.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/command.h"

#include "command/complaints.h"
#include "command/expression.h"
#include "command/filming.h"
#include "command/finding.h"
#include "command/github.h"
#include "command/printable.h"
#include "command/rules.h"
#include "output/connection_set.h"
#include "tcplife/output/records.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

/* What the user has said, and what has been found so far. */
struct check {
    char **rule_words, **rule_files, **allowed;
    char **junit_words, **html_words;
    const char *junit_path, *html_path; /* the one word of each; NULL: not wished for */
    gboolean github;

    GPtrArray *rules;    /* struct rule * */
    FILE *junit;         /* NULL: not wished for… */
    struct writing html; /* …nor is the report, if `to` is NULL */
    bool junit_has_error, github_has_error; /* of a file */
    uint32_t connections, broken_by; /* were asked about; break a rule */
    unsigned broken_in;              /* files */
};

/* ---- what the user wants ------------------------------------------------------------------- */

static bool is_said_before(char *const *words, char *const *word)
{
    while (words != word && strcmp(*words, *word) != 0)
        words++;
    return words != word;
}

/* False: *error says what is wrong with one of them. */
static bool take_rules(struct check *check, char **error)
{
    char **word;

    if (check->rule_words == NULL && check->rule_files == NULL)
        rules_add_default(check->rules);
    for (word = check->rule_words; word != NULL && *word != NULL; word++)
        if (!rules_add(check->rules, *word, error))
            return false;
    for (word = check->rule_files; word != NULL && *word != NULL; word++) {
        if (!rules_add_file(check->rules, *word, error))
            return false;
        writing_take(*word);
    }
    for (word = check->allowed; word != NULL && *word != NULL; word++)
        if (!is_said_before(check->allowed, word) && !rules_remove(check->rules, *word, error))
            return false;
    if (check->rules->len == 0)
        *error = g_strdup("no rule is left to check");
    return check->rules->len > 0;
}

/* False: *error says that it is given twice. */
static bool take_path(const char **path, const char *option, char *const *words, char **error)
{
    if (words == NULL)
        return true;
    if (words[1] != NULL)
        *error = g_strdup_printf("%s is given twice, and can be but one of %s and %s", option,
                                 words[0], words[1]);
    *path = words[0];
    return *error == NULL;
}

/* GLib calls it when it has read all options. */
static gboolean take_options(GOptionContext *context, GOptionGroup *group, gpointer data,
                             GError **failure)
{
    struct check *to = data;
    char *error = NULL;

    (void)context;
    (void)group;
    if (take_path(&to->junit_path, "--junit", to->junit_words, &error) &&
        take_path(&to->html_path, "--html", to->html_words, &error) && take_rules(to, &error))
        return TRUE;
    g_set_error_literal(failure, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, error);
    g_free(error);
    return FALSE;
}

static const char not_all[] = "not all could be checked, as standard error says";

static struct check check; /* of the one subcommand that this program runs */

static GOptionGroup *options(void)
{
    static const GOptionEntry entries[] = {
        {"rule", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &check.rule_words,
         "'NAME: JQ': broken by connections of whose JSON object JQ is true; not the default rules",
         "RULE"},
        {"rules", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &check.rule_files,
         "one on each line of a file; # begins a comment", "FILE"},
        {"allow", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &check.allowed,
         "without the rule of that name: refused, unanswered, half-open, aborted, reset, "
         "reset-while-closing, dead-peer, forged, error",
         "NAME"},
        {"junit", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &check.junit_words, "a report in JUnit's format",
         "FILE"},
        {"html", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &check.html_words, "the report of pcaplife html",
         "FILE"},
        {"github", 0, 0, G_OPTION_ARG_NONE, &check.github, "annotations for a GitHub workflow, too",
         NULL},
        {0},
    };
    GOptionGroup *group = g_option_group_new("check", "", "", &check, NULL);

    check.rules = rules_new();
    g_option_group_add_entries(group, entries);
    g_option_group_set_parse_hooks(group, NULL, take_options);
    return group;
}

/* ---- asking -------------------------------------------------------------------------------- */

static void note_error(struct finding *finding, const struct reading *reading,
                       const struct tl_connection *connection, const char *error)
{
    char *file = printable(reading->name), *reason = printable(error);

    finding->rule->has_failed = true;
    finding->error =
        g_strdup_printf("connection %" PRIu32 ": %s",
                        tl_tracker_ordinal(reading->capture.tracker, connection), reason);
    complain("rule %s fails: %s, %s", finding->rule->name, file, finding->error);
    g_free(file);
    g_free(reason);
}

/* Does the connection break the rule? */
static bool ask(struct finding *finding, const struct reading *reading,
                const struct tl_connection *connection, const struct record *record)
{
    char *error = NULL;

    if (finding->rule->has_failed)
        return false;
    switch (rule_ask(finding->rule, record, &error)) {
    case ANSWER_NO: return false;
    case ANSWER_YES:
        if (finding->count < FINDING_SHOWN)
            finding->shown[finding->count] = connection;
        finding->count++;
        finding->rule->connections++;
        return true;
    case ANSWER_ERROR: note_error(finding, reading, connection, error); break;
    }
    g_free(error);
    return false;
}

/* How many connections break a rule. */
static uint32_t ask_all(struct finding *findings, unsigned rules, const struct reading *reading)
{
    const struct tl_connection *connection;
    GString *json = g_string_new(NULL);
    uint32_t number = 0, broken_by = 0;

    while ((connection = connection_set_next(&reading->capture, reading->connections, &number)) !=
           NULL) {
        struct record *record;
        bool breaks = false;

        g_string_truncate(json, 0);
        tl_append_json(json, &reading->capture, connection);
        record = record_new(json->str, json->len);
        for (unsigned i = 0; i < rules; i++)
            breaks = ask(&findings[i], reading, connection, record) || breaks;
        record_free(record);
        broken_by += breaks;
    }
    g_string_free(json, TRUE);
    return broken_by;
}

/* ---- telling ------------------------------------------------------------------------------- */

/* Not all of a file could be read: a case of its own, to be cleared, and an annotation. */
static struct junit_case unreadable(struct writing *writing, const char *file, const char *why)
{
    if (check.github)
        github_append_error(writing->text, file, "cannot be read", why);
    check.github_has_error = check.junit_has_error = true;
    return (struct junit_case){.name = "readable", .result = JUNIT_ERROR, .message = g_strdup(why)};
}

/* What ladders are drawn from. NULL: none is to be drawn, or none can be. */
static struct picture_film *film_findings(struct writing *writing, const struct reading *reading,
                                          const struct finding *findings)
{
    GByteArray *shown = g_byte_array_new();
    struct picture_film *film = NULL;

    for (unsigned i = 0; i < check.rules->len; i++)
        for (uint32_t j = 0; j < MIN(findings[i].count, FINDING_SHOWN); j++)
            connection_set_add(shown, tl_connection_number(findings[i].shown[j]));
    if (connection_set_count(shown) > 0) {
        film = filming_film(reading->filming, shown);
        if (film == NULL)
            writing_note_code(writing, PCAPLIFE_FAILED);
    }
    g_byte_array_free(shown, TRUE);
    return film;
}

static void tell_junit(struct writing *writing, const struct reading *reading,
                       const struct finding *findings, const struct junit_case *unread)
{
    const unsigned rules = check.rules->len;
    struct junit_case *cases = g_new0(struct junit_case, rules + 1);
    struct picture_film *film = film_findings(writing, reading, findings);

    for (unsigned i = 0; i < rules; i++) {
        cases[i] = finding_case(reading, &findings[i], film);
        if (cases[i].result == JUNIT_ERROR)
            check.junit_has_error = true;
    }
    if (unread != NULL)
        cases[rules] = *unread;
    junit_add_suite(check.junit, reading->name, cases, rules + (unread != NULL));
    for (unsigned i = 0; i < rules; i++)
        junit_case_clear(&cases[i]);
    g_free(cases);
}

/* Why the file is not checked as a whole; NULL: it is. To be freed with g_free(). */
static char *not_checked(struct writing *writing, const struct reading *reading)
{
    char *damage = source_damage_text(reading->source); /* of which the user is told elsewhere */

    if (damage == NULL && reading->of_nothing != NULL) {
        complain("%s", reading->of_nothing);
        writing_note_code(writing, PCAPLIFE_FAILED);
        damage = g_strdup(reading->of_nothing);
    }
    return damage;
}

static void tell(struct writing *writing, const struct reading *reading,
                 const struct finding *findings)
{
    struct junit_case unread = {0};
    char *damage = not_checked(writing, reading);

    for (unsigned i = 0; i < check.rules->len; i++) {
        finding_append(writing->text, reading, &findings[i]);
        if (check.github)
            finding_append_annotation(writing->text, reading, &findings[i]);
        check.github_has_error = check.github_has_error || findings[i].error != NULL;
    }
    if (damage != NULL)
        unread = unreadable(writing, source_file_to_name(reading->source), damage);
    if (check.junit != NULL)
        tell_junit(writing, reading, findings, damage != NULL ? &unread : NULL);
    junit_case_clear(&unread);
    g_free(damage);
}

/* ---- the subcommand ------------------------------------------------------------------------ */

static const char *refusal(unsigned given)
{
    if (check.html_path != NULL || (given & (OPTION_LADDERS | OPTION_STATES_INTERVAL)) == 0)
        return NULL;
    return "--ladders and --states-interval are for the report, which check writes with --html";
}

/* False: it cannot be written, and the user has been told. */
static bool begin_junit(struct writing *writing)
{
    if (check.junit_path == NULL)
        return true;
    writing->wishes.pictures = true;
    check.junit = writing_open(writing, "--junit", check.junit_path);
    if (check.junit != NULL)
        junit_begin(check.junit);
    return check.junit != NULL;
}

/* The same; what pcaplife html writes of the same files is written beside. */
static bool begin_html(struct writing *writing)
{
    const char *missing = subcommand_html.refusal(0);

    if (check.html_path == NULL)
        return true;
    if (missing != NULL) {
        complain("--html: %s", missing);
        return false;
    }
    check.html = *writing;
    check.html.to = writing_open(writing, "--html", check.html_path);
    if (check.html.to == NULL)
        return false;
    check.html.text = g_string_new(NULL);
    subcommand_html.begin(&check.html);
    writing->wishes.pictures = check.html.wishes.pictures; /* it has JUnit's, too */
    writing->wishes.zeek = true;
    return true;
}

static void begin(struct writing *writing)
{
    /* The default rules ask for none of Zeek's words. */
    if (check.rule_words != NULL || check.rule_files != NULL)
        writing->wishes.zeek = true;
    if (!begin_junit(writing) || !begin_html(writing)) {
        writing_note_code(writing, PCAPLIFE_FAILED);
        writing->is_over = true;
    }
}

static void check_file(struct writing *writing, const struct reading *reading)
{
    const unsigned rules = check.rules->len;
    struct finding *findings = g_new0(struct finding, rules);
    uint32_t broken_by;

    for (unsigned i = 0; i < rules; i++) {
        findings[i].rule = g_ptr_array_index(check.rules, i);
        findings[i].was_asked = !findings[i].rule->has_failed;
    }
    broken_by = ask_all(findings, rules, reading);
    check.connections += connection_set_count(reading->connections);
    check.broken_by += broken_by;
    check.broken_in += broken_by > 0;
    if (broken_by > 0)
        writing_note_code(writing, PCAPLIFE_BROKEN);
    tell(writing, reading, findings);
    if (check.html.to != NULL)
        subcommand_html.write(&check.html, reading);
    for (unsigned i = 0; i < rules; i++) {
        if (findings[i].rule->has_failed)
            writing_note_code(writing, PCAPLIFE_FAILED);
        g_free(findings[i].error);
    }
    g_free(findings);
}

static void cannot_read(struct writing *writing, const struct source *source)
{
    char *why = source_damage_text(source);
    struct junit_case item = unreadable(writing, source_file_to_name(source), why);

    if (check.junit != NULL)
        junit_add_suite(check.junit, source_name(source), &item, 1);
    if (check.html.to != NULL)
        subcommand_html.cannot_read(&check.html, source);
    junit_case_clear(&item);
    g_free(why);
}

static const char *plural(uint32_t count)
{
    return count == 1 ? "" : "s";
}

/* "checked 12 connections in 3 files, 9 rules; broken by 2 in 1 file: reset 2, error 1" */
static void append_verdict(struct writing *writing)
{
    const char *separator = ": ";
    GString *text = writing->text;

    g_string_append_printf(text, "checked %" PRIu32 " connection%s in %u file%s, %u rule%s; ",
                           check.connections, plural(check.connections), writing->files,
                           plural(writing->files), check.rules->len, plural(check.rules->len));
    if (check.broken_by > 0)
        g_string_append_printf(text, "broken by %" PRIu32 " in %u file%s", check.broken_by,
                               check.broken_in, plural(check.broken_in));
    else
        g_string_append(text, "none is broken");
    for (unsigned i = 0; i < check.rules->len; i++) {
        const struct rule *rule = g_ptr_array_index(check.rules, i);

        if (rule->connections == 0)
            continue;
        g_string_append_printf(text, "%s%s %" PRIu32, separator, rule->name, rule->connections);
        separator = ", ";
    }
    g_string_append(text,
                    writing->code == PCAPLIFE_FAILED ? ", but not all could be checked\n" : "\n");
}

static void end_junit(struct writing *writing)
{
    struct junit_case item = {.name = "complete", .result = JUNIT_ERROR};
    bool has_failed;

    if (writing->code == PCAPLIFE_FAILED && !check.junit_has_error) {
        item.message = g_strdup(not_all);
        junit_add_suite(check.junit, "pcaplife check", &item, 1);
        junit_case_clear(&item);
    }
    junit_end(check.junit);
    has_failed = ferror(check.junit) != 0;
    if (fclose(check.junit) != 0 || has_failed) {
        complain("%s cannot be written: %s", check.junit_path, g_strerror(errno));
        writing_note_code(writing, PCAPLIFE_FAILED);
    }
}

static void end_html(struct writing *writing)
{
    check.html.why_over = writing->why_over;
    subcommand_html.end(&check.html);
    writing_end(&check.html);
    if (fclose(check.html.to) != 0 && !check.html.has_failed)
        writing_note_failure(&check.html);
    if (check.html.has_failed)
        writing_note_code(writing, PCAPLIFE_FAILED);
    g_string_free(check.html.text, TRUE);
}

static void end(struct writing *writing)
{
    if (check.connections == 0 && writing->code != PCAPLIFE_FAILED) {
        complain("there was no connection to check");
        writing_note_code(writing, PCAPLIFE_FAILED);
    }
    if (check.github && writing->code == PCAPLIFE_FAILED && !check.github_has_error)
        github_append_error(writing->text, NULL, "pcaplife check", not_all);
    if (!writing->is_over)
        append_verdict(writing);
    if (check.html.to != NULL)
        end_html(writing);
    if (check.junit != NULL)
        end_junit(writing);
    g_ptr_array_free(check.rules, TRUE);
    g_strfreev(check.rule_words);
    g_strfreev(check.rule_files);
    g_strfreev(check.allowed);
    g_strfreev(check.junit_words);
    g_strfreev(check.html_words);
}

const struct subcommand subcommand_check = {
    .name = "check",
    .help = "a verdict for scripts: exit code 1 if a connection breaks a rule",
    .is_judge = true,
    .takes = OPTION_LADDERS | OPTION_STATES_INTERVAL,
    .options = options,
    .refusal = refusal,
    .begin = begin,
    .write = check_file,
    .cannot_read = cannot_read,
    .end = end,
};
