/* packer.h where the report's page could not be built: it only says so.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output/report/packer.h"

#ifndef TCPLIFE_HAS_REPORT /* otherwise packer.c */

bool packer_has_page(void)
{
    return false;
}

struct packer *packer_new(void)
{
    return NULL;
}

void packer_free(struct packer *packer)
{
    (void)packer;
}

void packer_append_block(struct packer *packer, GString *to, const char *kind,
                         const char *attributes, const GString *text)
{
    (void)packer, (void)to, (void)kind, (void)attributes, (void)text;
}

void packer_append_before(GString *to)
{
    (void)to;
}

void packer_append_after(GString *to)
{
    (void)to;
}

#endif
