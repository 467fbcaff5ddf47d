/* The report's page without its data, which report/build.mjs makes; not there where it could not be built.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_OUTPUT_PAGE_H
#define TCPLIFE_OUTPUT_PAGE_H

#include <stddef.h>

/* A text, deflated as zlib does it. */
struct page_part {
    const unsigned char *deflated;
    size_t size;
    size_t length; /* of the text */
};

/* What stands in front of the data, and behind it. */
extern const struct page_part page_before, page_after;

#endif
