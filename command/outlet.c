/* See outlet.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define _GNU_SOURCE /* fopencookie(); so it is called. NOLINT(bugprone-reserved-identifier) */
#include "command/outlet.h"

#include <stdbool.h>
#include <unistd.h>

enum { BUFFER = 1 << 16 };

static bool write_all(int to, const char *bytes, size_t size)
{
    while (size > 0) {
        const ssize_t written = write(to, bytes, size);

        if (written < 0)
            return false;
        bytes += written;
        size -= (size_t)written;
    }
    return true;
}

/* Nothing is left there, for whoever looks at it later. */
static bool write_what_waits(const struct outlet *outlet)
{
    const int from = fileno(outlet->waiting);
    char bytes[BUFFER];
    ssize_t count;

    if (lseek(from, 0, SEEK_SET) < 0)
        return false;
    while ((count = read(from, bytes, sizeof bytes)) > 0)
        if (!write_all(outlet->to, bytes, (size_t)count))
            return false;
    return count == 0 && ftruncate(from, 0) == 0;
}

/* fopencookie's write. */
static ssize_t put(void *ctx, const char *bytes, size_t size)
{
    struct outlet *outlet = ctx;

    if (outlet->to == 0)
        outlet->to = fileno(outlet->waiting);
    if (outlet->direct != NULL && outlet->to != fileno(outlet->direct) &&
        *outlet->turn == outlet->number) {
        outlet->to = fileno(outlet->direct);
        if (!write_what_waits(outlet))
            return 0;
    }
    return write_all(outlet->to, bytes, size) ? (ssize_t)size : 0;
}

FILE *outlet_open(struct outlet *outlet)
{
    FILE *file = fopencookie(outlet, "w", (cookie_io_functions_t){.write = put});

    if (file != NULL)
        setvbuf(file, NULL, _IOFBF, BUFFER);
    return file;
}
