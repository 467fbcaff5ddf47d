/* A text on its way from output to Wireshark.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/show/scratch.h"

GString *tcplife_scratch(void)
{
    static GString *text;

    if (text == NULL)
        text = g_string_new(NULL);
    g_string_truncate(text, 0);
    return text;
}
