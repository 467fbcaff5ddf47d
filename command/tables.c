/* See tables.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/tables.h"

static void put_text(struct tables_pen *pen, const char *text)
{
    const struct figure_column *column = &pen->columns[pen->column++];
    const int width = (int)column->width;

    g_string_append_printf(pen->writing->text, "%*s |", column->is_left ? -width : width, text);
}

static void put(void *to, const struct figure *figure)
{
    struct tables_pen *pen = to;

    if (pen->column >= pen->count)
        return;
    if (figure->type == FIGURE_TEXT) {
        put_text(pen, figure->text);
    } else {
        char buffer[FIGURE_SIZE];

        put_text(pen, figure_text(figure, buffer));
    }
}

static void begin_table(void *to, const char *title)
{
    const struct tables_pen *pen = to;

    g_string_append_printf(pen->writing->text, "%s\n", title);
}

static void begin_row(void *to)
{
    struct tables_pen *pen = to;

    pen->column = 0;
}

static void end_row(void *to)
{
    struct tables_pen *pen = to;

    while (pen->column < pen->count)
        put_text(pen, "");
    g_string_append_c(pen->writing->text, '\n');
    writing_flush(pen->writing);
}

struct figure_sink tables_begin(struct tables_pen *pen, struct writing *writing,
                                const struct reading *reading, tables_columns *columns)
{
    *pen = (struct tables_pen){.writing = writing};
    writing_begin_file(writing, reading);
    pen->count = columns(pen->columns);
    while (pen->column < pen->count)
        put_text(pen, pen->columns[pen->column].title);
    g_string_append_c(writing->text, '\n');
    return (struct figure_sink){.begin_table = begin_table,
                                .begin_row = begin_row,
                                .put = put,
                                .end_row = end_row,
                                .to = pen};
}

void tables_write(struct writing *writing, const struct reading *reading, tables_columns *columns,
                  figure_fill *fill)
{
    struct tables_pen pen;
    const struct figure_sink sink = tables_begin(&pen, writing, reading, columns);

    fill(&sink, &reading->capture, reading->connections);
}
