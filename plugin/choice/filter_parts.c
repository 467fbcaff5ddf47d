/* See filter_parts.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/choice/filter_parts.h"

#include <string.h>

enum { NESTED_AT_MOST = 100 };

/* What is left to be read. */
struct reader {
    const char *at;
    unsigned depth; /* of parentheses and "not" */
};

/* By kind: how it is written, in signs and as a word. */
static const struct {
    const char *signs, *word;
} operators[] = {
    [FILTER_TEST] = {"", ""},
    [FILTER_NOT] = {"!", "not"},
    [FILTER_AND] = {"&&", "and"},
    [FILTER_XOR] = {"^^", "xor"},
    [FILTER_OR] = {"||", "or"},
};

/* ---- signs and words ----------------------------------------------------------------------- */

static size_t word_length(const char *at)
{
    size_t length = 0;

    while (g_ascii_isalnum(at[length]) || (at[length] != '\0' && strchr("_.-", at[length]) != NULL))
        length++;
    return length;
}

static void skip_blanks(struct reader *reader)
{
    while (g_ascii_isspace(*reader->at))
        reader->at++;
}

static size_t quoted_length(const char *at)
{
    size_t length = 1;

    while (at[length] != '\0' && at[length] != at[0])
        length += at[length] == '\\' && at[length + 1] != '\0' ? 2 : 1;
    return length + (at[length] != '\0');
}

/* How many characters of what stands there belong together, whatever they mean. */
static size_t piece_length(const char *at)
{
    const size_t word = word_length(at);

    return word > 0 ? word : *at == '"' || *at == '\'' ? quoted_length(at) : 1;
}

/* How long is this operator, if it stands there? 0: it does not. */
static size_t operator_length(const char *at, enum filter_kind kind)
{
    const size_t signs = strlen(operators[kind].signs), word = strlen(operators[kind].word);

    if (strncmp(at, operators[kind].signs, signs) == 0)
        return kind == FILTER_NOT && at[1] == '=' ? 0 : signs;
    return word_length(at) == word && strncmp(at, operators[kind].word, word) == 0 ? word : 0;
}

static bool joins_tests(const char *at)
{
    return operator_length(at, FILTER_AND) > 0 || operator_length(at, FILTER_XOR) > 0 ||
           operator_length(at, FILTER_OR) > 0;
}

static bool take(struct reader *reader, enum filter_kind kind)
{
    size_t length;

    skip_blanks(reader);
    length = operator_length(reader->at, kind);
    reader->at += length;
    return length > 0;
}

void filter_each_word(const char *filter, void (*see)(void *to, const char *word), void *to)
{
    while (*filter != '\0') {
        const size_t length = piece_length(filter);

        if (word_length(filter) > 0) {
            char *word = g_strndup(filter, length);

            see(to, word);
            g_free(word);
        }
        filter += length;
    }
}

/* ---- parts --------------------------------------------------------------------------------- */

static void free_part(void *part)
{
    filter_part_free(part);
}

void filter_part_free(struct filter_part *part)
{
    if (part == NULL)
        return;
    g_ptr_array_free(part->parts, TRUE);
    g_free(part->text);
    g_free(part);
}

/* Takes over the text. */
static struct filter_part *new_part(enum filter_kind kind, char *text)
{
    struct filter_part *part = g_new0(struct filter_part, 1);

    part->kind = kind;
    part->text = g_strstrip(text);
    part->parts = g_ptr_array_new_with_free_func(free_part);
    return part;
}

struct filter_part *filter_parts_join(enum filter_kind kind, GPtrArray *parts)
{
    GString *text = g_string_new(NULL);
    struct filter_part *joined;

    for (unsigned i = 0; i < parts->len; i++) {
        const struct filter_part *part = g_ptr_array_index(parts, i);

        g_string_append_printf(text, "%s(%s)", i > 0 ? operators[kind].signs : "", part->text);
    }
    joined = new_part(kind, g_string_free(text, FALSE));
    g_ptr_array_free(joined->parts, TRUE);
    joined->parts = parts;
    g_ptr_array_set_free_func(parts, free_part);
    return joined;
}

/* ---- reading: what binds least is read first ----------------------------------------------- */

/* NOLINTBEGIN(misc-no-recursion): as deep as a filter's parentheses, which are counted. */

static struct filter_part *read_joined(struct reader *reader, enum filter_kind kind);

/* A test ends where another one is joined to it, or where the parentheses around it end. */
static size_t test_length(const char *from)
{
    unsigned open = 0;
    const char *at = from;

    while (*at != '\0' && (open > 0 || (*at != ')' && !joins_tests(at)))) {
        if (*at == '$') /* a macro, or a reference to the packet that is selected in a window */
            return 0;
        if (strchr("([{", *at) != NULL)
            open++;
        else if (strchr(")]}", *at) != NULL && open-- == 0)
            return 0;
        at += piece_length(at);
    }
    return open > 0 ? 0 : (size_t)(at - from);
}

static struct filter_part *read_test(struct reader *reader)
{
    const size_t length = test_length(reader->at);
    struct filter_part *test = new_part(FILTER_TEST, g_strndup(reader->at, length));

    reader->at += length;
    if (test->text[0] != '\0')
        return test;
    filter_part_free(test);
    return NULL;
}

static struct filter_part *read_parentheses(struct reader *reader)
{
    struct filter_part *inside;

    reader->at++;
    inside = read_joined(reader, FILTER_OR);
    skip_blanks(reader);
    if (inside != NULL && *reader->at == ')') {
        reader->at++;
        return inside;
    }
    filter_part_free(inside);
    return NULL;
}

static struct filter_part *read_not(struct reader *reader)
{
    const char *from = reader->at;
    struct filter_part *part, *inside = NULL;

    if (!take(reader, FILTER_NOT)) {
        skip_blanks(reader);
        return *reader->at == '(' ? read_parentheses(reader) : read_test(reader);
    }
    if (++reader->depth <= NESTED_AT_MOST)
        inside = read_not(reader);
    reader->depth--;
    if (inside == NULL)
        return NULL;
    part = new_part(FILTER_NOT, g_strndup(from, (size_t)(reader->at - from)));
    g_ptr_array_add(part->parts, inside);
    return part;
}

/* AND binds closer than XOR, and that closer than OR. */
static struct filter_part *read_operand(struct reader *reader, enum filter_kind kind)
{
    return kind == FILTER_AND ? read_not(reader)
                              : read_joined(reader, kind == FILTER_OR ? FILTER_XOR : FILTER_AND);
}

/* One operand stays as it is. */
static struct filter_part *read_operands(struct reader *reader, enum filter_kind kind)
{
    const char *from = reader->at;
    struct filter_part *first = read_operand(reader, kind), *part;

    if (first == NULL || !take(reader, kind))
        return first;
    part = new_part(kind, g_strdup(""));
    g_ptr_array_add(part->parts, first);
    do {
        struct filter_part *next = read_operand(reader, kind);

        if (next == NULL) {
            filter_part_free(part);
            return NULL;
        }
        g_ptr_array_add(part->parts, next);
    } while (take(reader, kind));
    g_free(part->text);
    part->text = g_strstrip(g_strndup(from, (size_t)(reader->at - from)));
    return part;
}

static struct filter_part *read_joined(struct reader *reader, enum filter_kind kind)
{
    struct filter_part *part = NULL;

    if (++reader->depth <= NESTED_AT_MOST)
        part = read_operands(reader, kind);
    reader->depth--;
    return part;
}

/* NOLINTEND(misc-no-recursion) */

struct filter_part *filter_parts_read(const char *filter)
{
    struct reader reader = {.at = filter};
    struct filter_part *part = read_joined(&reader, FILTER_OR);

    skip_blanks(&reader);
    if (*reader.at == '\0')
        return part;
    filter_part_free(part);
    return NULL;
}
