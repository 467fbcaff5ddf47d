/* See expression.h; libjq does the work.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/expression.h"

#include <glib.h>
#include <jq.h>

#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

struct record {
    jv value;
    uint64_t number; /* of all that were made, from 1 */
};

struct expression {
    jq_state *jq;
    jq_util_input_state *inputs; /* none: `input` says so */
    char *error;                 /* the first thing that jq's compiler complained about */
    bool is_lost;                /* it was left in the middle of an answer */
    unsigned references;         /* beyond the first */
    uint64_t asked, answers;     /* of several questions: of which record, and a bit each */
};

struct record *record_new(const char *json, size_t length)
{
    static uint64_t made;
    struct record *record = g_new(struct record, 1);

    record->value = jv_parse_sized(json, (int)length);
    record->number = ++made;
    return record;
}

void record_free(struct record *record)
{
    jv_free(record->value);
    g_free(record);
}

/* The first line, without what jq puts in front of it; of one that is no sentence, but a record for instance, the
 * beginning. */
static char *first_line(const char *text)
{
    enum { LONGEST = 200 };
    char *line;

    while (g_str_has_prefix(text, "jq: ") || g_str_has_prefix(text, "error: "))
        text = strchr(text, ' ') + 1;
    line = g_strndup(text, strcspn(text, "\n"));
    g_strchomp(line);
    if (g_str_has_suffix(line, ":"))
        line[strlen(line) - 1] = '\0';
    if (strlen(line) > LONGEST) {
        char *whole = line;

        *g_utf8_find_prev_char(whole, whole + LONGEST) = '\0';
        line = g_strconcat(whole, "…", NULL);
        g_free(whole);
    }
    return line;
}

/* jq's error callback. */
static void note_error(void *ctx, jv message)
{
    struct expression *expression = ctx;
    jv text = jv_get_kind(message) == JV_KIND_STRING ? message : jv_dump_string(message, 0);

    if (expression->error == NULL)
        expression->error = first_line(jv_string_value(text));
    jv_free(text);
}

/* What `debug` is for, as jq's own program prints it. */
static void print_debug(void *ctx, jv message)
{
    jv text = jv_dump_string(JV_ARRAY(jv_string("DEBUG:"), message), 0);

    (void)ctx;
    fprintf(stderr, "%s\n", jv_string_value(text));
    jv_free(text);
}

/* jq ends the process when its stack can grow no more, as that of a question that asks itself does; its handler for
 * want of memory is not called for that. So this is where to go on, if it does so while it is asked. */
static _Thread_local sigjmp_buf *way_out;

static void leave(int number)
{
    (void)number;
    if (way_out != NULL)
        siglongjmp(*way_out, 1);
}

static void catch_abort(void)
{
    struct sigaction action = {.sa_handler = leave, .sa_flags = SA_NODEFER};

    sigemptyset(&action.sa_mask);
    sigaction(SIGABRT, &action, NULL);
}

/* As jq's own program does: where one of these is missing, `debug`, `import` or `input_line_number` ends the
 * process. */
static void set_up(struct expression *expression)
{
    jq_state *jq = expression->jq;

    jq_set_error_cb(jq, note_error, expression);
    jq_set_debug_cb(jq, print_debug, NULL);
    jq_set_attr(jq, jv_string("JQ_LIBRARY_PATH"), JV_ARRAY(jv_string("~/.jq")));
    jq_set_attr(jq, jv_string("JQ_ORIGIN"), jv_string("."));
    jq_set_attr(jq, jv_string("PROGRAM_ORIGIN"), jv_string("."));
    expression->inputs = jq_util_input_init(NULL, NULL);
    jq_util_input_set_parser(expression->inputs, jv_parser_new(0), 0);
    jq_set_input_cb(jq, jq_util_input_next_input_cb, expression->inputs);
}

/* To jq 1.6 an error that is null is the end of the outputs, which would be an answer. Here it has a text. What begins
 * with `import` takes no definitions in front, and stays as it is; and what is no jq is told of as it was written. */
static bool compile(struct expression *expression, const char *jq)
{
    char *with_texts = g_strconcat("def error_of_jq(f): error(f);"
                                   "def error(f): error_of_jq(f | if . == null then \"null\" else . end);"
                                   "def error: error(.);",
                                   jq, NULL);
    bool is_good = jq_compile(expression->jq, with_texts);

    if (!is_good) {
        g_clear_pointer(&expression->error, g_free);
        is_good = jq_compile(expression->jq, jq);
    }
    g_free(with_texts);
    return is_good;
}

struct expression *expression_new(const char *jq, char **error)
{
    struct expression *expression = g_new0(struct expression, 1);

    catch_abort();
    expression->jq = jq_init();
    if (expression->jq == NULL)
        g_error("jq: out of memory");
    set_up(expression);
    if (!g_utf8_validate(jq, -1, NULL))
        expression->error = g_strdup("it is not UTF-8");
    else if (compile(expression, jq))
        return expression;
    *error = expression->error != NULL ? g_steal_pointer(&expression->error)
                                       : g_strdup("it cannot be compiled");
    expression_free(expression);
    return NULL;
}

struct expression *expression_new_together(const char *const *jqs, unsigned count)
{
    GString *all = g_string_new(NULL);
    struct expression *expression;
    char *error = NULL;

    g_assert(count <= 8 * sizeof expression->answers);
    for (unsigned i = 0; i < count; i++)
        g_string_append_printf(all, "%s[%s]", i > 0 ? ", " : "", jqs[i]);
    expression = expression_new(all->str, &error);
    if (expression == NULL)
        g_error("%s: %s", all->str, error);
    g_string_free(all, TRUE);
    return expression;
}

struct expression *expression_ref(struct expression *expression)
{
    expression->references++;
    return expression;
}

void expression_free(struct expression *expression)
{
    if (expression == NULL || expression->references-- > 0)
        return;
    jq_util_input_free(&expression->inputs);
    /* jq 1.6 ends the process when it is to clear up after a halt in the middle of `paths`. */
    if (!expression->is_lost && !jq_halted(expression->jq))
        jq_teardown(&expression->jq);
    g_free(expression->error);
    g_free(expression);
}

/* What jq says in place of another output: NULL if there is just none. */
static char *reason(jq_state *jq, jv output)
{
    char *text = NULL;

    if (jq_halted(jq)) {
        text = g_strdup("it halts");
    } else if (jv_invalid_has_msg(jv_copy(output))) {
        jv message = jv_invalid_get_msg(jv_copy(output));

        if (jv_get_kind(message) != JV_KIND_STRING)
            message = jv_dump_string(message, 0);
        text = first_line(jv_string_value(message));
        jv_free(message);
    }
    jv_free(output);
    return text;
}

static bool is_true(jv output)
{
    const jv_kind kind = jv_get_kind(output);

    return kind != JV_KIND_FALSE && kind != JV_KIND_NULL;
}

/* All outputs are taken: jq 1.6 ends the process when it is told to begin anew in the middle of `paths`. */
static enum answer ask(struct expression *expression, const struct record *record, char **error)
{
    bool any = false;
    jv output;

    jq_start(expression->jq, jv_copy(record->value), 0);
    while (jv_is_valid(output = jq_next(expression->jq))) {
        any = any || is_true(output);
        jv_free(output);
    }
    *error = reason(expression->jq, output);
    if (*error != NULL)
        return ANSWER_ERROR;
    return any ? ANSWER_YES : ANSWER_NO;
}

enum answer expression_ask(struct expression *expression, const struct record *record, char **error)
{
    enum answer answer;
    sigjmp_buf here;

    if (expression->is_lost || sigsetjmp(here, 0) != 0) {
        expression->is_lost = true;
        *error = g_strdup("jq has given up, as it does of a question that never stops asking itself");
        answer = ANSWER_ERROR;
    } else {
        way_out = &here;
        answer = ask(expression, record, error);
    }
    way_out = NULL;
    return answer;
}

/* The next question's outputs are an array. */
static bool is_any_true(jv outputs)
{
    const int count = jv_array_length(jv_copy(outputs));
    bool any = false;

    for (int i = 0; i < count && !any; i++) {
        jv output = jv_array_get(jv_copy(outputs), i);

        any = is_true(output);
        jv_free(output);
    }
    jv_free(outputs);
    return any;
}

bool expression_ask_one(struct expression *expression, unsigned number, const struct record *record)
{
    if (expression->asked != record->number) {
        jv output;

        expression->asked = record->number;
        expression->answers = 0;
        jq_start(expression->jq, jv_copy(record->value), 0);
        for (unsigned i = 0; jv_is_valid(output = jq_next(expression->jq)); i++)
            expression->answers |= (uint64_t)is_any_true(output) << i;
        jv_free(output);
    }
    return (expression->answers >> number & 1) != 0;
}
