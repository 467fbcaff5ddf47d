/* Bytes as HTML can hold them: base64 of gzip, in which no character means anything to HTML.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_OUTPUT_PACKER_H
#define TCPLIFE_OUTPUT_PACKER_H

#include <glib.h>

#include "output/report/page.h"

#include <stdbool.h>

/* Can a report be written, or was its page not built, and zlib not looked for? Then the rest does nothing. */
bool packer_has_page(void);

struct packer;

struct packer *packer_new(void);
void packer_free(struct packer *packer);

/* Appends <script type="application/gzip" data-tcplife="KIND" ATTRIBUTES>…</script> with this text in it. */
void packer_append_block(struct packer *packer, GString *to, const char *kind,
                         const char *attributes, const GString *text);

/* Append what stands in the page before the data, and behind it. */
void packer_append_before(GString *to);
void packer_append_after(GString *to);

#endif
