/* Numbers and durations in words, as pictures have them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output/pictures/texts.h"

#include <inttypes.h>
#include <string.h>

/* Not printf(): the decimal point must not depend on the user's locale. */
static char *decimal(const char *format, double value, const char *unit)
{
    char number[G_ASCII_DTOSTR_BUF_SIZE];

    g_ascii_formatd(number, sizeof number, format, value);
    return g_strdup_printf("%s %s", number, unit);
}

char *picture_duration_text(int64_t ns)
{
    const int64_t second = INT64_C(1000000000);
    const int64_t seconds = (ns + second / 2) / second;

    if (ns < 0)
        return g_strdup("?"); /* the capture's order says nothing of it */
    if (seconds >= INT64_C(48) * 3600)
        return g_strdup_printf("%" PRId64 " d %" PRId64 " h", seconds / 86400,
                               seconds % 86400 / 3600);
    if (seconds >= 3600)
        return g_strdup_printf("%" PRId64 " h %" PRId64 " min", seconds / 3600,
                               seconds % 3600 / 60);
    if (seconds > 100)
        return g_strdup_printf("%" PRId64 " min %" PRId64 " s", seconds / 60, seconds % 60);
    if (ns >= second)
        return decimal("%.3g", (double)ns / 1e9, "s");
    if (ns >= 1000000)
        return decimal("%.3g", (double)ns / 1e6, "ms");
    return decimal("%.3g", (double)ns / 1e3, "us");
}

char *picture_time_text(int64_t ns)
{
    const uint64_t us = ((ns < 0 ? -(uint64_t)ns : (uint64_t)ns) + 500) / 1000;

    return g_strdup_printf("%s%" PRIu64 ".%06" PRIu64, ns < 0 && us > 0 ? "-" : "", us / 1000000,
                           us % 1000000);
}

/* "20,480" */
void picture_append_count(GString *text, uint64_t count)
{
    char *digits = g_strdup_printf("%" PRIu64, count);
    const size_t length = strlen(digits);

    for (size_t i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            g_string_append_c(text, ',');
        g_string_append_c(text, digits[i]);
    }
    g_free(digits);
}

void picture_append_counted(GString *text, uint64_t count, const char *one, const char *more)
{
    picture_append_count(text, count);
    g_string_append_printf(text, " %s", count == 1 ? one : more);
}
