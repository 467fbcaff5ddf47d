/* See subcommand.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/subcommand.h"

#include "command/captures.h"
#include "command/complaints.h"
#include "command/jobs.h"
#include "command/live_records.h"
#include "command/options.h"
#include "command/progress.h"
#include "command/source.h"

/* What became of a file: */
enum {
    FILE_IS_WHOLE = 1,    /* it was read to its end, and nothing is wrong */
    FILE_IS_WRITTEN = 2,  /* something of it, be it nothing, was written */
    FILE_IS_LAST = 4,     /* no others are to be read: the user has been told */
    FILE_FAILED = 8,      /* nothing more can be written: the user has been told */
    FILE_IS_UNWANTED = 16, /* nobody reads what is written any more */
    FILE_LACKS_NUMBER = 32 /* no connection has the number that the user has named */
};

static void part_files(const struct subcommand *self, struct writing *writing)
{
    if (self->parts_files && writing->files > 0)
        g_string_append(writing->text, "\n\n");
    writing->files++;
}

/* tshark reads what was read here already: one file, and no pipe. Otherwise NULL. */
static const char *path_for_tshark(const struct source *source)
{
    return source_can_be_read_again(source) ? source_path(source) : NULL;
}

/* False: tshark failed, or cannot read it, and the user has been told. */
static bool write_fallback(const struct subcommand *self, struct writing *writing,
                           const struct options *options, const struct source *source)
{
    const char *path = path_for_tshark(source);
    FILE *file;

    if (path == NULL) {
        complain("%s: --fallback is for a file, which tshark reads again from its start",
                 source_name(source));
        return false;
    }
    file = fallback_run(&self->fallback, path, &options->preferences);
    if (file == NULL)
        return false;
    part_files(self, writing);
    while (fallback_next(&self->fallback, path, file, writing->text))
        writing_flush(writing);
    fclose(file);
    return true;
}

static void complain_of_reading(const struct subcommand *self, const struct options *options,
                                const struct source *source, const struct reading *reading)
{
    const char *path = path_for_tshark(source);
    char *command = self->fallback.statistic != NULL && !options->fallback && path != NULL
                        ? fallback_command(&self->fallback, path)
                        : NULL;

    complain_of_undecoded(reading->name, reading->undecoded, reading->undecoded_count, command);
    g_free(command);
}

/* Of several captures it is enough that one has it. */
static bool lacks_number(const struct options *options, const struct reading *reading)
{
    const uint32_t connections = tl_tracker_connection_count(reading->capture.tracker);

    if (choice_is_among(&options->choice, connections))
        return false;
    if (options->captures->len == 1)
        choice_complain(&options->choice, reading->name, connections);
    return true;
}

static int write_reading(const struct subcommand *self, struct writing *writing,
                         const struct options *options, struct reading *reading)
{
    reading->capture.lists_files = writing->lists_files;
    if (!choice_narrow(&options->choice, &reading->capture, reading->connections,
                       &writing->why_over)) {
        complain("%s", writing->why_over);
        return FILE_IS_LAST;
    }
    part_files(self, writing);
    reading->capture.has_slim_records = writing->is_slim;
    self->write(writing, reading);
    writing_flush(writing);
    return FILE_IS_WRITTEN |
           (options->strict && reading->undecoded_count > 0 ? 0 : FILE_IS_WHOLE) |
           (lacks_number(options, reading) ? FILE_LACKS_NUMBER : 0);
}

static bool wants_tshark(const struct options *options, const struct reading *reading)
{
    return options->fallback &&
           undecoded_is_for_tshark(reading->undecoded, reading->undecoded_count);
}

static int write_source(const struct subcommand *self, struct writing *writing,
                        const struct options *options, struct source *source)
{
    struct reading *reading = reading_new(source, &writing->wishes, &options->preferences);
    int result;

    if (wants_tshark(options, reading) &&
        write_fallback(self, writing, options, source)) {
        result = FILE_IS_WRITTEN | FILE_IS_WHOLE;
    } else {
        result = write_reading(self, writing, options, reading);
        if (wants_tshark(options, reading))
            result &= ~FILE_IS_WHOLE;
        if ((result & FILE_IS_WRITTEN) != 0 && !options->quiet)
            complain_of_reading(self, options, source, reading);
    }
    reading_free(reading);
    return result;
}

static int write_file(const struct subcommand *self, struct writing *writing,
                      const struct options *options, const GPtrArray *taps)
{
    struct source *source = source_new(taps);
    int result = 0;

    if (source_any(source))
        result = write_source(self, writing, options, source);
    else if (self->cannot_read != NULL)
        self->cannot_read(writing, source);
    if ((result & FILE_IS_LAST) == 0 && source_print_damages(source))
        result &= ~FILE_IS_WHOLE;
    source_free(source);
    return result;
}

/* False: it could not be read as a whole, or not all that was wished for can be told. */
static bool write_live(const struct subcommand *self, struct writing *writing,
                       const struct options *options)
{
    const struct live_wishes wishes = {
        .preferences = options->preferences,
        .idle_ns = options->idle * INT64_C(1000000000),
        .slim = options->slim,
    };
    struct live_report report;
    bool is_whole;

    live_records_write(writing, &self->records, &options->choice,
                       g_ptr_array_index(options->captures, 0), &wishes, &report);
    writing_end(writing);
    is_whole = !writing->is_over && !(options->strict && report.undecoded_count > 0);
    if (!options->quiet)
        complain_of_undecoded(source_name(report.source), report.undecoded, report.undecoded_count,
                              NULL);
    if (source_print_damages(report.source))
        is_whole = false;
    live_report_clear(&report);
    return is_whole;
}

/* All that files share. */
struct files {
    const struct subcommand *self;
    struct writing *writing;
    const struct options *options;
    unsigned written, lack_number; /* so many of them */
};

static int write_file_apart(void *ctx, unsigned number, FILE *output)
{
    const struct files *files = ctx;
    struct writing writing = *files->writing;
    int result;

    writing.to = output;
    writing.text = g_string_new(NULL);
    writing.files = 0;
    result = write_file(files->self, &writing, files->options,
                        g_ptr_array_index(files->options->captures, number));
    writing_end(&writing);
    g_free(writing.why_over);
    if (writing.has_failed)
        return writing.is_unwanted ? FILE_IS_UNWANTED : FILE_FAILED;
    return writing.code == PCAPLIFE_FAILED ? result & ~FILE_IS_WHOLE : result;
}

/* In both ways of reading. False: no others are wanted. */
static bool note_result(struct files *files, int result)
{
    struct writing *writing = files->writing;

    if ((result & FILE_IS_UNWANTED) != 0) {
        writing->has_failed = writing->is_unwanted = true;
        return false;
    }
    if ((result & FILE_IS_WHOLE) == 0)
        writing_note_code(writing, PCAPLIFE_FAILED);
    files->written += (result & FILE_IS_WRITTEN) != 0;
    files->lack_number += (result & FILE_LACKS_NUMBER) != 0;
    writing->is_over = writing->is_over || (result & (FILE_IS_LAST | FILE_FAILED)) != 0;
    return !writing->is_over && (!writing->has_failed || files->self->is_judge);
}

static bool take_file(void *ctx, unsigned number, FILE *output, int result)
{
    struct files *files = ctx;

    if (result < 0) {
        char *name = source_name_of(g_ptr_array_index(files->options->captures, number));

        complain("%s cannot be read: the process that read it was ended", name);
        g_free(name);
        result = 0;
    }
    if ((result & FILE_IS_WRITTEN) != 0) {
        part_files(files->self, files->writing);
        writing_append_file(files->writing, output);
    }
    return note_result(files, result);
}

static void write_one_by_one(struct files *files)
{
    const GPtrArray *captures = files->options->captures;
    bool is_wanted = !files->writing->is_over;

    for (unsigned i = 0; i < captures->len && is_wanted; i++) {
        const int result =
            write_file(files->self, files->writing, files->options, g_ptr_array_index(captures, i));

        is_wanted = note_result(files, result);
    }
}

/* A connection that is named by its number must be there. */
static void note_number(const struct files *files)
{
    if (files->lack_number == 0 || files->lack_number < files->written)
        return;
    if (files->options->captures->len > 1)
        complain("none of %u files has a connection %u", files->written,
                 files->options->choice.number);
    writing_note_code(files->writing, PCAPLIFE_FAILED);
}

static void write_files(const struct subcommand *self, struct writing *writing,
                        const struct options *options)
{
    struct files files = {self, writing, options, 0, 0};
    /* What lies between two files is known when their turn has come, to this process alone. */
    const struct jobs_work work = {
        .count = options->captures->len,
        .direct = self->parts_files ? NULL : writing->to,
        .work = write_file_apart,
        .take = take_file,
        .ctx = &files,
    };

    if (options->some_missing)
        writing_note_code(writing, PCAPLIFE_FAILED);
    if (!options->quiet)
        progress_begin(options->files);
    if (self->begin != NULL)
        self->begin(writing);
    writing_flush(writing);
    if (options->jobs == 1 || options->captures->len < 2)
        write_one_by_one(&files);
    else if (!jobs_run(&work, options->jobs))
        writing_note_code(writing, PCAPLIFE_FAILED);
    if (!writing->has_failed)
        note_number(&files);
    if (self->end != NULL)
        self->end(writing);
    progress_end();
    writing_end(writing);
}

/* Of enum option_use. */
static unsigned takes(const struct subcommand *self)
{
    /* What gathers something of all files has to read them in one process. */
    return self->takes | (self->end == NULL ? OPTION_JOBS : 0) |
           (self->fallback.statistic != NULL ? OPTION_FALLBACK : 0) |
           (self->records.append != NULL ? OPTION_LIVE | OPTION_IDLE : 0);
}

/* False: this program cannot do it, or the options make no sense with it, and the user has been told. */
static bool is_sensible(const struct subcommand *self, const struct options *options)
{
    const char *refusal = self->refusal != NULL ? self->refusal(options->given) : NULL;

    if (refusal != NULL) {
        complain("%s", refusal);
        return false;
    }
    if (options->fallback && (options->slim || options->live || options->are_joined ||
                              choice_is_narrow(&options->choice))) {
        complain("--fallback writes all that tshark does of a file: no connections can be chosen, "
                 "nor --slim, --live, --join or --tap");
        return false;
    }
    if (options->are_joined && (options->given & OPTION_JOBS) != 0) {
        complain("--jobs is for several captures: --join and --tap make one of all files");
        return false;
    }
    if (options->live && (options->captures->len != 1 || options->are_joined ||
                          (options->given & OPTION_JOBS) != 0)) {
        complain("--live reads one capture, as a rule -, the standard input, without --jobs");
        return false;
    }
    return true;
}

/* A record is written at a time: to a pipe that would be a call of the system, and a turn of its reader, for each
 * one or two of them. */
static void buffer_output(FILE *file)
{
    static char buffer[256 << 10];

    setvbuf(file, buffer, _IOFBF, sizeof buffer);
}

/* Where the user wishes it to be. A reader who wants no more of it is no failure of ours. */
static void write_to(FILE *to, const struct subcommand *self, struct writing *writing,
                     const struct options *options)
{
    buffer_output(to);
    writing->to = to;
    writing->text = g_string_new(NULL);
    if (options->strict && options->texts_beside)
        writing_note_code(writing, PCAPLIFE_FAILED);
    if (!options->live)
        write_files(self, writing, options);
    else if (!write_live(self, writing, options))
        writing_note_code(writing, PCAPLIFE_FAILED);
    if (to != stdout && fclose(to) != 0 && !writing->has_failed)
        writing_note_failure(writing);
    if (writing->has_failed && !writing->is_unwanted)
        writing_note_code(writing, PCAPLIFE_FAILED);
    g_string_free(writing->text, TRUE);
}

int subcommand_run(const struct subcommand *self, int argc, char **argv, const char *help)
{
    struct options options;
    struct writing writing = {.wishes = self->wishes, .code = PCAPLIFE_FAILED};
    const struct options_usage usage = {
        .subcommand = self->name,
        .summary = help,
        .takes = takes(self),
        .is_judge = self->is_judge,
        .own = self->options != NULL ? self->options() : NULL,
    };
    FILE *file = stdout;

    if (options_parse(&options, argc, argv, &usage) && is_sensible(self, &options)) {
        writing.inputs = options.files;
        writing.some_missing = options.some_missing;
        writing.choice = options.choice.words;
        writing.several_files = options.captures->len > 1;
        writing.is_slim = options.slim;
        writing.lists_files = options.are_joined;
        writing.ladders = options.ladders;
        writing.states_interval_ns = options.states_interval_ns;
        /* A question in jq is about all that records have. */
        writing.wishes.zeek = writing.wishes.zeek || options.choice.where != NULL;
        if (options.output != NULL)
            file = writing_open(&writing, "-o", options.output);
        if (file != NULL) {
            writing.code = PCAPLIFE_OK;
            write_to(file, self, &writing, &options);
        }
    }
    g_free(writing.why_over);
    options_clear(&options);
    return (int)writing.code;
}
