/* What an SVG image is made of: texts, lines, and the style sheet with both themes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output/pictures/svg_pieces.h"

const char svg_style[] =
    "text{font:12px system-ui,'Segoe UI','DejaVu Sans',Helvetica,Arial,sans-serif;fill:#1a1a1a}\n"
    ".paper{fill:#fff}\n"
    ".title{font-size:15px;font-weight:bold}\n"
    ".end{font-weight:bold}\n"
    ".dim,.number,.step,.silence,.legend,.note{fill:#5f5f5f}\n"
    ".number,.step,.note,.span-text,.legend,.state{font-size:11px}\n"
    ".number{font-variant-numeric:tabular-nums}\n"
    ".silence,.presumed{font-style:italic}\n"
    ".state{font-weight:bold}\n"
    ".state.same{font-weight:normal;fill:#5f5f5f}\n"
    ".state.presumed{font-weight:normal}\n"
    ".taken-back{text-decoration:line-through}\n"
    ".box{fill:#f2f2f2;stroke:#5f5f5f}\n"
    ".box.presumed{fill:none;stroke-dasharray:4 3}\n"
    ".rail{stroke:#8a8a8a;stroke-width:2}\n"
    ".broken{stroke-dasharray:2 5}\n"
    ".arrow{stroke-width:2;fill:none}\n"
    ".run{stroke-width:5}\n"
    ".rule{stroke:#c8c8c8}\n"
    ".opening{stroke:#0072b2}.head.opening{fill:#0072b2}\n"
    ".data{stroke:#4d4d4d}.head.data{fill:#4d4d4d}\n"
    ".closing{stroke:#d55e00}.head.closing{fill:#d55e00}\n"
    ".reset{stroke:#cc79a7}.head.reset{fill:#cc79a7}\n"
    ".arrow.unanswered{stroke-dasharray:7 4}\n"
    ".span{stroke:#009e73;stroke-width:2;fill:none}\n"
    ".warn{font-weight:bold;fill:#1a1a1a}\n"
    "@media (prefers-color-scheme:dark){\n"
    "text,.warn{fill:#ececec}\n"
    ".paper{fill:#16181d}\n"
    ".dim,.number,.step,.silence,.legend,.note,.state.same{fill:#a8adb5}\n"
    ".warn{fill:#ececec}\n"
    ".box{fill:#262a31;stroke:#a8adb5}\n"
    ".box.presumed{fill:none}\n"
    ".rail{stroke:#7a808a}\n"
    ".rule{stroke:#3a3f47}\n"
    ".opening{stroke:#56b4e9}.head.opening{fill:#56b4e9}\n"
    ".data{stroke:#b8bdc5}.head.data{fill:#b8bdc5}\n"
    ".closing{stroke:#e69f00}.head.closing{fill:#e69f00}\n"
    "}\n";

/* Control characters are not allowed in XML, not even escaped. */
char *svg_escaped(const char *words)
{
    char *clean = g_utf8_make_valid(words, -1), *result;

    for (char *letter = clean; *letter != '\0'; letter++) {
        if ((unsigned char)*letter < 0x20 || *letter == 0x7f)
            *letter = ' ';
    }
    result = g_markup_escape_text(clean, -1);
    g_free(clean);
    return result;
}

void svg_put_text(GString *body, int x, int y, const char *anchor, const char *class,
                  const char *words)
{
    char *safe = svg_escaped(words);

    g_string_append_printf(body, "<text x=\"%d\" y=\"%d\"", x, y);
    if (anchor != NULL)
        g_string_append_printf(body, " text-anchor=\"%s\"", anchor);
    g_string_append_printf(body, " class=\"%s\">%s</text>\n", class, safe);
    g_free(safe);
}

void svg_put_line(GString *body, int x1, int y1, int x2, int y2, const char *class)
{
    g_string_append_printf(body,
                           "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" class=\"%s\"/>\n", x1,
                           y1, x2, y2, class);
}
