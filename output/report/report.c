/* See report.h.
 *
 * Records go out as they come, a thousand at a time, so that a hundred thousand connections take little memory;
 * what is known only at the end stands at the end.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output/report/report.h"

#include "output/connection_set.h"
#include "output/records/attention.h"
#include "output/records/record_writer.h"
#include "output/report/album.h"
#include "output/report/packer.h"
#include "output/report/states_json.h"
#include "tcplife/diagnosis.h"
#include "tcplife/output/records.h"
#include "tcplife/output/sentences.h"
#include "tcplife/version.h"

/* A block is what the page reads again for one connection: neither too long nor too many of them. */
enum { RECORDS_IN_BLOCK = 1000, BYTES_IN_BLOCK = 4000000 };

struct report {
    struct report_options options;
    report_take *take;
    void *to;
    struct packer *packer;
    struct album *album;
    GString *text;    /* on its way to `take` */
    GString *states;  /* of the first capture, as JSON */
    GPtrArray *files; /* char *: the names of the captures' files */
    GArray *lacks;    /* struct lack */
    char *choice;     /* the user's words; or NULL */
    uint32_t connections;
    uint64_t chosen_of; /* so many connections */
    unsigned captures;
};

struct lack {
    enum report_lack kind;
    char *sentence;
};

static void lack_clear(gpointer data)
{
    g_free(((struct lack *)data)->sentence);
}

const char *report_missing(void)
{
    return packer_has_page() ? NULL
                             : "This tcplife was built without the HTML report: its build needs "
                               "Node.js, npm, and npm's registry once.";
}

static void hand_over(struct report *report)
{
    report->take(report->to, report->text->str, report->text->len);
    g_string_truncate(report->text, 0);
}

/* Appends a block, and empties its text. */
static void put_block(struct report *report, const char *kind, const char *attributes,
                      GString *text)
{
    packer_append_block(report->packer, report->text, kind, attributes, text);
    g_string_truncate(text, 0);
    hand_over(report);
}

struct report *report_new(const struct report_options *options, report_take *take, void *to)
{
    struct report *report = g_new0(struct report, 1);

    report->options = *options;
    report->take = take;
    report->to = to;
    report->packer = packer_new();
    report->album = album_new(options->ladders);
    report->text = g_string_new(NULL);
    report->states = g_string_new(NULL);
    report->files = g_ptr_array_new_with_free_func(g_free);
    report->lacks = g_array_new(FALSE, FALSE, sizeof(struct lack));
    g_array_set_clear_func(report->lacks, lack_clear);
    report->choice = g_strdup(options->choice);
    packer_append_before(report->text);
    hand_over(report);
    return report;
}

/* ---- a capture ----------------------------------------------------------------------------- */

/* None in the plugin: it is not told the name of the file that Wireshark reads. */
static void add_files(struct report *report, const struct tl_capture *capture)
{
    for (unsigned i = 0; i < capture->file_count; i++)
        g_ptr_array_add(report->files, g_strdup(capture->files[i].name));
    report->captures++;
}

/* Which file of the capture a record names: that of the first segment. */
static unsigned file_of(const struct tl_capture *capture, const struct tl_connection *connection)
{
    const uint32_t frame = tl_connection_first_frame(connection);
    unsigned i = 0;

    while (i + 1 < capture->file_count && capture->files[i + 1].first_frame <= frame)
        i++;
    return i;
}

/* Names of two files may look alike: so the place of a capture's only file is told, too. To be freed. */
static char *file_attribute(const struct report *report, const struct tl_capture *capture)
{
    return capture->file_count == 1 ? g_strdup_printf(" data-file=\"%u\"", report->files->len)
                                    : g_strdup("");
}

static void put_records(struct report *report, const struct tl_capture *capture,
                        const GByteArray *chosen)
{
    GString *records = g_string_new(NULL);
    char *file = file_attribute(report, capture);
    const struct tl_connection *connection;
    unsigned in_block = 0;
    uint32_t number = 0;

    while ((connection = connection_set_next(capture, chosen, &number)) != NULL) {
        tl_append_json(records, capture, connection);
        report->connections++;
        if (++in_block < RECORDS_IN_BLOCK && records->len < BYTES_IN_BLOCK)
            continue;
        put_block(report, "records", file, records);
        in_block = 0;
    }
    if (in_block > 0)
        put_block(report, "records", file, records);
    g_free(file);
    g_string_free(records, TRUE);
}

static GByteArray *choose_ladders(struct report *report, const struct tl_capture *capture,
                                  const GByteArray *chosen)
{
    const unsigned files_before = report->files->len;
    const struct tl_connection *connection;
    uint32_t number = 0;

    while ((connection = connection_set_next(capture, chosen, &number)) != NULL)
        album_note(report->album, capture, connection, files_before + file_of(capture, connection));
    return album_blanks(report->album);
}

GByteArray *report_add(struct report *report, const struct tl_capture *capture,
                       const GByteArray *chosen)
{
    GByteArray *drawn;

    put_records(report, capture, chosen);
    album_begin(report->album);
    drawn = choose_ladders(report, capture, chosen);
    add_files(report, capture);
    report->chosen_of += tl_tracker_connection_count(capture->tracker);
    if (report->captures == 1)
        append_states(report->states, capture, chosen, report->options.states_interval_ns);
    return drawn;
}

void report_draw(struct report *report, const struct tl_capture *capture, struct picture_film *film)
{
    album_draw(report->album, report->packer, capture, film);
}

void report_note_lack(struct report *report, enum report_lack lack, const char *sentence)
{
    const struct lack noted = {.kind = lack, .sentence = g_strdup(sentence)};

    g_array_append_val(report->lacks, noted);
}

/* ---- what is known at the end -------------------------------------------------------------- */

static void put_diagnosis(struct record_writer *writer, enum tl_diagnosis diagnosis)
{
    const struct tl_guide *guide = tl_diagnosis_guide(diagnosis);

    record_begin_item(writer);
    record_word(writer, KEY("name"), tl_diagnosis_name(diagnosis));
    record_word(writer, KEY("severity"), tl_severity_name(tl_diagnosis_severity(diagnosis)));
    record_string(writer, KEY("text"), tl_diagnosis_text(diagnosis));
    record_string(writer, KEY("meaning"), guide->meaning);
    record_string(writer, KEY("causes"), guide->causes);
    record_string(writer, KEY("next"), guide->next);
    record_string(writer, KEY("rfc"), guide->rfc);
    record_end_item(writer);
}

/* Ways to open and to close that are trouble, by the page to be looked for in records. */
static void put_trouble(struct record_writer *writer)
{
    record_begin_list(writer, KEY("trouble_opens"));
    for (int i = 0; i < TL_OPEN_COUNT; i++)
        if (trouble_of_open((enum tl_open)i) != TL_DIAGNOSIS_COUNT)
            record_item_string(writer, tl_open_name((enum tl_open)i));
    record_end_list(writer);
    record_begin_list(writer, KEY("trouble_closes"));
    for (int i = 0; i < TL_CLOSE_COUNT; i++)
        if (trouble_of_close((enum tl_close)i) != TL_DIAGNOSIS_COUNT)
            record_item_string(writer, tl_close_name((enum tl_close)i));
    record_end_list(writer);
}

/* Why the page is not of everything: what was chosen, and what could not be had. */
static void put_lacks(const struct report *report, struct record_writer *writer)
{
    static const char *const kinds[] = {"unread", "passed-over", "given-up"};

    if (report->choice != NULL)
        record_string(writer, KEY("choice"), report->choice);
    record_number(writer, KEY("chosen_of"), report->chosen_of);
    record_number(writer, KEY("files_named"), report->options.files);
    record_begin_list(writer, KEY("lacks"));
    for (unsigned i = 0; i < report->lacks->len; i++) {
        const struct lack *lack = &g_array_index(report->lacks, struct lack, i);

        record_begin_item(writer);
        record_word(writer, KEY("kind"), kinds[lack->kind]);
        record_string(writer, KEY("text"), lack->sentence);
        record_end_item(writer);
    }
    record_end_list(writer);
}

static void put_about(struct report *report)
{
    GString *about = g_string_new(NULL);
    struct record_writer writer;

    record_begin(&writer, RECORD_JSON, about);
    record_word(&writer, KEY("version"), tl_version());
    record_number(&writer, KEY("captures"), report->captures);
    record_number(&writer, KEY("connections"), report->connections);
    record_begin_list(&writer, KEY("files"));
    for (unsigned i = 0; i < report->files->len; i++)
        record_item_string(&writer, g_ptr_array_index(report->files, i));
    record_end_list(&writer);
    record_begin_list(&writer, KEY("diagnoses"));
    for (int i = 0; i < TL_DIAGNOSIS_COUNT; i++)
        put_diagnosis(&writer, (enum tl_diagnosis)i);
    record_end_list(&writer);
    put_trouble(&writer);
    put_lacks(report, &writer);
    record_end(&writer);
    put_block(report, "about", "", about);
    g_string_free(about, TRUE);
}

void report_finish(struct report *report)
{
    if (report->captures == 1)
        put_block(report, "states", "", report->states);
    album_append(report->album, report->text);
    hand_over(report);
    put_about(report); /* the last block: a file that was cut has none */
    packer_append_after(report->text);
    hand_over(report);
    g_ptr_array_free(report->files, TRUE);
    g_array_free(report->lacks, TRUE);
    g_free(report->choice);
    g_string_free(report->states, TRUE);
    g_string_free(report->text, TRUE);
    album_free(report->album);
    packer_free(report->packer);
    g_free(report);
}
