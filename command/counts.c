/* pcaplife counts FILE…: how many packets, segments and connections there are.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/command.h"

#include "command/batch.h"
#include "command/capture.h"
#include "command/lives.h"

#include <glib.h>

#include <inttypes.h>
#include <stdio.h>

/* On standard error, a line for each kind: nothing is passed over in silence. */
static void print_undecoded(const char *path, const struct decoder *decoder)
{
    size_t count;
    struct undecoded *kinds = decoder_undecoded(decoder, &count);

    for (size_t i = 0; i < count; i++)
        fprintf(stderr, "pcaplife: %s: %" PRIu64 " packet%s passed over, which tshark may read: %s\n", path,
                kinds[i].packets, kinds[i].packets == 1 ? " was" : "s were", kinds[i].kind);
    g_free(kinds);
}

/* False: there is none. */
static bool print_damage(const char *path, const struct capture_damage *damage)
{
    char *text;

    if (damage->error == 0)
        return false;
    text = capture_damage_text(damage);
    fprintf(stderr, "pcaplife: %s %s\n", path, text);
    g_free(text);
    return true;
}

static int count_file(const char *path)
{
    struct capture_damage damage;
    struct capture *capture = capture_open(path, &damage);
    struct tl_tracker *lives;
    struct batch *batch;
    int result;

    if (capture == NULL) {
        print_damage(path, &damage);
        capture_damage_clear(&damage);
        return PCAPLIFE_FAILED;
    }
    lives = lives_new(&default_preferences);
    batch = batch_new(lives, NULL);
    batch_read(batch, capture);
    printf("%s: %" PRIu64 " packets, %" PRIu64 " TCP segments, %" PRIu32 " connections\n", path,
           batch_packets(batch), batch_segments(batch), tl_tracker_connection_count(lives));
    print_undecoded(path, batch_decoder(batch));
    result = print_damage(path, capture_damage(capture)) ? PCAPLIFE_FAILED : PCAPLIFE_OK;
    batch_free(batch);
    tl_tracker_free(lives);
    capture_close(capture);
    return result;
}

int command_counts(int argc, char **argv)
{
    int result = PCAPLIFE_OK;

    for (int i = 1; i < argc; i++)
        if (count_file(argv[i]) != PCAPLIFE_OK)
            result = PCAPLIFE_FAILED;
    return result;
}
