/* pcaplife: what became of the TCP connections in capture files, without Wireshark.
 *
 *   pcaplife [SUBCOMMAND] FILE…
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/command.h"

#include "command/capture.h"

#include <glib.h>

#include <locale.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    command_function *run;
    const char *help;
} commands[] = {
    {"counts", command_counts, "how many packets, segments and connections there are (the default)"},
};

static void print_help(FILE *to)
{
    fprintf(to, "usage: pcaplife [SUBCOMMAND] FILE…\n\n"
                "What became of the TCP connections in capture files; - is the standard input.\n\n");
    for (unsigned i = 0; i < G_N_ELEMENTS(commands); i++)
        fprintf(to, "  %-10s %s\n", commands[i].name, commands[i].help);
}

int main(int argc, char **argv)
{
    setlocale(LC_ALL, "");
    if (argc < 2) {
        print_help(stderr);
        return PCAPLIFE_FAILED;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        print_help(stdout);
        return PCAPLIFE_OK;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("pcaplife %s\n", PCAPLIFE_VERSION);
        return PCAPLIFE_OK;
    }
    capture_init();
    for (unsigned i = 0; i < G_N_ELEMENTS(commands); i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            return commands[i].run(argc - 1, argv + 1);
    return commands[0].run(argc, argv);
}
