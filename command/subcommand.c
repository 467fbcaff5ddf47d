/* See subcommand.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/subcommand.h"

#include "command/options.h"
#include "command/source.h"

#include <errno.h>
#include <inttypes.h>

/* NULL: it cannot be written. */
static FILE *open_output(const char *path)
{
    FILE *file = fopen(path, "wb");

    if (file == NULL)
        fprintf(stderr, "pcaplife: %s cannot be written: %s\n", path, g_strerror(errno));
    return file;
}

/* A line for each kind: nothing is passed over in silence. */
static void print_undecoded(const struct reading *reading)
{
    for (size_t i = 0; i < reading->undecoded_count; i++)
        fprintf(stderr,
                "pcaplife: %s: %" PRIu64 " packet%s passed over, which tshark may read: %s\n",
                reading->name, reading->undecoded[i].packets,
                reading->undecoded[i].packets == 1 ? " was" : "s were", reading->undecoded[i].kind);
}

/* False: packets were passed over that had to be read. */
static bool write_reading(const struct subcommand *self, struct writing *writing,
                          const struct options *options, struct source *source)
{
    struct reading *reading = reading_new(source, &self->wishes, &options->preferences);
    bool is_whole;

    reading->capture.has_slim_records = writing->is_slim;
    reading->capture.lists_files = writing->lists_files;
    self->write(writing, reading);
    writing_flush(writing);
    writing->files++;
    is_whole = !options->strict || reading->undecoded_count == 0;
    if (!options->quiet)
        print_undecoded(reading);
    reading_free(reading);
    return is_whole;
}

/* False: it could not be read as a whole. */
static bool write_source(const struct subcommand *self, struct writing *writing,
                         const struct options *options, struct source *source)
{
    bool is_good = !source_any(source) || write_reading(self, writing, options, source);

    if (source_print_damages(source))
        is_good = false;
    source_free(source);
    return is_good;
}

/* False: not all of them could be read as a whole. */
static bool write_files(const struct subcommand *self, struct writing *writing,
                        const struct options *options)
{
    bool is_good = !options->some_missing;

    if (self->begin != NULL)
        self->begin(writing);
    for (unsigned i = 0; i < options->captures->len && !writing->has_failed; i++)
        if (!write_source(self, writing, options,
                          source_new(g_ptr_array_index(options->captures, i))))
            is_good = false;
    if (self->end != NULL)
        self->end(writing);
    writing_end(writing);
    return is_good;
}

/* False: the options make no sense with this subcommand, and the user has been told. */
static bool is_sensible(const struct subcommand *self, const struct options *options)
{
    if (options->slim && !self->can_be_slim) {
        fprintf(stderr, "pcaplife: --slim is for json and csv: %s has no records to make slim\n",
                self->name);
        return false;
    }
    return true;
}

int subcommand_run(const struct subcommand *self, int argc, char **argv, const char *help)
{
    struct options options;
    struct writing writing = {.to = stdout};
    FILE *file = NULL;
    bool is_good = options_parse(&options, argc, argv, help) && is_sensible(self, &options);

    if (is_good && options.output != NULL) {
        file = open_output(options.output);
        writing.to = file;
        is_good = file != NULL;
    }
    if (is_good) {
        writing.several_files = options.captures->len > 1;
        writing.is_slim = options.slim;
        writing.states_interval_ns = options.states_interval_ns;
        writing.lists_files = options.are_joined;
        writing.text = g_string_new(NULL);
        is_good = write_files(self, &writing, &options);
        if (file != NULL && fclose(file) != 0 && !writing.has_failed)
            writing_note_failure(&writing);
        is_good = is_good && (!writing.has_failed || writing.is_unwanted);
        g_string_free(writing.text, TRUE);
    }
    options_clear(&options);
    return is_good ? PCAPLIFE_OK : PCAPLIFE_FAILED;
}
