/* Writes one record of named values, as a line of JSON or of CSV (RFC 4180, but the line ends as those
 * of every other text).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output/records/record_writer.h"

#include "output/text.h"

#include <string.h>

/* ---- JSON: each value is written in one go, into room for all of it ---------------------------- */

static bool is_json(const struct record_writer *writer)
{
    return writer->format == RECORD_JSON;
}

/* Of what is an item of a list. */
static const struct record_key no_key = NO_RECORD_KEY;

/* What stands before a value: a comma, and its key. Returns where the value goes, which may be so long. The line has
 * no 0 at its end again until record_end(). */
static inline char *json_begin(struct record_writer *writer, const struct record_key *key,
                               size_t length)
{
    char *to = text_room(writer->line, sizeof key->json + length);
    const unsigned comma = writer->is_first; /* that there is none */

    /* All of the room, since a constant number of bytes is copied at once. */
    memcpy(to, key->json, sizeof key->json);
    if (comma)
        memcpy(to, key->json + 1, sizeof key->json - 1);
    writer->is_first = false;
    return to + key->length - comma;
}

static void json_end(struct record_writer *writer, const char *end)
{
    writer->line->len = (size_t)(end - writer->line->str);
}

static void json_open(struct record_writer *writer, const struct record_key *key, char bracket)
{
    char *to = json_begin(writer, key, 1);

    *to++ = bracket;
    json_end(writer, to);
    writer->is_first = true;
}

static void json_close(struct record_writer *writer, char bracket)
{
    char *to = text_room(writer->line, 1);

    *to++ = bracket;
    json_end(writer, to);
    writer->is_first = false;
}

static bool needs_escape(unsigned char byte)
{
    return byte < 0x20 || byte == '"' || byte == '\\';
}

/* (Compilers ask it of many bytes at once, since the loop does not end early.) */
static bool any_needs_escape(const char *text, size_t length)
{
    unsigned char any = 0;

    for (size_t i = 0; i < length; i++) {
        const unsigned char byte = (unsigned char)text[i];

        any |= byte < 0x20;
        any |= byte == '"';
        any |= byte == '\\';
    }
    return any != 0;
}

static char *json_escape(char *to, unsigned char byte)
{
    static const char hexadecimal[] = "0123456789abcdef";

    *to++ = '\\';
    if (byte >= 0x20) {
        *to++ = (char)byte;
        return to;
    }
    to = text_put(to, "u00", 3);
    *to++ = hexadecimal[byte >> 4];
    *to++ = hexadecimal[byte & 15];
    return to;
}

enum { LONGEST_ESCAPE = 6 };

static void json_text(struct record_writer *writer, const struct record_key *key, const char *text, size_t length)
{
    char *to = json_begin(writer, key, length * LONGEST_ESCAPE + 2);
    const char *const end = text + length;

    *to++ = '"';
    if (!any_needs_escape(text, length))
        to = text_put(to, text, length);
    else
        for (; text < end; text++) {
            if (needs_escape((unsigned char)*text))
                to = json_escape(to, (unsigned char)*text);
            else
                *to++ = *text;
        }
    *to++ = '"';
    json_end(writer, to);
}

/* A text that has nothing to escape. */
static void json_word(struct record_writer *writer, const struct record_key *key, const char *word)
{
    const size_t length = strlen(word);
    char *to = json_begin(writer, key, length + 2);

    *to++ = '"';
    to = text_put(to, word, length);
    *to++ = '"';
    json_end(writer, to);
}

/* ---- CSV ----------------------------------------------------------------------------------- */

/* Every cell ends in a comma; csv_end_line() makes a line break of the last one. */
static void csv_plain_cell(GString *line, const char *text, size_t length)
{
    char *to = text_put(text_room(line, length + 1), text, length);

    *to++ = ',';
    text_end(line, to);
}

static void csv_quoted_cell(GString *line, const char *text, size_t length)
{
    char *to = text_room(line, length * 2 + 3);

    *to++ = '"';
    for (; *text != '\0'; text++) {
        if (*text == '"')
            *to++ = '"';
        *to++ = *text;
    }
    *to++ = '"';
    *to++ = ',';
    text_end(line, to);
}

static void csv_cell(GString *line, const char *text, size_t length)
{
    if (strpbrk(text, ",\"\r\n") == NULL)
        csv_plain_cell(line, text, length);
    else
        csv_quoted_cell(line, text, length);
}

static void csv_end_line(GString *line)
{
    line->str[line->len - 1] = '\n';
}

/* An item of a list, or a value of one. */
static void csv_item(struct record_writer *writer, const char *text, size_t length)
{
    text_append(writer->cell, writer->separator);
    text_append_bytes(writer->cell, text, length);
    writer->separator = " ";
}

/* A value of the record, or of an item of a list in it. */
static void csv_text(struct record_writer *writer, const char *text, size_t length)
{
    if (writer->in_list)
        csv_item(writer, text, length);
    else
        csv_cell(writer->line, text, length);
}

/* The same of one that needs no quotes. */
static void csv_word(struct record_writer *writer, const char *word, size_t length)
{
    if (writer->in_list)
        csv_item(writer, word, length);
    else
        csv_plain_cell(writer->line, word, length);
}

static void csv_begin_list(struct record_writer *writer)
{
    g_string_truncate(writer->cell, 0);
    writer->in_list = true;
    writer->separator = "";
}

static void csv_end_list(struct record_writer *writer)
{
    writer->in_list = false;
    csv_cell(writer->line, writer->cell->str, writer->cell->len);
}

/* Each key is a cell that needs no quotes. */
void record_csv_key(GString *line, const struct record_key *key)
{
    csv_plain_cell(line, key->name, strlen(key->name));
}

void record_csv_end_of_keys(GString *line)
{
    csv_end_line(line);
}

/* ---- either -------------------------------------------------------------------------------- */

void record_begin(struct record_writer *writer, enum record_format format, GString *line)
{
    *writer = (struct record_writer){.line = line, .format = format, .is_first = true};
    if (is_json(writer))
        text_append_bytes(line, "{", 1);
    else
        writer->cell = g_string_sized_new(1024);
}

void record_end(struct record_writer *writer)
{
    if (is_json(writer)) {
        text_append_bytes(writer->line, "}\n", 2);
    } else {
        csv_end_line(writer->line);
        g_string_free(writer->cell, TRUE);
    }
}

/* ---- values -------------------------------------------------------------------------------- */

void record_number(struct record_writer *writer, const struct record_key *key, uint64_t number)
{
    if (is_json(writer)) {
        json_end(writer, text_put_number(json_begin(writer, key, TEXT_DIGITS), number));
    } else {
        char digits[TEXT_DIGITS];

        csv_word(writer, digits, (size_t)(text_put_number(digits, number) - digits));
    }
}

void record_seconds(struct record_writer *writer, const struct record_key *key, int64_t ns)
{
    if (is_json(writer)) {
        json_end(writer, text_put_seconds(json_begin(writer, key, TEXT_SECONDS), ns));
    } else {
        char seconds[TEXT_SECONDS];

        csv_word(writer, seconds, (size_t)(text_put_seconds(seconds, ns) - seconds));
    }
}

void record_string(struct record_writer *writer, const struct record_key *key, const char *text)
{
    const size_t length = strlen(text);

    if (is_json(writer))
        json_text(writer, key, text, length);
    else
        csv_text(writer, text, length);
}

void record_word(struct record_writer *writer, const struct record_key *key, const char *word)
{
    if (is_json(writer))
        json_word(writer, key, word);
    else
        csv_word(writer, word, strlen(word));
}

void record_absent(struct record_writer *writer)
{
    if (!is_json(writer))
        csv_word(writer, "", 0);
}

/* ---- lists --------------------------------------------------------------------------------- */

void record_begin_list(struct record_writer *writer, const struct record_key *key)
{
    if (is_json(writer))
        json_open(writer, key, '[');
    else
        csv_begin_list(writer);
}

void record_item_string(struct record_writer *writer, const char *text)
{
    record_string(writer, &no_key, text);
    writer->separator = "; ";
}

void record_begin_item(struct record_writer *writer)
{
    if (is_json(writer))
        json_open(writer, &no_key, '{');
}

void record_end_item(struct record_writer *writer)
{
    if (is_json(writer))
        json_close(writer, '}');
    writer->separator = "; ";
}

void record_end_list(struct record_writer *writer)
{
    if (is_json(writer))
        json_close(writer, ']');
    else
        csv_end_list(writer);
}
