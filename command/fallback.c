/* See fallback.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/fallback.h"

#include "command/complaints.h"
#include "command/scratch.h"
#include "output/records/record_writer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

char *fallback_command(const struct fallback *fallback, const char *path)
{
    char *quoted = g_shell_quote(path);
    char *command = g_strdup_printf("tshark -n -q -r %s -z %s", quoted, fallback->statistic);

    g_free(quoted);
    return command;
}

/* ---- tshark -------------------------------------------------------------------------------- */

static GPtrArray *words_of(const struct fallback *fallback, const char *path,
                           const struct preferences *preferences)
{
    GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
    const struct {
        const char *name;
        unsigned value;
    } all[] = {
        {"msl", preferences->msl},
        {"close_wait_limit", preferences->close_wait_limit},
        {"syn_flood_threshold", preferences->syn_flood_threshold},
        {"syn_flood_window", preferences->syn_flood_window},
    };
    const char *const first[] = {"tshark", "-n", "-q", "-r", path, "-z", fallback->statistic};

    for (unsigned i = 0; i < G_N_ELEMENTS(first); i++)
        g_ptr_array_add(words, g_strdup(first[i]));
    for (unsigned i = 0; i < G_N_ELEMENTS(all); i++) {
        g_ptr_array_add(words, g_strdup("-o"));
        g_ptr_array_add(words, g_strdup_printf("tcplife.%s:%u", all[i].name, all[i].value));
    }
    g_ptr_array_add(words, NULL);
    return words;
}

/* What it said first, but for its warning to whoever is root. */
static char *complaint_in(FILE *said)
{
    char line[1024];
    const char *found = "it says nothing about why";

    rewind(said);
    while (fgets(line, sizeof line, said) != NULL) {
        if (strchr("\n\r", line[0]) == NULL && !g_str_has_prefix(line, "Running as user")) {
            found = g_strchomp(line);
            break;
        }
    }
    return g_strdup(found);
}

/* NULL: it went well. Else why it did not, to be freed with g_free(). */
static char *run(GPtrArray *words, FILE *output, FILE *said)
{
    GError *error = NULL;
    GPid process;
    int status;

    if (!g_spawn_async_with_fds(NULL, (char **)words->pdata, NULL,
                                G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL,
                                &process, -1, fileno(output), fileno(said), &error)) {
        char *why = g_strdup(error->message);

        g_error_free(error);
        return why;
    }
    while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
        /* a signal that is none of its business */
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? NULL : complaint_in(said);
}

FILE *fallback_run(const struct fallback *fallback, const char *path,
                   const struct preferences *preferences)
{
    GPtrArray *words = words_of(fallback, path, preferences);
    FILE *output = scratch_file(), *said = scratch_file();
    char *why =
        output == NULL || said == NULL ? g_strdup(g_strerror(errno)) : run(words, output, said);

    if (said != NULL)
        fclose(said);
    if (output != NULL)
        rewind(output);
    if (why != NULL) {
        complain("%s cannot be read by tshark: %s", path, why);
        g_free(why);
        if (output != NULL)
            fclose(output);
        output = NULL;
    }
    g_ptr_array_free(words, TRUE);
    return output;
}

/* ---- its lines ----------------------------------------------------------------------------- */

/* Behind the connection's number comes Wireshark's, if there is one, or an empty cell. */
static const char *behind_stream(const char *line, enum record_format format)
{
    const char *rest = strchr(line, ',');
    static const char key[] = ",\"tcp_stream\":";

    if (rest == NULL)
        return NULL;
    if (format == RECORD_CSV)
        return strchr(rest + 1, ',');
    if (!g_str_has_prefix(rest, key))
        return rest;
    return rest + strlen(key) + strspn(rest + strlen(key), "0123456789");
}

/* With the file in the place of Wireshark's number. */
static void append_record(GString *text, const char *path, const char *line,
                          enum record_format format)
{
    const char *digits = line + strcspn(line, "0123456789"), *rest = behind_stream(line, format);
    char *name = g_filename_display_name(path);
    struct record_writer writer;

    if (rest != NULL) {
        record_begin(&writer, format, text);
        record_number(&writer, KEY("connection"), g_ascii_strtoull(digits, NULL, 10));
        record_string(&writer, KEY("file"), name);
        record_end(&writer);
        /* It does not end there. */
        g_string_truncate(text, text->len - (format == RECORD_JSON ? strlen("}\n") : strlen("\n")));
        g_string_append(text, rest);
    }
    g_free(name);
}

bool fallback_next(const struct fallback *fallback, const char *path, FILE *file, GString *text)
{
    const bool is_first = ftell(file) == 0;
    char *line = NULL;
    size_t size = 0;
    const bool has_more = getline(&line, &size, file) >= 0;

    if (has_more && fallback->form == FALLBACK_TEXT)
        g_string_append(text, line);
    else if (has_more && fallback->form == FALLBACK_JSON)
        append_record(text, path, line, RECORD_JSON);
    else if (has_more && !is_first) /* CSV's header has been written */
        append_record(text, path, line, RECORD_CSV);
    free(line);
    return has_more;
}
