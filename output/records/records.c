/* One record a connection, for programs: JSON Lines and CSV (contract, section 6).
 *
 * Which values a record has is said in values.c, how JSON and CSV write them in record_writer.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tcplife/output/records.h"

#include "output/records/record_writer.h"
#include "output/records/values.h"
#include "output/text.h"

static bool has_key(const struct value_row *row, const struct tl_capture *capture)
{
    return row->key.name != NULL && (row->exists == NULL || row->exists(capture));
}

static void put_value(struct record_writer *writer, const struct value_row *row,
                      const struct value *value)
{
    switch (row->type) {
    case VALUE_NUMBER:
    case VALUE_BYTES:
    case VALUE_FRAME:
    case VALUE_FRAME_OF_REQUEST:
    case VALUE_FRAME_OF_RESPONSE:
    case VALUE_FRAME_OF_ACK:
        record_number(writer, &row->key, value->number);
        break;
    case VALUE_TIME:
    case VALUE_DURATION:
        record_seconds(writer, &row->key, value->ns);
        break;
    case VALUE_WORD:
        record_word(writer, &row->key, value->word);
        break;
    case VALUE_TEXT:
        record_string(writer, &row->key, value->text->str);
        break;
    case VALUE_LIST: /* writes itself */
        break;
    }
}

static void append_record(GString *text, enum record_format format,
                          const struct tl_capture *capture, const struct tl_connection *connection)
{
    const struct known_life life = life_of(capture, connection);
    struct value value = {.text = g_string_sized_new(256)};
    struct record_writer writer;

    record_begin(&writer, format, text);
    writer.scratch = value.text;
    for (unsigned i = 0; i < value_row_count; i++) {
        const struct value_row *row = &value_rows[i];

        if (!has_key(row, capture))
            continue;
        text_clear(value.text);
        if (row->type == VALUE_LIST)
            row->put_list(&writer, &row->key, &life);
        else if (row->get(&life, &value))
            put_value(&writer, row, &value);
        else
            record_absent(&writer);
    }
    record_end(&writer);
    g_string_free(value.text, TRUE);
}

void tl_append_json(GString *text, const struct tl_capture *capture,
                    const struct tl_connection *connection)
{
    append_record(text, RECORD_JSON, capture, connection);
}

void tl_append_csv(GString *text, const struct tl_capture *capture,
                   const struct tl_connection *connection)
{
    append_record(text, RECORD_CSV, capture, connection);
}

void tl_append_csv_header(GString *text, const struct tl_capture *capture)
{
    for (unsigned i = 0; i < value_row_count; i++) {
        if (has_key(&value_rows[i], capture))
            record_csv_key(text, &value_rows[i].key);
    }
    record_csv_end_of_keys(text);
}
