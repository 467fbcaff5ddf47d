/* The values of a record that are lists: each writes all of its own.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_OUTPUT_RECORD_LISTS_H
#define TCPLIFE_OUTPUT_RECORD_LISTS_H

struct known_life;
struct record_key;
struct record_writer;

void record_files(struct record_writer *writer, const struct record_key *key, const struct known_life *life);
void record_presumed(struct record_writer *writer, const struct record_key *key, const struct known_life *life);
void record_experts(struct record_writer *writer, const struct record_key *key, const struct known_life *life);
void record_transitions(struct record_writer *writer, const struct record_key *key, const struct known_life *life);

#endif
