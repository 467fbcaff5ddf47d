/* Writes one record of named values, as a line of JSON or of CSV (RFC 4180, but the line ends as those
 * of every other text).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output/records/record_writer.h"

#include <string.h>

/* ---- JSON: a line is made in memory, in a tenth of the time that Wireshark's json_dumper takes --- */

/* Room for so many more bytes at the line's end, for the caller to write them. The line has no 0 at its end again
 * until record_end(). */
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

/* ---- CSV ----------------------------------------------------------------------------------- */

/* Every cell ends in a comma; csv_end_line() makes a line break of the last one. */
static void csv_cell(GString *line, const char *text)
{
    if (strpbrk(text, ",\"\r\n") == NULL) {
        g_string_append(line, text);
        g_string_append_c(line, ',');
        return;
    }
    g_string_append_c(line, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"')
            g_string_append_c(line, '"');
        g_string_append_c(line, *text);
    }
    g_string_append(line, "\",");
}

static void csv_end_line(GString *line)
{
    line->str[line->len - 1] = '\n';
}

/* A value of the record, or of an item of a list in it. */
static void csv_value(struct record_writer *writer, const char *text)
{
    if (writer->in_list) {
        g_string_append(writer->cell, writer->separator);
        g_string_append(writer->cell, text);
        writer->separator = " ";
    } else {
        csv_cell(writer->line, text);
    }
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
    csv_value(writer, writer->cell->str);
}

/* Each key is a cell that needs no quotes. */
void record_csv_key(GString *line, const char *key)
{
    csv_cell(line, key);
}

void record_csv_end_of_keys(GString *line)
{
    csv_end_line(line);
}

/* ---- either -------------------------------------------------------------------------------- */

static bool is_json(const struct record_writer *writer)
{
    return writer->format == RECORD_JSON;
}

void record_begin(struct record_writer *writer, enum record_format format, GString *line)
{
    *writer = (struct record_writer){.line = line, .format = format, .is_first = true};
    if (is_json(writer))
        *room(line, 1) = '{';
    else
        writer->cell = g_string_new(NULL);
}

void record_end(struct record_writer *writer)
{
    if (is_json(writer)) {
        *put(room(writer->line, 2), "}\n", 2) = '\0';
    } else {
        csv_end_line(writer->line);
        g_string_free(writer->cell, TRUE);
    }
}

/* ---- values -------------------------------------------------------------------------------- */

/* Writes a number's digits, at least so many, in front of `end`; returns the first. */
static char *put_digits(char *end, uint64_t value, int least)
{
    while (value != 0 || least > 0) {
        *--end = (char)('0' + value % 10);
        value /= 10;
        least--;
    }
    return end;
}

static void put_number(struct record_writer *writer, const char *key, const char *digits)
{
    if (is_json(writer)) {
        json_begin_value(writer, key);
        json_plain(writer->line, digits, strlen(digits));
    } else {
        csv_value(writer, digits);
    }
}

void record_number(struct record_writer *writer, const char *key, uint64_t number)
{
    char text[24], *const end = text + sizeof text - 1;

    *end = '\0';
    put_number(writer, key, put_digits(end, number, 1));
}

/* Of integers: no digit of it is invented. */
void record_seconds(struct record_writer *writer, const char *key, int64_t ns)
{
    const uint64_t magnitude = ns < 0 ? -(uint64_t)ns : (uint64_t)ns;
    char text[32], *first = text + sizeof text - 1;

    *first = '\0';
    first = put_digits(first, magnitude % 1000000000, 9);
    *--first = '.';
    first = put_digits(first, magnitude / 1000000000, 1);
    if (ns < 0)
        *--first = '-';
    put_number(writer, key, first);
}

void record_string(struct record_writer *writer, const char *key, const char *text)
{
    if (is_json(writer)) {
        json_begin_value(writer, key);
        json_text(writer->line, text);
    } else {
        csv_value(writer, text);
    }
}

void record_word(struct record_writer *writer, const char *key, const char *word)
{
    if (is_json(writer)) {
        json_begin_value(writer, key);
        json_word(writer->line, word);
    } else {
        csv_value(writer, word);
    }
}

void record_absent(struct record_writer *writer)
{
    if (!is_json(writer))
        csv_value(writer, "");
}

/* ---- lists --------------------------------------------------------------------------------- */

void record_begin_list(struct record_writer *writer, const char *key)
{
    if (is_json(writer))
        json_open(writer, key, '[');
    else
        csv_begin_list(writer);
}

void record_item_string(struct record_writer *writer, const char *text)
{
    record_string(writer, NULL, text);
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

void record_end_list(struct record_writer *writer)
{
    if (is_json(writer))
        json_close(writer, ']');
    else
        csv_end_list(writer);
}
