/* See live_records.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/live_records.h"

#include "command/complaints.h"

struct live_writer {
    struct writing *writing;
    const struct record_format *format;
    const struct choice *choice;
    uint32_t told;   /* connections, be they chosen or not */
    bool has_number; /* one of them had the number that the user has named */
};

static void begin(void *ctx, const struct tl_capture *capture)
{
    const struct live_writer *writer = ctx;

    if (writer->format->begin != NULL)
        writer->format->begin(writer->writing->text, capture);
    writing_end(writer->writing);
}

/* A question is about the whole record. */
static bool is_chosen(struct live_writer *writer, const struct tl_capture *capture,
                      const struct tl_connection *connection)
{
    struct tl_capture whole = *capture;
    bool has;
    char *error;

    whole.has_slim_records = false;
    has = choice_has(writer->choice, &whole, connection, &error);
    if (error != NULL && !writer->writing->is_over) {
        complain("--where fails: connection %u: %s",
                 tl_tracker_ordinal(capture->tracker, connection), error);
        writer->writing->is_over = true;
    }
    g_free(error);
    return has;
}

static void record(void *ctx, const struct tl_capture *capture, const struct tl_connection *connection)
{
    struct live_writer *writer = ctx;

    writer->told++;
    writer->has_number = writer->has_number ||
                         tl_tracker_ordinal(capture->tracker, connection) == writer->choice->number;
    if (!is_chosen(writer, capture, connection))
        return;
    writer->format->append(writer->writing->text, capture, connection);
    writing_flush(writer->writing);
}

static void pause_writing(void *ctx)
{
    writing_end(((const struct live_writer *)ctx)->writing);
}

static bool is_unwanted(void *ctx)
{
    const struct writing *writing = ((const struct live_writer *)ctx)->writing;

    return writing->has_failed || writing->is_over;
}

void live_records_write(struct writing *writing, const struct record_format *format,
                        const struct choice *choice, const GPtrArray *taps,
                        const struct live_wishes *wishes, struct live_report *report)
{
    struct live_writer writer = {writing, format, choice, 0, !choice->by_number};
    const struct live_listener listener = {begin, record, pause_writing, is_unwanted, &writer};

    live_read(taps, wishes, &listener, report);
    if (!writer.has_number && source_any(report->source) && !is_unwanted(&writer)) {
        choice_complain(choice, source_name(report->source), writer.told);
        writing_note_code(writing, PCAPLIFE_FAILED);
    }
    if (format->end != NULL)
        format->end(writing->text, &report->capture);
}
