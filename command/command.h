/* The subcommands of pcaplife.
 *
 * A new one is a file, a line in main.c and its page in the manual.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_COMMAND_H
#define PCAPLIFE_COMMAND_H

/* Exit codes. */
enum {
    PCAPLIFE_OK = 0,
    PCAPLIFE_FAILED = 2 /* wrong usage, or a file that cannot be read to its end */
};

/* `argv[0]` is the subcommand's name. Returns an exit code. */
typedef int command_function(int argc, char **argv);

command_function command_counts;

#endif
