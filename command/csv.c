/* pcaplife csv: the same records as a table of comma-separated values, with one header.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/command.h"

#include "tcplife/output/records.h"

/* A header even where there is no line. Its columns depend on there being files, not on which. */
static void begin(struct writing *writing)
{
    static const struct tl_capture_file any = {.name = "", .first_frame = 1};
    const struct tl_capture capture = {
        .files = &any,
        .file_count = 1,
        .lists_files = writing->lists_files,
        .has_slim_records = writing->is_slim,
    };

    tl_append_csv_header(writing->text, &capture);
}

static void write_csv(struct writing *writing, const struct reading *reading)
{
    const struct tl_connection *connection;
    uint32_t number = 0;

    while ((connection = writing_next(writing, reading, &number)) != NULL) {
        tl_append_csv(writing->text, &reading->capture, connection);
        writing_flush_long(writing);
    }
}

const struct subcommand subcommand_csv = {
    .name = "csv",
    .help = "the same as comma-separated values, with a header",
    .fallback = {"tcplife,csv", FALLBACK_CSV},
    .takes = OPTION_SLIM,
    .records = {.begin = tl_append_csv_header, .append = tl_append_csv},
    .begin = begin,
    .wishes = {.zeek = true},
    .write = write_csv,
};
