/* Writes records of named values, as JSON Lines or as CSV (RFC 4180, with lines that end as
 * everywhere on this system).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output/records/record_writer.h"

#include <wireshark.h>

#include <stdbool.h>
#include <string.h>

struct record_writer {
    FILE *file;
    enum record_format format;
    GString *line; /* the record so far */
    bool is_first; /* JSON: nothing stands before the next value in its object or list */

    /* CSV */
    GString *cell;
    bool in_header; /* the line holds keys, not values */
    bool in_list;
    const char *separator; /* in front of the next thing in the cell of a list */
};

struct record_writer *record_writer_new(FILE *file, enum record_format format)
{
    struct record_writer *writer = g_new0(struct record_writer, 1);

    writer->file = file;
    writer->format = format;
    writer->line = g_string_new(NULL);
    writer->cell = g_string_new(NULL);
    return writer;
}

void record_writer_free(struct record_writer *writer)
{
    g_string_free(writer->line, TRUE);
    g_string_free(writer->cell, TRUE);
    g_free(writer);
}

/* ---- JSON: a line is made in memory, in a tenth of the time that Wireshark's json_dumper takes --- */

/* Room for so many more bytes at the line's end, for the caller to write them. */
static char *room(GString *line, size_t bytes)
{
    const size_t used = line->len;

    if (used + bytes >= line->allocated_len)
        g_string_set_size(line, used + bytes);
    line->len = used + bytes;
    return line->str + used;
}

/* Returns where the next thing goes. */
static char *put(char *to, const char *text, size_t length)
{
    memcpy(to, text, length);
    return to + length;
}

static void json_plain(GString *line, const char *text, size_t length)
{
    put(room(line, length), text, length);
}

/* A text that has nothing to escape. */
static void json_word(GString *line, const char *word)
{
    const size_t length = strlen(word);
    char *to = room(line, length + 2);

    *to = '"';
    *put(to + 1, word, length) = '"';
}

static void json_text(GString *line, const char *text)
{
    const char *plain = text; /* what needs no escape and is not written yet */

    *room(line, 1) = '"';
    for (; *text != '\0'; text++) {
        const unsigned char byte = (unsigned char)*text;

        if (byte >= 0x20 && byte != '"' && byte != '\\')
            continue;
        json_plain(line, plain, (size_t)(text - plain));
        plain = text + 1;
        if (byte >= 0x20)
            g_string_append_printf(line, "\\%c", byte);
        else
            g_string_append_printf(line, "\\u%04x", byte);
    }
    json_plain(line, plain, (size_t)(text - plain));
    *room(line, 1) = '"';
}

/* What stands before a value: a comma, and its key, if it has one. */
static void json_begin_value(struct record_writer *writer, const char *key)
{
    const size_t length = key != NULL ? strlen(key) : 0;
    char *to = room(writer->line, (writer->is_first ? 0 : 1) + (key != NULL ? length + 3 : 0));

    if (!writer->is_first)
        *to++ = ',';
    writer->is_first = false;
    if (key != NULL) {
        *to = '"';
        to = put(to + 1, key, length);
        to[0] = '"';
        to[1] = ':';
    }
}

static void json_open(struct record_writer *writer, const char *key, char bracket)
{
    json_begin_value(writer, key);
    *room(writer->line, 1) = bracket;
    writer->is_first = true;
}

static void json_close(struct record_writer *writer, char bracket)
{
    *room(writer->line, 1) = bracket;
    writer->is_first = false;
}

static void json_end_line(struct record_writer *writer)
{
    *room(writer->line, 1) = '\n';
    fwrite(writer->line->str, 1, writer->line->len, writer->file);
    g_string_truncate(writer->line, 0);
}

/* ---- CSV ----------------------------------------------------------------------------------- */

/* Every cell ends in a comma; csv_end_line() drops the last one. */
static void csv_cell(GString *line, const char *text)
{
    const char *quote = strpbrk(text, ",\"\r\n") != NULL ? "\"" : "";

    g_string_append(line, quote);
    for (; *text != '\0'; text++) {
        if (*text == '"')
            g_string_append_c(line, '"');
        g_string_append_c(line, *text);
    }
    g_string_append_printf(line, "%s,", quote);
}

static void csv_end_line(struct record_writer *writer)
{
    fprintf(writer->file, "%.*s\n", (int)writer->line->len - 1, writer->line->str);
    g_string_truncate(writer->line, 0);
}

static void csv_item_value(struct record_writer *writer, const char *text)
{
    g_string_append_printf(writer->cell, "%s%s", writer->separator, text);
    writer->separator = " ";
}

/* A value of the record, or of an item of a list in it. */
static void csv_value(struct record_writer *writer, const char *key, const char *text)
{
    if (writer->in_list) {
        csv_item_value(writer, text);
    } else {
        csv_cell(writer->line, writer->in_header ? key : text);
    }
}

static void csv_begin_list(struct record_writer *writer)
{
    g_string_truncate(writer->cell, 0);
    writer->in_list = true;
    writer->separator = "";
}

static void csv_end_list(struct record_writer *writer, const char *key)
{
    writer->in_list = false;
    csv_value(writer, key, writer->cell->str);
}

/* ---- either -------------------------------------------------------------------------------- */

static bool is_json(const struct record_writer *writer)
{
    return writer->format == RECORD_JSON;
}

void record_begin_header(struct record_writer *writer)
{
    writer->in_header = true;
}

void record_end_header(struct record_writer *writer)
{
    csv_end_line(writer);
    writer->in_header = false;
}

void record_begin(struct record_writer *writer)
{
    writer->is_first = true;
    if (is_json(writer))
        json_open(writer, NULL, '{');
}

void record_end(struct record_writer *writer)
{
    if (is_json(writer)) {
        json_close(writer, '}');
        json_end_line(writer);
    } else {
        csv_end_line(writer);
    }
}

void record_number(struct record_writer *writer, const char *key, const char *digits)
{
    if (is_json(writer)) {
        json_begin_value(writer, key);
        json_plain(writer->line, digits, strlen(digits));
    } else {
        csv_value(writer, key, digits);
    }
}

void record_string(struct record_writer *writer, const char *key, const char *text)
{
    if (is_json(writer)) {
        json_begin_value(writer, key);
        json_text(writer->line, text);
    } else {
        csv_value(writer, key, text);
    }
}

void record_word(struct record_writer *writer, const char *key, const char *word)
{
    if (is_json(writer)) {
        json_begin_value(writer, key);
        json_word(writer->line, word);
    } else {
        csv_value(writer, key, word);
    }
}

void record_absent(struct record_writer *writer, const char *key)
{
    if (!is_json(writer))
        csv_value(writer, key, "");
}

void record_begin_list(struct record_writer *writer, const char *key)
{
    if (is_json(writer))
        json_open(writer, key, '[');
    else
        csv_begin_list(writer);
}

void record_item_string(struct record_writer *writer, const char *text)
{
    if (is_json(writer)) {
        json_begin_value(writer, NULL);
        json_text(writer->line, text);
    } else {
        csv_item_value(writer, text);
    }
    writer->separator = "; ";
}

void record_begin_item(struct record_writer *writer)
{
    if (is_json(writer))
        json_open(writer, NULL, '{');
}

void record_end_item(struct record_writer *writer)
{
    if (is_json(writer))
        json_close(writer, '}');
    writer->separator = "; ";
}

void record_end_list(struct record_writer *writer, const char *key)
{
    if (is_json(writer))
        json_close(writer, ']');
    else
        csv_end_list(writer, key);
}
