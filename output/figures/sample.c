/* Values collected to be described by a few figures.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output/figures/sample.h"

#include <glib.h>

#include <stdlib.h>

void sample_add(struct sample *sample, int64_t value)
{
    if (sample->count == sample->capacity) {
        sample->capacity = sample->capacity > 0 ? 2 * sample->capacity : 16;
        sample->values = g_renew(int64_t, sample->values, sample->capacity);
    }
    sample->values[sample->count++] = value;
}

static int compare(const void *a, const void *b)
{
    const int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

    return (left > right) - (left < right);
}

/* The smallest value that at least `percent` of 100 values do not exceed. */
static double percentile(const struct sample *sample, unsigned percent)
{
    const size_t rank = (sample->count * percent + 99) / 100; /* from 1 */

    return (double)sample->values[rank - 1];
}

struct sample_figures sample_describe(struct sample *sample)
{
    const size_t count = sample->count;
    struct sample_figures figures = {.count = count};
    int64_t lower, upper;

    if (count == 0)
        return figures;
    qsort(sample->values, count, sizeof *sample->values, compare);
    for (size_t i = 0; i < count; i++)
        figures.total += (double)sample->values[i];
    figures.mean = figures.total / (double)count;
    figures.minimum = (double)sample->values[0];
    lower = sample->values[(count - 1) / 2];
    upper = sample->values[count / 2];
    figures.median = ((double)lower + (double)upper) / 2;
    figures.p95 = percentile(sample, 95);
    figures.p99 = percentile(sample, 99);
    figures.maximum = (double)sample->values[count - 1];
    return figures;
}

void sample_free(struct sample *sample)
{
    g_free(sample->values);
    *sample = (struct sample){0};
}
