/* pcaplife json: one JSON object a connection, as -z tcplife,json of the plugin, and its file.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/command.h"

#include "tcplife/output/records.h"

static void write_json(struct writing *writing, const struct reading *reading)
{
    const struct tl_connection *connection;
    uint32_t number = 0;

    while ((connection = writing_next(writing, reading, &number)) != NULL) {
        tl_append_json(writing->text, &reading->capture, connection);
        writing_flush_long(writing);
    }
}

const struct subcommand subcommand_json = {
    .name = "json",
    .help = "one JSON object a connection",
    .fallback = {"tcplife,json", FALLBACK_JSON},
    .takes = OPTION_SLIM,
    .records = {.append = tl_append_json},
    .wishes = {.zeek = true},
    .write = write_json,
};
