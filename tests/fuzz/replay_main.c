/* Runs a fuzz target once for each file it is given, or each file in a folder: the corpus as a
 * plain test, for machines without libFuzzer.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define _POSIX_C_SOURCE 200809L
#include "input.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { LARGEST_INPUT = 1 << 20 };

static unsigned replayed;

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
    /* No larger than its contents, so that a read behind its end is found. */
    data = realloc(data, size + !size);
    LLVMFuzzerTestOneInput(data, size);
    free(data);
    replayed++;
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
    for (int i = 1; i < argc; i++)
        replay(argv[i]);
    if (!replayed) {
        fprintf(stderr, "FAILED: no input\n");
        return 1;
    }
    printf("ok: %u inputs\n", replayed);
    return 0;
}
