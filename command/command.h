/* The subcommands of pcaplife.
 *
 * A new one is a file, a line here, one in main.c and a paragraph of the manual.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_COMMAND_H
#define PCAPLIFE_COMMAND_H

#include "command/subcommand.h"

extern const struct subcommand subcommand_verdict;
extern const struct subcommand subcommand_counts;
extern const struct subcommand subcommand_check;
extern const struct subcommand subcommand_json;
extern const struct subcommand subcommand_csv;
extern const struct subcommand subcommand_zeek;
extern const struct subcommand subcommand_ladder;
extern const struct subcommand subcommand_svg;
extern const struct subcommand subcommand_html;
extern const struct subcommand subcommand_stat;
extern const struct subcommand subcommand_conn;
extern const struct subcommand subcommand_servers;
extern const struct subcommand subcommand_states;

#endif
