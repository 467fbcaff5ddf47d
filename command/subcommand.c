/* See subcommand.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/subcommand.h"

#include "command/options.h"

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

static void print_damage(const char *path, const struct capture_damage *damage)
{
    char *text = capture_damage_text(damage);

    fprintf(stderr, "pcaplife: %s %s\n", path, text);
    g_free(text);
}

/* A line for each kind: nothing is passed over in silence. */
static void print_undecoded(const char *path, const struct reading *reading)
{
    for (size_t i = 0; i < reading->undecoded_count; i++)
        fprintf(stderr,
                "pcaplife: %s: %" PRIu64 " packet%s passed over, which tshark may read: %s\n", path,
                reading->undecoded[i].packets,
                reading->undecoded[i].packets == 1 ? " was" : "s were", reading->undecoded[i].kind);
}

/* A question in jq is about all that records have. */
static struct reading_wishes wishes_of(const struct subcommand *self, const struct options *options)
{
    struct reading_wishes wishes = self->wishes;

    wishes.zeek = wishes.zeek || options->choice.where != NULL;
    return wishes;
}

/* False: it could not be read as a whole, or nobody can tell what is chosen. */
static bool write_file(const struct subcommand *self, struct writing *writing,
                       const struct options *options, const char *path)
{
    const struct reading_wishes wishes = wishes_of(self, options);
    struct capture_damage damage;
    struct reading *reading = reading_new(path, &wishes, &options->preferences, &damage);
    bool is_whole;

    if (reading == NULL) {
        print_damage(path, &damage);
        capture_damage_clear(&damage);
        return false;
    }
    if (!choice_narrow(&options->choice, &reading->capture, reading->connections)) {
        writing->is_over = true;
        reading_free(reading);
        return false;
    }
    reading->capture.has_slim_records = writing->is_slim;
    self->write(writing, reading);
    writing_flush(writing);
    writing->files++;
    is_whole = reading->damage.error == 0 && !(options->strict && reading->undecoded_count > 0);
    if (!options->quiet)
        print_undecoded(path, reading);
    if (reading->damage.error != 0)
        print_damage(path, &reading->damage);
    reading_free(reading);
    return is_whole;
}

/* False: not all of them could be read as a whole. */
static bool write_files(const struct subcommand *self, struct writing *writing,
                        const struct options *options)
{
    bool is_good = !options->some_missing;

    if (self->begin != NULL)
        self->begin(writing);
    for (unsigned i = 0; i < options->files->len && !writing->has_failed && !writing->is_over; i++)
        if (!write_file(self, writing, options, g_ptr_array_index(options->files, i)))
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
        writing.several_files = options.files->len > 1;
        writing.is_slim = options.slim;
        writing.states_interval_ns = options.states_interval_ns;
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
