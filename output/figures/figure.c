/* One cell of a table of figures: what it looks like, and where it goes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output/figures/tables.h"

static const char *keep(char buffer[FIGURE_SIZE], char *text)
{
    g_strlcpy(buffer, text, FIGURE_SIZE);
    g_free(text);
    return buffer;
}

/* Texts are compared byte by byte. With as many decimals and as many characters as the others, a
 * number sorts among them by its value. */
static const char *number_text(char buffer[FIGURE_SIZE], double value, const char *format,
                               int width)
{
    char number[G_ASCII_DTOSTR_BUF_SIZE];

    /* Not printf(): the decimal point must not depend on the user's locale. */
    g_ascii_formatd(number, sizeof number, format, value);
    return keep(buffer, g_strdup_printf("%*s", width, number));
}

const char *figure_text(const struct figure *figure, char buffer[FIGURE_SIZE])
{
    switch (figure->type) {
    case FIGURE_COUNT:
        return keep(buffer, g_strdup_printf("%u", figure->count));
    case FIGURE_PERCENT:
        return number_text(buffer, figure->number, "%.2f", 7);
    case FIGURE_MILLISECONDS:
        return number_text(buffer, figure->number / 1e6, "%.3f", 14);
    case FIGURE_SECONDS:
        return number_text(buffer, figure->number / 1e9, "%.6f", 14);
    case FIGURE_BYTES:
        return number_text(buffer, figure->number, "%.0f", 14);
    case FIGURE_TEXT:
    case FIGURE_NOTHING:
        break;
    }
    buffer[0] = '\0';
    return buffer;
}

void figure_begin_row(const struct figure_sink *sink)
{
    sink->begin_row(sink->to);
}

void figure_end_row(const struct figure_sink *sink)
{
    sink->end_row(sink->to);
}

void figure_put_nothing(const struct figure_sink *sink)
{
    sink->put(sink->to, &(struct figure){.type = FIGURE_NOTHING});
}

void figure_put_text(const struct figure_sink *sink, const char *text)
{
    sink->put(sink->to, &(struct figure){.type = FIGURE_TEXT, .text = text});
}

void figure_put_count(const struct figure_sink *sink, uint32_t count)
{
    sink->put(sink->to, &(struct figure){.type = FIGURE_COUNT, .count = count});
}

void figure_put_percent(const struct figure_sink *sink, double percent)
{
    sink->put(sink->to, &(struct figure){.type = FIGURE_PERCENT, .number = percent});
}

void figure_put_milliseconds(const struct figure_sink *sink, double ns)
{
    sink->put(sink->to, &(struct figure){.type = FIGURE_MILLISECONDS, .number = ns});
}

void figure_put_seconds(const struct figure_sink *sink, double ns)
{
    sink->put(sink->to, &(struct figure){.type = FIGURE_SECONDS, .number = ns});
}

void figure_put_bytes(const struct figure_sink *sink, uint64_t bytes)
{
    sink->put(sink->to, &(struct figure){.type = FIGURE_BYTES, .number = (double)bytes});
}
