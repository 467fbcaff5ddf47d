/* One row a connection: those of a life's values that are columns.
 *
 * Which they are is said in records/values.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output/figures/tables.h"

#include "output/connection_set.h"
#include "output/records/values.h"

G_STATIC_ASSERT((int)FIGURE_COLUMNS_AT_MOST <= (int)VALUE_ROWS_AT_MOST);

static void put_value(const struct figure_sink *sink, const struct value_row *row,
                      const struct value *value)
{
    switch (row->type) {
    case VALUE_NUMBER:
    case VALUE_FRAME:
    case VALUE_FRAME_OF_REQUEST:
    case VALUE_FRAME_OF_RESPONSE:
    case VALUE_FRAME_OF_ACK:
        figure_put_count(sink, (uint32_t)value->number);
        break;
    case VALUE_BYTES:
        figure_put_bytes(sink, value->number);
        break;
    case VALUE_TIME:
    case VALUE_DURATION:
        if (row->column.unit == VALUE_SECONDS)
            figure_put_seconds(sink, (double)value->ns);
        else
            figure_put_milliseconds(sink, (double)value->ns);
        break;
    case VALUE_WORD:
        figure_put_text(sink, value->word);
        break;
    case VALUE_TEXT:
        figure_put_text(sink, value->text->str);
        break;
    case VALUE_FILE_NAME:
    case VALUE_LIST: /* in records alone */
        figure_put_nothing(sink);
        break;
    }
}

static void put_connection(const struct figure_sink *sink,
                           const struct value_row *const rows[VALUE_ROWS_AT_MOST], unsigned count,
                           const struct known_life *life, GString *text)
{
    struct value value = {.text = text};

    figure_begin_row(sink);
    for (unsigned i = 0; i < count; i++) {
        g_string_truncate(text, 0);
        if (rows[i]->get(life, &value))
            put_value(sink, rows[i], &value);
        else
            figure_put_nothing(sink);
    }
    figure_end_row(sink);
}

void connection_table_fill(const struct figure_sink *sink, const struct tl_capture *capture,
                           const GByteArray *chosen)
{
    const struct value_row *rows[VALUE_ROWS_AT_MOST];
    const unsigned count = value_columns(rows);
    const struct tl_connection *connection;
    GString *text = g_string_new(NULL);
    uint32_t number = 0;

    sink->begin_table(sink->to, "Connections");
    while ((connection = connection_set_next(capture, chosen, &number)) != NULL) {
        const struct known_life life = life_of(capture, connection);

        put_connection(sink, rows, count, &life, text);
    }
    g_string_free(text, TRUE);
}

/* Numbers stand at the right, texts at the left. */
unsigned connection_table_columns(struct figure_column columns[FIGURE_COLUMNS_AT_MOST])
{
    const struct value_row *rows[VALUE_ROWS_AT_MOST];
    const unsigned count = value_columns(rows);

    for (unsigned i = 0; i < count && i < FIGURE_COLUMNS_AT_MOST; i++) {
        columns[i] = (struct figure_column){
            .title = rows[i]->column.title,
            .is_count = rows[i]->type == VALUE_NUMBER,
            .is_left = rows[i]->type == VALUE_WORD || rows[i]->type == VALUE_TEXT,
            .width = rows[i]->column.width,
        };
    }
    return MIN(count, FIGURE_COLUMNS_AT_MOST);
}
