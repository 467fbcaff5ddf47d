/* Writes one record of named values, as a line of JSON or of CSV (RFC 4180, but the line ends as those
 * of every other text).
 *
 * Every value is written at the line's end, into room that is there already, and something stands behind it: so nobody
 * has to remember whether it is the first one. What closes a list, or the record, takes the place of the last comma.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output/records/record_writer.h"

#include "output/text.h"

#include <string.h>

static bool is_json(const struct record_writer *writer)
{
    return writer->format == RECORD_JSON;
}

/* ---- where values are written --------------------------------------------------------------- */

/* Behind the line's end there is always room for a key, a number, be it seconds, or a name, and what stands around
 * them. */
enum { ROOM_FOR_VALUE = RECORD_KEY_ROOM + TEXT_SECONDS + 16 };

/* From now on the writer has the line's end: that of the line itself is where it was. */
static void take_line(struct record_writer *writer, size_t room)
{
    writer->to = text_room(writer->line, room + ROOM_FOR_VALUE);
    writer->last_begin = writer->line->str + writer->line->allocated_len - ROOM_FOR_VALUE;
}

/* …and now the line has it. It has no 0 there. */
static GString *give_line(struct record_writer *writer)
{
    writer->line->len = (size_t)(writer->to - writer->line->str);
    return writer->line;
}

/* (Not inline: values that have room would have to save registers for it.) */
static G_GNUC_NO_INLINE void make_room(struct record_writer *writer, size_t room)
{
    give_line(writer);
    take_line(writer, room);
}

/* Room for so much more than a value. */
static inline void need_room(struct record_writer *writer, size_t room)
{
    if (G_UNLIKELY(writer->last_begin - writer->to < (ptrdiff_t)room))
        make_room(writer, room);
}

/* What stands before a value: its key, which only here is written. Returns where the value goes. */
static inline char *begin_value(const struct record_writer *writer, const struct record_key *key)
{
    if (!is_json(writer))
        return writer->to;
    /* All of the room, since a constant number of bytes is copied at once. */
    memcpy(writer->to, key->json, sizeof key->json);
    return writer->to + key->length;
}

/* Room is asked for behind a value, not before it: so nothing has to be kept meanwhile. */
static inline void end_value(struct record_writer *writer, char *end)
{
    *end++ = writer->behind;
    writer->to = end;
    need_room(writer, 0);
}

/* ---- JSON's brackets ------------------------------------------------------------------------- */

static void json_open_list(struct record_writer *writer, const struct record_key *key)
{
    writer->to = begin_value(writer, key);
    *writer->to++ = '[';
    need_room(writer, 0);
}

static void json_open_item(struct record_writer *writer)
{
    *writer->to++ = '{';
    need_room(writer, 0);
}

/* What is in them may be nothing. */
static void json_close(struct record_writer *writer, char bracket)
{
    char *to = writer->to;

    if (to[-1] == ',')
        to--;
    *to++ = bracket;
    end_value(writer, to);
}

/* ---- JSON's escapes, CSV's quotes ------------------------------------------------------------- */

/* Texts are looked at so many bytes at a time, which compilers do at once; behind a text are that many spaces, which no
 * format minds, so that its last bytes are no special case. */
enum { BLOCK = 16 };

static bool is_any_set(const unsigned char bytes[BLOCK])
{
    unsigned char any = 0;

    for (unsigned i = 0; i < BLOCK; i++)
        any |= bytes[i];
    return any != 0;
}

static bool needs_escape(unsigned char byte)
{
    return byte < 0x20 || byte == '"' || byte == '\\';
}

static bool json_minds(const char *text, const char *end)
{
    unsigned char minded[BLOCK] = {0};

    for (; text < end; text += BLOCK)
        for (unsigned i = 0; i < BLOCK; i++)
            minded[i] |= needs_escape((unsigned char)text[i]);
    return is_any_set(minded);
}

static bool csv_minds(const char *text, const char *end)
{
    unsigned char minded[BLOCK] = {0};

    for (; text < end; text += BLOCK)
        for (unsigned i = 0; i < BLOCK; i++) {
            const unsigned char byte = (unsigned char)text[i];

            /* (Two by two: of four gcc makes a table, and looks at each byte by itself.) */
            minded[i] |= byte == ',' || byte == '"';
            minded[i] |= byte == '\r' || byte == '\n';
        }
    return is_any_set(minded);
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

static void json_escape_all(GString *line, size_t begin)
{
    char *text = g_strndup(line->str + begin, line->len - begin), *to;

    line->len = begin;
    to = text_room(line, strlen(text) * LONGEST_ESCAPE);
    for (const char *from = text; *from != '\0'; from++) {
        const unsigned char byte = (unsigned char)*from;

        if (needs_escape(byte))
            to = json_escape(to, byte);
        else
            *to++ = *from;
    }
    text_end(line, to);
    g_free(text);
}

static void csv_double_quotes(GString *line, size_t begin)
{
    char *text = g_strndup(line->str + begin, line->len - begin), *to;

    line->len = begin;
    to = text_room(line, strlen(text) * 2);
    for (const char *from = text; *from != '\0'; from++) {
        if (*from == '"')
            *to++ = '"';
        *to++ = *from;
    }
    text_end(line, to);
    g_free(text);
}

/* A comma is usual in a text, a quote is not. */
static void csv_quote(GString *line, size_t begin)
{
    if (memchr(line->str + begin, '"', line->len - begin) != NULL)
        csv_double_quotes(line, begin);
    text_room(line, 2);
    memmove(line->str + begin + 1, line->str + begin, line->len - begin);
    line->str[begin] = '"';
    line->str[line->len + 1] = '"';
    line->len += 2;
}

/* The text at the line's end, as its format has it. */
static void make_fit(struct record_writer *writer)
{
    GString *line = writer->line;
    char *end = text_room(line, BLOCK);
    const char *text = line->str + writer->text_at;

    memset(end, ' ', BLOCK);
    if (is_json(writer)) {
        if (json_minds(text, end))
            json_escape_all(line, writer->text_at);
    } else if (csv_minds(text, end)) {
        csv_quote(line, writer->text_at);
    }
}

/* ---- CSV's header ------------------------------------------------------------------------------ */

/* Each key is a cell that needs no quotes. */
void record_csv_key(GString *line, const struct record_key *key)
{
    text_append(line, key->name);
    text_append_bytes(line, ",", 1);
}

void record_csv_end_of_keys(GString *line)
{
    line->str[line->len - 1] = '\n';
}

/* ---- a record ---------------------------------------------------------------------------------- */

void record_begin(struct record_writer *writer, enum record_format format, GString *line)
{
    *writer = (struct record_writer){.line = line, .format = format, .behind = ','};
    take_line(writer, 0);
    if (is_json(writer))
        json_open_item(writer);
}

void record_end(struct record_writer *writer)
{
    if (is_json(writer))
        json_close(writer, '}');
    writer->to[-1] = '\n';
    text_end(writer->line, writer->to);
}

/* ---- values ------------------------------------------------------------------------------------ */

void record_number(struct record_writer *writer, const struct record_key *key, uint64_t number)
{
    end_value(writer, text_put_number(begin_value(writer, key), number));
}

void record_seconds(struct record_writer *writer, const struct record_key *key, int64_t ns)
{
    end_value(writer, text_put_seconds(begin_value(writer, key), ns));
}

static void keep_time(struct record_time *time, uint64_t ns)
{
    const uint64_t second = ns / 1000000000;

    if (second != time->ns / 1000000000) {
        char *end = text_put_number(time->text, second);

        *end++ = '.';
        time->fraction_at = (unsigned)(end - time->text);
    }
    time->length =
        (unsigned)(text_put_nanoseconds(time->text + time->fraction_at, (uint32_t)(ns % 1000000000)) - time->text);
    time->ns = ns;
}

void record_time(struct record_writer *writer, const struct record_key *key, int64_t ns)
{
    struct record_time *time = &writer->time;
    char *to;

    if (ns < 1000000000) { /* before its first whole second, none is remembered */
        record_seconds(writer, key, ns);
        return;
    }
    if ((uint64_t)ns != time->ns)
        keep_time(time, (uint64_t)ns);
    to = begin_value(writer, key);
    memcpy(to, time->text, sizeof time->text);
    end_value(writer, to + time->length);
}

void record_name(struct record_writer *writer, const struct record_key *key, const struct record_name *name)
{
    const bool is_quoted = is_json(writer);
    char *to = begin_value(writer, key);

    *to = '"';
    memcpy(to + is_quoted, name->text, sizeof name->text);
    to += is_quoted + name->length;
    *to = '"';
    end_value(writer, to + is_quoted);
}

void record_word(struct record_writer *writer, const struct record_key *key, const char *word)
{
    const size_t length = strlen(word);
    char *to;

    need_room(writer, length);
    to = begin_value(writer, key);
    if (is_json(writer))
        *to++ = '"';
    to = text_put(to, word, length);
    if (is_json(writer))
        *to++ = '"';
    end_value(writer, to);
}

void record_absent(struct record_writer *writer)
{
    if (!is_json(writer))
        end_value(writer, writer->to);
}

/* ---- texts ------------------------------------------------------------------------------------- */

GString *record_begin_text(struct record_writer *writer, const struct record_key *key)
{
    char *to = begin_value(writer, key);

    writer->value_at = (size_t)(writer->to - writer->line->str);
    if (is_json(writer))
        *to++ = '"';
    text_end(writer->line, to);
    if (writer->is_in_list_of_csv)
        writer->list_has_text = true;
    else
        writer->text_at = writer->line->len;
    return writer->line;
}

void record_end_text(struct record_writer *writer, bool is_ours)
{
    /* A list of CSV's is one text. */
    if (!writer->is_in_list_of_csv && !(is_ours && is_json(writer)))
        make_fit(writer);
    take_line(writer, 0);
    if (is_json(writer))
        *writer->to++ = '"';
    end_value(writer, writer->to);
}

void record_drop_text(struct record_writer *writer)
{
    writer->line->len = writer->value_at;
    take_line(writer, 0);
    record_absent(writer);
}

void record_string(struct record_writer *writer, const struct record_key *key, const char *text)
{
    text_append(record_begin_text(writer, key), text);
    record_end_text(writer, false);
}

/* ---- lists --------------------------------------------------------------------------------- */

void record_begin_list(struct record_writer *writer, const struct record_key *key)
{
    if (is_json(writer)) {
        json_open_list(writer, key);
        return;
    }
    writer->text_at = give_line(writer)->len;
    writer->is_in_list_of_csv = true;
    writer->list_has_text = false;
    writer->behind = ' ';
}

void record_begin_item(struct record_writer *writer)
{
    if (is_json(writer))
        json_open_item(writer);
}

/* In the place of the space behind its last value. */
static void csv_end_item(struct record_writer *writer)
{
    writer->to[-1] = ';';
    end_value(writer, writer->to);
}

void record_end_item(struct record_writer *writer)
{
    if (is_json(writer))
        json_close(writer, '}');
    else
        csv_end_item(writer);
}

static const struct record_key no_key = NO_RECORD_KEY;

void record_item_name(struct record_writer *writer, const struct record_name *name)
{
    record_name(writer, &no_key, name);
    if (!is_json(writer))
        csv_end_item(writer);
}

void record_item_string(struct record_writer *writer, const char *text)
{
    record_string(writer, &no_key, text);
    if (!is_json(writer))
        csv_end_item(writer);
}

static void csv_end_list(struct record_writer *writer)
{
    if (writer->to > writer->line->str + writer->text_at)
        writer->to -= strlen("; ");
    if (writer->list_has_text) {
        give_line(writer);
        make_fit(writer);
        take_line(writer, 0);
    }
    writer->is_in_list_of_csv = false;
    writer->behind = ',';
    end_value(writer, writer->to);
}

void record_end_list(struct record_writer *writer)
{
    if (is_json(writer))
        json_close(writer, ']');
    else
        csv_end_list(writer);
}
