/* pcaplife html: the report, one HTML file about all connections of all files.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/command.h"

#include "command/complaints.h"
#include "command/filming.h"
#include "output/connection_set.h"
#include "output/report/report.h"

static void take(void *to, const char *text, size_t length)
{
    struct writing *writing = to;

    g_string_append_len(writing->text, text, (gssize)length);
    writing_flush(writing);
}

static const char *refusal(unsigned given)
{
    (void)given;
    return report_missing();
}

static void begin(struct writing *writing)
{
    const struct report_options options = {
        .ladders = writing->ladders,
        .states_interval_ns = writing->states_interval_ns,
        .choice = writing->choice,
        .files = writing->inputs->len,
    };

    writing->state = report_new(&options, take, writing);
    writing->wishes.pictures = writing->wishes.pictures || writing->ladders > 0;
    if (writing->some_missing)
        report_note_lack(writing->state, REPORT_GIVEN_UP,
                         "A folder that was named holds no capture, or cannot be read");
}

static void note_damages(struct writing *writing, const struct source *source)
{
    GPtrArray *damages = source_damages(source);

    for (unsigned i = 0; i < damages->len; i++)
        report_note_lack(writing->state, REPORT_UNREAD, g_ptr_array_index(damages, i));
    g_ptr_array_unref(damages);
}

static void note_nothing(struct writing *writing, const struct reading *reading)
{
    if (reading->of_nothing != NULL)
        report_note_lack(writing->state, REPORT_GIVEN_UP, reading->of_nothing);
}

static void note_undecoded(struct writing *writing, const struct reading *reading)
{
    for (size_t i = 0; i < reading->undecoded_count; i++) {
        char *text = undecoded_text(reading->name, &reading->undecoded[i]);

        report_note_lack(writing->state, REPORT_PASSED_OVER, text);
        g_free(text);
    }
}

static void add(struct writing *writing, const struct reading *reading)
{
    GByteArray *drawn = report_add(writing->state, &reading->capture, reading->connections);

    note_damages(writing, reading->source);
    note_nothing(writing, reading);
    note_undecoded(writing, reading);
    if (connection_set_count(drawn) > 0) {
        struct picture_film *film = filming_film(reading->filming, drawn);

        if (film != NULL)
            report_draw(writing->state, &reading->capture, film);
        else
            writing_note_code(writing, PCAPLIFE_FAILED);
    }
    g_byte_array_free(drawn, TRUE);
}

static void end(struct writing *writing)
{
    if (writing->why_over != NULL)
        report_note_lack(writing->state, REPORT_GIVEN_UP, writing->why_over);
    report_finish(writing->state);
}

const struct subcommand subcommand_html = {
    .name = "html",
    .help = "a report for people: one HTML file, for any browser",
    .wishes = {.zeek = true},
    .takes = OPTION_LADDERS | OPTION_STATES_INTERVAL,
    .refusal = refusal,
    .begin = begin,
    .write = add,
    .cannot_read = note_damages,
    .end = end,
};
