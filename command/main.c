/* pcaplife: what became of the TCP connections in capture files, without Wireshark.
 *
 *   pcaplife [SUBCOMMAND] [OPTION…] FILE…
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/archive/map.h"
#include "command/archive/reduce.h"
#include "command/archive/result.h"
#include "command/command.h"
#include "command/complaints.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <string.h>

static const struct subcommand *const subcommands[] = {
    &subcommand_verdict, &subcommand_json,    &subcommand_csv,    &subcommand_zeek,
    &subcommand_ladder,  &subcommand_svg,     &subcommand_html,   &subcommand_stat,
    &subcommand_conn,    &subcommand_servers, &subcommand_states, &subcommand_counts,
    &subcommand_check,
};

/* What many machines do, step by step. */
static const struct {
    const char *name, *help;
    int (*run)(int argc, char **argv);
} steps[] = {
    {"map", "divides files among the parts of an archive", archive_map},
    {"reduce", "tells the lives of one part", archive_reduce},
    {"result", "puts together what all parts tell", archive_result},
};

/* The one that is meant where none is named. */
static const struct subcommand *const unnamed = &subcommand_verdict;

static const struct subcommand *find(const char *name)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(subcommands); i++)
        if (strcmp(name, subcommands[i]->name) == 0)
            return subcommands[i];
    return NULL;
}

static int run_unnamed(int argc, char **argv)
{
    GString *help = g_string_new("What became of the TCP connections in capture files.\n\n"
                                 "With one of these words before the options:\n");
    int result;

    for (unsigned i = 0; i < G_N_ELEMENTS(subcommands); i++)
        g_string_append_printf(help, "  %-10s %s%s\n", subcommands[i]->name, subcommands[i]->help,
                               subcommands[i] == unnamed ? " (without a word, too)" : "");
    g_string_append(help, "\nFor archives, on many machines:\n");
    for (unsigned i = 0; i < G_N_ELEMENTS(steps); i++)
        g_string_append_printf(help, "  %-10s %s\n", steps[i].name, steps[i].help);
    g_string_append(help, "\nEach of them has options of its own: pcaplife json --help");
    result = subcommand_run(unnamed, argc, argv, help->str);
    g_string_free(help, TRUE);
    return result;
}

static int run_named(const struct subcommand *subcommand, int argc, char **argv)
{
    char *name = g_strdup_printf("pcaplife %s", subcommand->name);
    int result;

    /* GLib's help calls the program so. */
    g_set_prgname(name);
    result = subcommand_run(subcommand, argc, argv, subcommand->help);
    g_free(name);
    return result;
}

/* NULL: it is no step. */
static int (*find_step(const char *name))(int argc, char **argv)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(steps); i++)
        if (strcmp(name, steps[i].name) == 0)
            return steps[i].run;
    return NULL;
}

static int run_step(int (*step)(int argc, char **argv), int argc, char **argv)
{
    char *name = g_strdup_printf("pcaplife %s", argv[0]);
    int result;

    g_set_prgname(name);
    result = step(argc, argv);
    g_free(name);
    return result;
}

/* Whatever follows. */
static bool asks_for_version(int count, char **words)
{
    return count > 0 && strcmp(words[0], "--version") == 0;
}

/* A file is opened at the lowest number that is free: where the user has closed a standard stream, one of ours would
 * get what is written there. What stands in for it can be read or written as little as the closed one. */
static void hold_standard_streams(void)
{
    static const int modes[] = {O_WRONLY, O_RDONLY, O_RDONLY};

    for (int stream = 0; stream < 3; stream++)
        if (fcntl(stream, F_GETFD) < 0)
            (void)open("/dev/null", modes[stream]);
}

static int tell_version(void)
{
    if (puts("pcaplife " PCAPLIFE_VERSION) >= 0 && fflush(stdout) == 0)
        return PCAPLIFE_OK;
    complain("the output cannot be written: %s", g_strerror(errno));
    return PCAPLIFE_FAILED;
}

int main(int argc, char **argv)
{
    const struct subcommand *named = argc > 1 ? find(argv[1]) : NULL;
    int (*step)(int, char **) = argc > 1 ? find_step(argv[1]) : NULL;

    hold_standard_streams();
    setlocale(LC_ALL, "");
    if (asks_for_version(argc - 1, argv + 1) ||
        ((named != NULL || step != NULL) && asks_for_version(argc - 2, argv + 2)))
        return tell_version();
#ifdef SIGPIPE
    signal(SIGPIPE, SIG_IGN); /* writing fails then, which is looked at */
#endif
    if (step != NULL)
        return run_step(step, argc - 1, argv + 1);
    capture_init();
    return named != NULL ? run_named(named, argc - 1, argv + 1) : run_unnamed(argc, argv);
}
