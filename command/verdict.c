/* pcaplife FILE…: a screen for each file. How many connections, how they opened and closed, and what a person
 * should look at, with the frame in which it was seen first.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/command.h"

#include "output/connection_set.h"
#include "output/records/attention.h"
#include "output/figures/life_counts.h"
#include "tcplife/output/sentences.h"

#include <inttypes.h>
#include <stdlib.h>

enum { KINDS_AT_MOST = 8 }; /* of what should be looked at: so they fit on a screen */

/* Something that a person should look at, in all connections. */
struct finding {
    enum tl_diagnosis diagnosis;
    uint32_t connections, times;
    struct attention first; /* in the order of frames… */
    const struct tl_connection *first_in; /* …and whose it is; NULL: there is none */
    const struct tl_connection *last_in;
};

struct search {
    struct finding findings[TL_DIAGNOSIS_COUNT];
    const struct tl_connection *connection; /* that is looked at */
};

static void note(void *to, const struct attention *attention)
{
    struct search *search = to;
    struct finding *finding = &search->findings[attention->diagnosis];

    finding->times++;
    if (finding->last_in != search->connection)
        finding->connections++;
    finding->last_in = search->connection;
    if (finding->first_in == NULL || attention->frame < finding->first.frame) {
        finding->first = *attention;
        finding->first_in = search->connection;
    }
}

static void find(struct search *search, const struct writing *writing,
                 const struct reading *reading)
{
    uint32_t number = 0;

    *search = (struct search){0};
    for (int i = 0; i < TL_DIAGNOSIS_COUNT; i++)
        search->findings[i].diagnosis = (enum tl_diagnosis)i;
    while ((search->connection = writing_next(writing, reading, &number)) != NULL)
        attention_find(&reading->capture, search->connection, note, search);
}

/* Errors first, then what concerns most connections. */
static int compare(const void *one, const void *other)
{
    const struct finding *a = one, *b = other;
    const int severity = (int)tl_diagnosis_severity(b->diagnosis) -
                         (int)tl_diagnosis_severity(a->diagnosis);

    if ((a->times > 0) != (b->times > 0))
        return (b->times > 0) - (a->times > 0);
    if (severity != 0)
        return severity;
    if (a->connections != b->connections)
        return a->connections < b->connections ? 1 : -1;
    return (int)a->diagnosis - (int)b->diagnosis;
}

static void append_finding(GString *text, const struct tl_capture *capture,
                           const struct finding *finding)
{
    g_string_append_printf(text, "%9" PRIu32 "  %-22s %s, %" PRIu32 " time%s\n", finding->connections,
                           tl_diagnosis_name(finding->diagnosis),
                           tl_severity_name(tl_diagnosis_severity(finding->diagnosis)),
                           finding->times, finding->times == 1 ? "" : "s");
    g_string_append_printf(text, "           first in frame %" PRIu32 ", connection %" PRIu32 ": ",
                           finding->first.frame, tl_connection_number(finding->first_in));
    if (finding->first.change != NULL)
        tl_append_diagnosis(text, capture, finding->first_in, finding->first.change);
    else
        g_string_append(text, finding->first.words);
    g_string_append_c(text, '\n');
}

static void append_findings(struct writing *writing, const struct reading *reading)
{
    struct search search;
    struct finding *findings = search.findings;
    int kinds = 0;

    find(&search, writing, reading);
    qsort(findings, TL_DIAGNOSIS_COUNT, sizeof findings[0], compare);
    while (kinds < TL_DIAGNOSIS_COUNT && findings[kinds].times > 0)
        kinds++;
    g_string_append(writing->text, kinds == 0 ? "\nNothing to look at.\n"
                                              : "\nTo look at (number of connections):\n");
    for (int i = 0; i < MIN(kinds, KINDS_AT_MOST); i++)
        append_finding(writing->text, &reading->capture, &findings[i]);
    if (kinds > KINDS_AT_MOST)
        g_string_append_printf(writing->text,
                               "           and %d kinds more, which pcaplife stat counts\n",
                               kinds - KINDS_AT_MOST);
}

static void append_count(GString *text, uint32_t count, const char *name, const char *words)
{
    if (count > 0)
        g_string_append_printf(text, "%9" PRIu32 "  %-22s %s\n", count, name, words);
}

static void append_lives(struct writing *writing, const struct reading *reading)
{
    struct life_counts counts = {0};
    const struct tl_connection *connection;
    uint32_t number = 0;

    while ((connection = writing_next(writing, reading, &number)) != NULL)
        life_counts_add(&counts, &reading->capture, connection);
    g_string_append(writing->text, "\nHow they opened:\n");
    for (int i = 0; i < TL_OPEN_COUNT; i++)
        append_count(writing->text, counts.opens[i], tl_open_name((enum tl_open)i),
                     tl_open_words((enum tl_open)i));
    g_string_append(writing->text, "\nHow they closed:\n");
    for (int i = 0; i < TL_CLOSE_COUNT; i++)
        append_count(writing->text, counts.closes[i], tl_close_name((enum tl_close)i),
                     tl_close_words((enum tl_close)i));
    life_counts_free(&counts);
}

static void write_verdict(struct writing *writing, const struct reading *reading)
{
    writing_append_counts(writing, reading);
    if (connection_set_count(reading->connections) == 0)
        return;
    append_lives(writing, reading);
    append_findings(writing, reading);
}

const struct subcommand subcommand_verdict = {
    .name = "verdict",
    .help = "a screen for each file: how connections opened and closed, and what to look at",
    .parts_files = true,
    .write = write_verdict,
};
