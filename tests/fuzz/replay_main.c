/* Runs a fuzz target once for each file it is given, or each file in a folder: the corpus as a
 * plain test, for machines without libFuzzer.
 *
 *   replay_TARGET FILE|FOLDER…
 *   replay_TARGET --mutations COUNT FILE|FOLDER…   so many damaged copies of each file besides
 *
 * Which copies these are depends on the file alone: neither on what the code does with it, as with libFuzzer, nor on
 * the other files. So a change of the code is judged by the inputs that judged the one before.
 *
 * An input that ends the process is then in the folder in which it was started: failing-replay_TARGET.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define _POSIX_C_SOURCE 200809L
#define _XOPEN_SOURCE 700
#include "input.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

/* Of the processor's time, for so many inputs: they take much less than a second. */
enum { HANGS_SECONDS = 100, HANGS_INPUTS = 1000 };
enum { LARGEST_INPUT = 1 << 20, MOST_GROWTH = 4096 };

static unsigned replayed;
static unsigned long mutations;
static char failing[4096];
static struct input now; /* no bytes: none is run */

/* ---- an input ------------------------------------------------------------------------------ */

/* May be called in a signal handler. */
static void keep_input(void)
{
    const char *words = "FAILED: the input cannot be kept in ";
    int file;

    if (!now.data)
        return;
    file = open(failing, O_CREAT | O_TRUNC | O_WRONLY, 0644);
    if (file >= 0 && write(file, now.data, now.size) == (ssize_t)now.size)
        words = "FAILED: the input is in ";
    if (write(STDERR_FILENO, words, strlen(words)) < 0 || write(STDERR_FILENO, failing, strlen(failing)) < 0 ||
        write(STDERR_FILENO, "\n", 1) < 0)
        _exit(2);
}

/* Sanitizers ask for these, and then end the process by a signal as PROMISE() does. Little of what was freed is kept
 * from being used again: fresh memory costs more than the code that is tested. */
__attribute__((visibility("default"))) const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "abort_on_error=1:quarantine_size_mb=4";
}

__attribute__((visibility("default"))) const char *__ubsan_default_options(void);
const char *__ubsan_default_options(void)
{
    return "abort_on_error=1:print_stacktrace=1";
}

static void die(int number)
{
    keep_input();
    signal(number, SIG_DFL);
    raise(number);
}

static void run(const uint8_t *data, size_t size)
{
    const struct itimerval limit = {.it_value.tv_sec = HANGS_SECONDS};
    /* No larger than its contents, so that a read behind its end is found. */
    uint8_t *exact = malloc(size + !size);

    if (!exact)
        abort();
    memcpy(exact, data, size);
    if (replayed++ % HANGS_INPUTS == 0)
        setitimer(ITIMER_PROF, &limit, NULL);
    now = (struct input){exact, size};
    LLVMFuzzerTestOneInput(exact, size);
    now = (struct input){0};
    free(exact);
}

/* ---- damage -------------------------------------------------------------------------------- */

/* SplitMix64 (Steele, Lea, Flood 2014). */
static uint64_t next_random(uint64_t *state)
{
    uint64_t value = *state += UINT64_C(0x9e3779b97f4a7c15);

    value = (value ^ value >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    value = (value ^ value >> 27) * UINT64_C(0x94d049bb133111eb);
    return value ^ value >> 31;
}

static size_t below(uint64_t *state, size_t limit)
{
    return limit ? next_random(state) % limit : 0;
}

/* Short lengths are likelier: most fields are. */
static size_t short_length(uint64_t *state, size_t most)
{
    const size_t bound = (size_t)1 << (1 + below(state, 6));

    return below(state, bound < most ? bound : most) + (most > 0);
}

static void insert(uint8_t *data, size_t *size, size_t at, const uint8_t *bytes, size_t count)
{
    memmove(data + at + count, data + at, *size - at);
    memcpy(data + at, bytes, count);
    *size += count;
}

/* A number of one to eight bytes that is a limit of something, or near one. */
static void put_limit(uint8_t *at, size_t length, uint64_t *state)
{
    static const uint64_t limits[] = {0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000,
                                      0xffffffff, INT64_MAX, (uint64_t)INT64_MAX + 1, UINT64_MAX};
    const uint64_t value = limits[below(state, sizeof limits / sizeof limits[0])] + below(state, 3) - 1;
    const bool is_big_endian = below(state, 2);

    for (size_t i = 0; i < length; i++)
        at[is_big_endian ? length - 1 - i : i] = (uint8_t)(value >> 8 * i);
}

/* `data` has room for twice what is in it. */
static void damage(uint8_t *data, size_t *size, uint64_t *state)
{
    enum { BIT, BYTE, STEP, LIMIT, COPY, INSERT, REPEAT, ERASE, CUT, KINDS };
    const size_t at = below(state, *size), left = *size - at;
    const size_t from = below(state, *size);
    const size_t length = short_length(state, left < *size - from ? left : *size - from);
    uint8_t bytes[64];

    switch (*size ? below(state, KINDS) : INSERT) {
    case BIT: data[at] ^= (uint8_t)(1U << below(state, 8)); break;
    case BYTE: data[at] = (uint8_t)next_random(state); break;
    case STEP: data[at] = (uint8_t)(data[at] + below(state, 33) - 16); break;
    case LIMIT: put_limit(data + at, length < 8 ? length : 8, state); break;
    case COPY: memmove(data + at, data + from, length); break;
    case INSERT:
        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = (uint8_t)next_random(state);
        insert(data, size, at, bytes, 1 + below(state, 16));
        break;
    case REPEAT:
        memcpy(bytes, data + from, length);
        insert(data, size, at, bytes, length);
        break;
    case ERASE:
        memmove(data + at, data + at + length, left - length);
        *size -= length;
        break;
    default: *size = at; break;
    }
}

/* What the file says decides. (FNV-1a) */
static uint64_t seed_of(const uint8_t *data, size_t size)
{
    uint64_t seed = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < size; i++)
        seed = (seed ^ data[i]) * UINT64_C(0x100000001b3);
    return seed;
}

static void run_mutations(const uint8_t *data, size_t size)
{
    enum { MOST_AT_ONCE = 5 };
    uint64_t state = seed_of(data, size);
    uint8_t *copy = malloc(size + MOST_GROWTH);

    if (!copy)
        abort();
    for (unsigned long i = 0; i < mutations; i++) {
        size_t length = size;

        memcpy(copy, data, size);
        for (size_t left = 1 + below(&state, MOST_AT_ONCE); left > 0; left--)
            damage(copy, &length, &state);
        run(copy, length);
    }
    free(copy);
}

/* ---- files --------------------------------------------------------------------------------- */

static void replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data = malloc(LARGEST_INPUT);
    size_t size;

    if (!file || !data) {
        perror(path);
        exit(1);
    }
    size = fread(data, 1, LARGEST_INPUT, file);
    fclose(file);
    run(data, size);
    run_mutations(data, size);
    free(data);
}

static void replay(const char *path)
{
    char inside[4096];
    struct stat status;
    struct dirent *entry;
    DIR *folder;

    if (stat(path, &status) || !S_ISDIR(status.st_mode)) {
        replay_file(path);
        return;
    }
    folder = opendir(path);
    while (folder && (entry = readdir(folder)) != NULL)
        if (entry->d_name[0] != '.') {
            snprintf(inside, sizeof inside, "%s/%s", path, entry->d_name);
            replay_file(inside);
        }
    if (folder)
        closedir(folder);
}

int main(int argc, char **argv)
{
    const char *name = strrchr(argv[0], '/') ? strrchr(argv[0], '/') + 1 : argv[0];
    int first = 1;

    if (argc > 2 && strcmp(argv[1], "--mutations") == 0) {
        mutations = strtoul(argv[2], NULL, 10);
        first = 3;
    }
    snprintf(failing, sizeof failing, "failing-%s", name);
    signal(SIGABRT, die);
    signal(SIGPROF, die);
    for (int i = first; i < argc; i++)
        replay(argv[i]);
    if (!replayed) {
        fprintf(stderr, "FAILED: no input\n");
        return 1;
    }
    printf("ok: %u inputs\n", replayed);
    return 0;
}
