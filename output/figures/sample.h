/* A sample: values collected to be described by a few figures.
 *
 * It knows nothing of TCP or Wireshark. All values are kept until they are asked about, so that
 * percentiles are exact.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_SAMPLE_H
#define TCPLIFE_SAMPLE_H

#include <stddef.h>
#include <stdint.h>

/* All zero: empty. */
struct sample {
    int64_t *values;
    size_t count, capacity;
};

/* All zero for an empty sample. */
struct sample_figures {
    size_t count;
    double minimum, mean, median, p95, p99, maximum, total;
};

void sample_add(struct sample *sample, int64_t value);

/* Sorts the values. The median of an even number of values is the mean of the two in the middle;
 * p95 and p99 are values of the sample: the smallest that at least 95 (99) of 100 do not exceed. */
struct sample_figures sample_describe(struct sample *sample);

/* Empties it. */
void sample_free(struct sample *sample);

#endif
