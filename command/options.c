/* See options.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/options.h"

#include "command/captures.h"
#include "command/command_line.h"
#include "command/complaints.h"
#include "command/folder.h"
#include "output/figures/states_over_time.h"
#include "output/report/report.h"

#include <string.h>

/* As long as a NAT must keep a silent connection (RFC 5382, REQ-5): 2 hours and 4 minutes. */
enum { DEFAULT_IDLE = 7440 };

enum { LISTED_AT_MOST = 32 }; /* options, and an end */

/* As GLib reads them: all that was said with an option, so that one of two is not dropped without a word. NULL: it was
 * not given. */
struct words {
    char **jobs, **idle, **msl, **close_wait_limit, **syn_flood_threshold, **syn_flood_window;
    char **ladders, **states_interval;
    char **connection, **host, **port, **where;
    char **output;
    gboolean quiet, strict, live, fallback, slim, join;
    char **files, **taps;
};

/* Which subcommands have a use for it. */
static const struct {
    enum option_use use;
    const char *name, *takers;
} restricted[] = {
    {OPTION_JOBS, "jobs", "what is written of each file by itself"},
    {OPTION_FALLBACK, "fallback", "what the plugin's -z writes for tshark"},
    {OPTION_LIVE, "live", "json, csv and zeek"},
    {OPTION_IDLE, "idle", "json, csv and zeek"},
    {OPTION_SLIM, "slim", "json and csv"},
    {OPTION_LADDERS, "ladders", "html and check --html"},
    {OPTION_STATES_INTERVAL, "states-interval", "states, html and check --html"},
};

/* False: it is no number. *to stays as it is where the option was not given. */
static bool take_number(unsigned *to, const char *option, char *const *said)
{
    guint64 number;

    if (said == NULL)
        return true;
    if (!g_ascii_string_to_unsigned(said[0], 10, 0, G_MAXUINT32, &number, NULL)) {
        complain("%s is a number from 0 to %u, and not %s", option, G_MAXUINT32, said[0]);
        return false;
    }
    *to = (unsigned)number;
    return true;
}

/* NULL: the option was not given. */
static const char *word_of(char *const *said)
{
    return said != NULL ? said[0] : NULL;
}

/* False: it is no interval. */
static bool take_interval(int64_t *to, const char *text)
{
    const char *end;

    *to = 0;
    if (text == NULL || (states_interval_parse(text, to, &end) && *end == '\0'))
        return true;
    complain("--states-interval is " STATES_INTERVAL_WORDS ", and not %s", text);
    return false;
}

/* False: there is no such time, or nothing that it is for. */
static bool take_idle(struct options *options, const struct words *words)
{
    options->idle = DEFAULT_IDLE;
    if (words->idle != NULL && !options->live) {
        complain("--idle is for --live: else all is known when the file has ended");
        return false;
    }
    return take_number(&options->idle, "--idle", words->idle);
}

/* False: one of them is none. */
static bool take_preferences(struct preferences *preferences, const struct words *words)
{
    return take_number(&preferences->msl, "--msl", words->msl) &&
           take_number(&preferences->close_wait_limit, "--close-wait-limit",
                       words->close_wait_limit) &&
           take_number(&preferences->syn_flood_threshold, "--syn-flood-threshold",
                       words->syn_flood_threshold) &&
           take_number(&preferences->syn_flood_window, "--syn-flood-window",
                       words->syn_flood_window);
}

static bool take_captures(struct options *options, const struct words *words)
{
    const struct capture_words named = {
        .files = words->files,
        .taps = words->taps,
        .join = words->join,
        .texts = g_ptr_array_new_with_free_func(g_free),
    };

    options->are_joined = words->join || words->taps != NULL;
    options->captures = captures_new(&named, &options->some_missing);
    options->texts_beside = named.texts->len > 0;
    if (!words->quiet)
        folder_complain_of_texts(named.texts);
    g_ptr_array_unref(named.texts);
    if (options->captures == NULL)
        return false;
    options->files = captures_files(options->captures);
    return true;
}

/* --help does not speak of options that the subcommand has no use for. */
static void hide(GOptionEntry *entries, unsigned takes)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(restricted); i++)
        for (GOptionEntry *entry = entries; entry->long_name != NULL; entry++)
            if ((restricted[i].use & takes) == 0 &&
                strcmp(entry->long_name, restricted[i].name) == 0)
                entry->flags |= G_OPTION_FLAG_HIDDEN;
}

#define FILE_WORDS "FILE is a capture file, a folder of such files, or - for the standard input.\n"

static bool parse(const GOptionEntry *entries, int argc, char **argv,
                  const struct options_usage *usage)
{
    GOptionContext *context = g_option_context_new("FILE…");

    g_option_context_set_summary(context, usage->summary);
    g_option_context_set_description(
        context, usage->is_judge
                     ? FILE_WORDS "Exit code: 0, or 1 if a rule is broken, or 2 if something cannot "
                                  "be read, asked or written."
                     : FILE_WORDS "Exit code: 0, or 2 if something cannot be read or written.");
    if (usage->own != NULL)
        g_option_context_set_main_group(context, usage->own);
    return command_line_parse(context, entries, argc, argv);
}

/* The one list of them: a line for each, and that is why it is long. */
static void list(GOptionEntry *entries, struct words *words)
{
    const GOptionEntry all[] = {
        {"output", 'o', 0, G_OPTION_ARG_FILENAME_ARRAY, &words->output,
         "write there, not on the standard output", "FILE"},
        {"where", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &words->where,
         "only connections of whose JSON object this is true", "JQ"},
        {"connection", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &words->connection, "only that one", "NUMBER"},
        {"host", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &words->host, "only those with this end", "ADDRESS"},
        {"port", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &words->port, "only those with this end", "PORT"},
        {"join", 0, 0, G_OPTION_ARG_NONE, &words->join,
         "the files are one capture cut in pieces, in the order of their first packets", NULL},
        {"tap", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &words->taps,
         "they, too, where the same traffic was captured at one more point", "NAME=FILE[,FILE…]"},
        {"msl", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &words->msl,
         "Maximum Segment Lifetime: TIME-WAIT lasts twice as long (30)", "SECONDS"},
        {"close-wait-limit", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &words->close_wait_limit,
         "CLOSE-WAIT for longer is called lingering; 0: never (60)", "SECONDS"},
        {"syn-flood-threshold", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &words->syn_flood_threshold,
         "so many half-open connections to one server are a SYN flood; 0: none is (100)", "COUNT"},
        {"syn-flood-window", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &words->syn_flood_window,
         "if they began within so many seconds (10)", "SECONDS"},
        {"states-interval", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &words->states_interval,
         "of states: a row for so long; 0: one that makes at most 200 rows (0)", "SECONDS"},
        {"quiet", 'q', 0, G_OPTION_ARG_NONE, &words->quiet,
         "no word about packets and texts that are passed over, nor about progress", NULL},
        {"strict", 0, 0, G_OPTION_ARG_NONE, &words->strict,
         "packets and texts that are passed over make the exit code 2", NULL},
        {"fallback", 0, 0, G_OPTION_ARG_NONE, &words->fallback,
         "let tshark, with the plugin, read the files of which packets are passed over", NULL},
        {"jobs", 'j', 0, G_OPTION_ARG_FILENAME_ARRAY, &words->jobs,
         "read so many files at a time; 0: one a processor (1)", "COUNT"},
        {"live", 0, 0, G_OPTION_ARG_NONE, &words->live,
         "write each connection when it is over, and forget it (json, csv, zeek)", NULL},
        {"idle", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &words->idle,
         "with --live: or when it has been silent for so long; 0: never (7440)", "SECONDS"},
        {"slim", 0, 0, G_OPTION_ARG_NONE, &words->slim,
         "records without expert infos and transitions (json, csv)", NULL},
        {"ladders", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &words->ladders,
         "so many ladders in the report, of the worst connections (500)", "COUNT"},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &words->files, NULL, NULL},
        {0},
    };

    G_STATIC_ASSERT(G_N_ELEMENTS(all) <= LISTED_AT_MOST);
    memcpy(entries, all, sizeof all);
}

/* What was said with it; NULL: it takes no words. */
static char ***words_with(const GOptionEntry *entry)
{
    return entry->arg == G_OPTION_ARG_FILENAME_ARRAY ? entry->arg_data : NULL;
}

/* False: an option that has one value was given two. */
static bool are_said_once(const GOptionEntry *entries, const struct words *words)
{
    for (; entries->long_name != NULL; entries++) {
        char ***said = words_with(entries);

        if (said == NULL || said == &words->files || said == &words->taps || *said == NULL || (*said)[1] == NULL)
            continue;
        complain("--%s is given twice, and can be but one of %s and %s", entries->long_name,
                 (*said)[0], (*said)[1]);
        return false;
    }
    return true;
}

static void clear(const GOptionEntry *entries)
{
    for (; entries->long_name != NULL; entries++)
        if (words_with(entries) != NULL)
            g_strfreev(*words_with(entries));
}

static bool read_words(GOptionEntry *entries, const struct words *words, int argc, char **argv,
                       const struct options_usage *usage)
{
    hide(entries, usage->takes);
    return parse(entries, argc, argv, usage) && are_said_once(entries, words);
}

/* What the user has said of them. */
static unsigned given(const struct words *words)
{
    return (words->jobs != NULL ? OPTION_JOBS : 0) | (words->fallback ? OPTION_FALLBACK : 0) |
           (words->live ? OPTION_LIVE : 0) | (words->idle != NULL ? OPTION_IDLE : 0) |
           (words->slim ? OPTION_SLIM : 0) | (words->ladders != NULL ? OPTION_LADDERS : 0) |
           (words->states_interval != NULL ? OPTION_STATES_INTERVAL : 0);
}

/* False: one of them is of no use. What was given and does nothing would be a wrong answer without a word. */
static bool has_use(unsigned given, const struct options_usage *usage)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(restricted); i++)
        if ((restricted[i].use & given & ~usage->takes) != 0) {
            complain("--%s is for %s, and not for %s", restricted[i].name, restricted[i].takers,
                     usage->subcommand);
            return false;
        }
    return true;
}

/* What needs no other option, nor the subcommand. */
static void take_words(struct options *options, const struct words *words)
{
    *options = (struct options){
        .given = given(words),
        .preferences = default_preferences,
        .output = g_strdup(word_of(words->output)),
        .quiet = words->quiet,
        .strict = words->strict,
        .jobs = 1,
        .live = words->live,
        .fallback = words->fallback,
        .slim = words->slim,
        .ladders = REPORT_LADDERS,
    };
}

bool options_parse(struct options *options, int argc, char **argv,
                   const struct options_usage *usage)
{
    GOptionEntry entries[LISTED_AT_MOST];
    struct words words = {0};
    bool good;

    list(entries, &words);
    good = read_words(entries, &words, argc, argv, usage);
    take_words(options, &words);
    good = good && has_use(options->given, usage) &&
           take_idle(options, &words) && take_number(&options->jobs, "--jobs", words.jobs) &&
           take_preferences(&options->preferences, &words) &&
           take_interval(&options->states_interval_ns, word_of(words.states_interval)) &&
           choice_take(&options->choice, word_of(words.connection), word_of(words.host),
                       word_of(words.port), word_of(words.where)) &&
           take_number(&options->ladders, "--ladders", words.ladders) &&
           take_captures(options, &words);
    clear(entries);
    return good;
}

void options_clear(struct options *options)
{
    g_free(options->output);
    choice_clear(&options->choice);
    g_clear_pointer(&options->files, g_ptr_array_unref);
    g_clear_pointer(&options->captures, g_ptr_array_unref);
}
