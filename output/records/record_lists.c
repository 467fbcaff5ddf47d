/* The values of a record that are lists.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output/records/record_lists.h"

#include "output/records/life.h"
#include "output/records/record_names.h"
#include "output/records/record_writer.h"

/* Keys of what lists are made of: copied as they are. */
static const struct record_key frame_key = RECORD_KEY("frame"), time_key = RECORD_KEY("time"),
                               end_key = RECORD_KEY("end"), from_key = RECORD_KEY("from"),
                               to_key = RECORD_KEY("to"), name_key = RECORD_KEY("name"),
                               severity_key = RECORD_KEY("severity"), text_key = RECORD_KEY("text");

/* Those that have frames between the connection's first and its last one. */
void record_files(struct record_writer *writer, const struct record_key *key, const struct known_life *life)
{
    const struct tl_capture *capture = life->capture;
    const uint32_t first = tl_connection_first_frame(life->connection);
    const uint32_t last = tl_connection_last_frame(life->connection);

    record_begin_list(writer, key);
    for (unsigned i = 0; i < capture->file_count && capture->files[i].first_frame <= last; i++) {
        const struct tl_capture_file *file = &capture->files[i];

        if (file->last_frame < first)
            continue;
        record_begin_item(writer);
        record_string(writer, KEY("file"), file->name);
        record_number(writer, KEY("first_frame"), file->first_frame);
        record_end_item(writer);
    }
    record_end_list(writer);
}

void record_presumed(struct record_writer *writer, const struct record_key *key, const struct known_life *life)
{
    const bool *presumed = life->states.presumed;

    if (!presumed[TL_CLIENT] && !presumed[TL_SERVER]) {
        record_absent(writer);
        return;
    }
    record_begin_list(writer, key);
    for (int end = TL_CLIENT; end <= TL_SERVER; end++) {
        if (presumed[end])
            record_item_name(writer, &record_roles[end]);
    }
    record_end_list(writer);
}

static void put_expert(struct record_writer *writer, const struct known_life *life,
                       const struct tl_change *change)
{
    const enum tl_diagnosis diagnosis = tl_change_diagnosis(change);

    record_begin_item(writer);
    record_number(writer, &frame_key, change->frame);
    record_word(writer, &name_key, tl_diagnosis_name(diagnosis));
    record_word(writer, &severity_key, tl_severity_name(tl_diagnosis_severity(diagnosis)));
    tl_append_diagnosis(record_begin_text(writer, &text_key), life->capture, life->connection, change);
    record_end_text(writer, true);
    record_end_item(writer);
}

void record_experts(struct record_writer *writer, const struct record_key *key, const struct known_life *life)
{
    const struct tl_changes changes = tl_connection_changes(life->connection);

    record_begin_list(writer, key);
    for (uint32_t i = 0; i < changes.count; i++) {
        if (changes.at[i].kind == TL_DIAGNOSIS)
            put_expert(writer, life, &changes.at[i]);
    }
    record_end_list(writer);
}

static void put_transition(struct record_writer *writer, const struct tl_change *change)
{
    record_begin_item(writer);
    record_number(writer, &frame_key, change->frame);
    record_time(writer, &time_key, tl_change_time_ns(change));
    record_name(writer, &end_key, &record_roles[tl_change_end(change)]);
    record_name(writer, &from_key, &record_states[tl_change_from(change)]);
    record_name(writer, &to_key, &record_states[tl_change_to(change)]);
    record_end_item(writer);
}

void record_transitions(struct record_writer *writer, const struct record_key *key, const struct known_life *life)
{
    const struct tl_changes changes = tl_connection_changes(life->connection);

    record_begin_list(writer, key);
    for (uint32_t i = 0; i < changes.count; i++) {
        if (changes.at[i].kind == TL_TRANSITION)
            put_transition(writer, &changes.at[i]);
    }
    record_end_list(writer);
}
