/* pcaplife: what became of the TCP connections in capture files, without Wireshark.
 *
 *   pcaplife [SUBCOMMAND] FILE…
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/command.h"

#include "command/capture.h"

#include <glib.h>

#include <errno.h>
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

static int run(int argc, char **argv)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(commands); i++)
        if (strcmp(argv[1], commands[i].name) == 0) {
            if (argc == 2) {
                fprintf(stderr, "pcaplife %s: no FILE is named\n", argv[1]);
                return PCAPLIFE_FAILED;
            }
            return commands[i].run(argc - 1, argv + 1);
        }
    return commands[0].run(argc, argv);
}

/* What was not written is no success: a full disk, a closed pipe. */
static int end_output(int result)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return result;
    fprintf(stderr, "pcaplife: the output cannot be written: %s\n", g_strerror(errno));
    return PCAPLIFE_FAILED;
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
        return end_output(PCAPLIFE_OK);
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("pcaplife %s\n", PCAPLIFE_VERSION);
        return end_output(PCAPLIFE_OK);
    }
    if (argv[1][0] == '-' && argv[1][1] != '\0') {
        fprintf(stderr, "pcaplife: there is no option %s; pcaplife --help lists what there is\n", argv[1]);
        return PCAPLIFE_FAILED;
    }
    capture_init();
    return end_output(run(argc, argv));
}
