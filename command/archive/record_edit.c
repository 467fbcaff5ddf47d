/* See record_edit.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/archive/record_edit.h"

#include "output/text.h"
#include "tcplife/connection.h"
#include "tcplife/output/sentences.h"

#include <stdlib.h>
#include <string.h>

/* Of a connection, in its part. What is none is larger than any. */
static uint64_t number_at(const char *digits)
{
    uint64_t number = 0;

    for (int i = RECORD_CONSTANT; i < RECORD_DIGITS; i++) {
        const unsigned digit = (unsigned char)(digits[i] - '0');

        if (digit > 9)
            return UINT64_MAX;
        number = number * 10 + digit;
    }
    return number;
}

bool record_append_numbered(GString *to, const struct record_steps *record, const uint32_t *numbers, uint32_t count)
{
    const char *text = record->text->str;
    size_t at = 0;

    for (unsigned i = 0; i < record->places->len; i++) {
        const uint32_t place = g_array_index(record->places, uint32_t, i);
        const uint64_t number = number_at(text + place);

        if (number >= count)
            return false;
        text_append_bytes(to, text + at, place - at);
        text_append_number(to, numbers[number]);
        at = (size_t)place + RECORD_DIGITS;
    }
    text_append_bytes(to, text + at, record->text->len - at);
    return true;
}

/* ---- an expert info ------------------------------------------------------------------------ */

static char *sentence(const struct tl_change *change)
{
    static const struct tl_capture capture;
    GString *text = g_string_new(NULL);

    tl_append_diagnosis(text, &capture, tl_no_connection(), change);
    return g_string_free(text, FALSE);
}

static const char *name_of(const struct tl_change *change)
{
    return tl_diagnosis_name(tl_change_diagnosis(change));
}

static const char *severity_of(const struct tl_change *change)
{
    return tl_severity_name(tl_diagnosis_severity(tl_change_diagnosis(change)));
}

/* Behind the JSON value that begins here, objects and strings as records have them; NULL: it does not end. */
static const char *behind_object(const char *at)
{
    int depth = 0;
    bool in_string = false;

    for (; *at != '\0'; at++) {
        if (in_string && *at == '\\' && at[1] != '\0')
            at++;
        else if (*at == '"')
            in_string = !in_string;
        else if (!in_string && *at == '{')
            depth++;
        else if (!in_string && *at == '}' && --depth == 0)
            return at + 1;
    }
    return NULL;
}

bool record_insert_json(GString *record, uint32_t place, const struct tl_change *change)
{
    static const char key[] = "\"experts\":[";
    /* In strings a quotation mark has a backslash before it: this is the key. */
    const char *at = strstr(record->str, key);
    char *text, *item;
    uint32_t i;

    if (at == NULL)
        return false;
    at += strlen(key);
    for (i = 0; i < place && at != NULL && *at != ']'; i++) {
        if (i > 0)
            at++; /* the comma */
        at = behind_object(at);
    }
    if (at == NULL || i < place)
        return false;
    text = sentence(change);
    item = g_strdup_printf("%s{\"frame\":%u,\"name\":\"%s\",\"severity\":\"%s\",\"text\":\"%s\"}%s",
                           place > 0 ? "," : "", change->frame, name_of(change), severity_of(change), text,
                           place == 0 && *at != ']' ? "," : "");
    g_string_insert(record, at - record->str, item);
    g_free(item);
    g_free(text);
    return true;
}

/* Behind the cell that begins here: at the comma or the line's end. */
static const char *behind_cell(const char *at)
{
    bool quoted = false;

    for (; *at != '\0' && (quoted || (*at != ',' && *at != '\n')); at++)
        if (*at == '"')
            quoted = !quoted;
    return at;
}

/* "12 reset warn …": an item of the list begins so. */
static bool begins_item(const char *at)
{
    char *behind;
    size_t length;

    if (!g_ascii_isdigit(*at))
        return false;
    strtoul(at, &behind, 10);
    if (*behind++ != ' ')
        return false;
    length = strcspn(behind, " ");
    for (int i = 0; i < TL_DIAGNOSIS_COUNT; i++) {
        const char *name = tl_diagnosis_name((enum tl_diagnosis)i);
        const char *severity = tl_severity_name(tl_diagnosis_severity((enum tl_diagnosis)i));

        if (strlen(name) == length && strncmp(behind, name, length) == 0)
            return g_str_has_prefix(behind + length + 1, severity) && behind[length + 1 + strlen(severity)] == ' ';
    }
    return false;
}

/* The item of that number, or the end; NULL: there are not so many. */
static const char *find_item(const char *at, const char *end, uint32_t place)
{
    if (at == end)
        return place == 0 ? at : NULL;
    while (place > 0) {
        const char *next = strstr(at, "; ");

        while (next != NULL && next < end && !begins_item(next + 2))
            next = strstr(next + 2, "; ");
        if (next == NULL || next >= end)
            return place == 1 ? end : NULL;
        at = next + 2;
        place--;
    }
    return at;
}

bool record_insert_csv(GString *record, unsigned column, uint32_t place, const struct tl_change *change)
{
    const char *cell = record->str, *end, *at;
    char *text, *item;
    bool quoted;

    for (unsigned i = 0; i < column; i++) {
        cell = behind_cell(cell);
        if (*cell++ != ',')
            return false;
    }
    end = behind_cell(cell);
    quoted = *cell == '"';
    at = find_item(cell + quoted, end - quoted, place);
    if (at == NULL)
        return false;
    text = sentence(change);
    item = at == end - quoted
               ? g_strdup_printf("%s%u %s %s %s", place > 0 ? "; " : "", change->frame, name_of(change),
                                 severity_of(change), text)
               : g_strdup_printf("%u %s %s %s; ", change->frame, name_of(change), severity_of(change), text);
    /* From the end, so that places stay. */
    if (!quoted && strpbrk(text, ",\"") != NULL) {
        const gssize cell_at = cell - record->str, item_at = at - record->str;

        g_string_insert_c(record, end - record->str, '"');
        g_string_insert(record, item_at, item);
        g_string_insert_c(record, cell_at, '"');
    } else {
        g_string_insert(record, at - record->str, item);
    }
    g_free(item);
    g_free(text);
    return true;
}
