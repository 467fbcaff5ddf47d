/* What the subcommands have in common: every file is read, and something is written of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_SUBCOMMAND_H
#define PCAPLIFE_SUBCOMMAND_H

#include "command/fallback.h"
#include "command/options.h"
#include "command/writing.h"

struct subcommand {
    const char *name;
    const char *help; /* what it writes */
    unsigned takes;   /* of enum option_use, beyond those that follow from what is below */
    struct fallback fallback; /* how tshark does the same, if it does */
    bool parts_files; /* two empty lines lie between what it writes of two files */
    struct record_format records; /* `append` is NULL: it writes something else */
    bool is_judge;    /* its exit code counts, even where nobody reads what it writes */
    /* Those that it alone has, or NULL. */
    GOptionGroup *(*options)(void);
    struct reading_wishes wishes;
    /* Why this program cannot do it, or not with these options (of enum option_use), NULL if it can; or NULL. */
    const char *(*refusal)(unsigned given);
    void (*begin)(struct writing *writing); /* before the first file, or NULL */
    void (*write)(struct writing *writing, const struct reading *reading);
    /* Of a capture of which no file can be opened, or NULL. */
    void (*cannot_read)(struct writing *writing, const struct source *source);
    void (*end)(struct writing *writing); /* after the last one, or NULL */
};

/* `argv[0]` is its name. Returns an exit code; `help` is what --help says. */
int subcommand_run(const struct subcommand *self, int argc, char **argv, const char *help);

#endif
