/* Durations, as people write them: printf's "%.4g" and a unit.
 *
 * Every record has some, and printf() takes thousands of instructions for each: here they are made of
 * integers, digit for digit the same.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output/words/durations.h"

#include "output/text.h"

#include <stdbool.h>

enum { DIGITS = 4 };

/* A fraction is printed in steps of a digit of the last place that is shown. */
struct fraction {
    uint64_t steps, step_ns;
    unsigned decimals;
};

/* In which steps has so much of a unit four digits? */
static struct fraction in_steps(uint64_t ns, uint64_t unit_ns)
{
    struct fraction fraction = {.step_ns = unit_ns};

    for (unsigned digits = ns / unit_ns >= 100 ? 3 : ns / unit_ns >= 10 ? 2 : 1;
         digits < DIGITS && fraction.step_ns > 1; digits++) {
        fraction.step_ns /= 10;
        fraction.decimals++;
    }
    fraction.steps = ns / fraction.step_ns;
    return fraction;
}

static void append_fraction(GString *text, struct fraction fraction)
{
    char digits[TEXT_DIGITS], *const end = digits + TEXT_DIGITS, *first;
    size_t whole;

    for (; fraction.decimals > 0 && fraction.steps % 10 == 0; fraction.decimals--)
        fraction.steps /= 10;
    first = text_put_digits_before(end, fraction.steps); /* more of them than decimals: it is one unit or more */
    whole = (size_t)(end - first) - fraction.decimals;
    text_append_bytes(text, first, whole);
    if (fraction.decimals > 0)
        g_string_append_c(text, '.');
    text_append_bytes(text, first + whole, fraction.decimals);
}

/* Not printf(): the decimal point must not depend on the user's locale. */
static void append_by_format(GString *text, const char *format, double number)
{
    char words[G_ASCII_DTOSTR_BUF_SIZE];

    text_append(text, g_ascii_formatd(words, sizeof words, format, number));
}

/* Less than a thousand units. */
static void append_number(GString *text, int64_t ns, uint64_t unit_ns)
{
    const uint64_t magnitude = ns < 0 ? -(uint64_t)ns : (uint64_t)ns;
    struct fraction fraction = in_steps(magnitude, unit_ns);
    const uint64_t twice_the_rest = magnitude % fraction.step_ns * 2;

    /* Half a step: whether it is rounded up depends on which binary fraction is nearest. */
    if (twice_the_rest == fraction.step_ns) {
        append_by_format(text, "%.4g", (double)ns / (double)unit_ns);
        return;
    }
    fraction.steps += twice_the_rest > fraction.step_ns;
    if (ns < 0)
        g_string_append_c(text, '-');
    append_fraction(text, fraction);
}

void append_duration(GString *text, int64_t ns)
{
    static const struct {
        int64_t ns;
        const char *name;
    } units[] = {{1000000000, " s"}, {1000000, " ms"}, {1000, " us"}, {1, " ns"}};
    const int64_t limit = 1000 * units[0].ns;
    size_t unit = 0;

    while (unit + 1 < G_N_ELEMENTS(units) && ns < units[unit].ns && ns > -units[unit].ns)
        unit++;
    if (ns >= limit || ns <= -limit)
        append_by_format(text, "%.0f", (double)ns / (double)units[0].ns);
    else
        append_number(text, ns, (uint64_t)units[unit].ns);
    text_append(text, units[unit].name);
}
