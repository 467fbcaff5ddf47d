/* One record a connection, for programs: JSON Lines and CSV (contract, section 6).
 *
 * Which values a record has is said in values.c, how JSON and CSV write them in record_writer.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tcplife/output/records.h"

#include "output/records/record_writer.h"
#include "output/records/values.h"

static bool has_key(const struct value_row *row, const struct tl_capture *capture)
{
    return row->key.name != NULL && (row->exists == NULL || row->exists(capture));
}

/* Made where it stands. */
static void put_text(struct record_writer *writer, const struct value_row *row, const struct known_life *life,
                     bool is_ours)
{
    struct value value = {.text = record_begin_text(writer, &row->key)};

    if (row->get(life, &value))
        record_end_text(writer, is_ours);
    else
        record_drop_text(writer);
}

static void put_word(struct record_writer *writer, const struct value_row *row, const struct known_life *life)
{
    struct value value = {.name = NULL};

    if (!row->get(life, &value))
        record_absent(writer);
    else if (value.name != NULL)
        record_name(writer, &row->key, value.name);
    else
        record_word(writer, &row->key, value.word);
}

static void put_row(struct record_writer *writer, const struct value_row *row, const struct known_life *life)
{
    struct value value;

    switch (row->type) {
    case VALUE_NUMBER:
    case VALUE_BYTES:
    case VALUE_FRAME:
    case VALUE_FRAME_OF_REQUEST:
    case VALUE_FRAME_OF_RESPONSE:
    case VALUE_FRAME_OF_ACK:
        if (row->get(life, &value))
            record_number(writer, &row->key, value.number);
        else
            record_absent(writer);
        break;
    case VALUE_TIME:
        if (row->get(life, &value))
            record_time(writer, &row->key, value.ns);
        else
            record_absent(writer);
        break;
    case VALUE_DURATION:
        if (row->get(life, &value))
            record_seconds(writer, &row->key, value.ns);
        else
            record_absent(writer);
        break;
    case VALUE_WORD:
        put_word(writer, row, life);
        break;
    case VALUE_TEXT:
        put_text(writer, row, life, life->capture->append_address == NULL);
        break;
    case VALUE_FILE_NAME:
        put_text(writer, row, life, false);
        break;
    case VALUE_LIST:
        row->put_list(writer, &row->key, life);
        break;
    }
}

static void append_record(GString *text, enum record_format format,
                          const struct tl_capture *capture, const struct tl_connection *connection)
{
    const struct known_life life = life_of(capture, connection);
    struct record_writer writer;

    record_begin(&writer, format, text);
    for (unsigned i = 0; i < value_row_count; i++) {
        const struct value_row *row = &value_rows[i];

        if (has_key(row, capture))
            put_row(&writer, row, &life);
    }
    record_end(&writer);
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
