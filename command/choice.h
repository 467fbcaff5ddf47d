/* Which connections of a capture the user wants.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_CHOICE_H
#define PCAPLIFE_CHOICE_H

#include <glib.h>

#include <stdbool.h>
#include <stdint.h>

struct expression;
struct tl_capture;
struct tl_connection;

/* All of it must hold. All zero: every connection. */
struct choice {
    bool by_number, by_host, by_port;
    uint32_t number;
    uint8_t host[16]; /* the address of one of its ends… */
    uint8_t host_length; /* …and so many bytes of it */
    uint16_t port; /* of one of its ends */
    struct expression *where; /* true of its record; NULL: not asked */
    char *words; /* the options that say so, as the user gave them; NULL: none */
};

/* The words of the options; NULL: not given. False: they are wrong, and the user has been told. */
bool choice_take(struct choice *choice, const char *number, const char *host, const char *port,
                 const char *where);
void choice_clear(struct choice *choice);

/* Are there connections that are not chosen? */
bool choice_is_narrow(const struct choice *choice);

/* Is the connection whose number the user has named, if any, one of so many? */
bool choice_is_among(const struct choice *choice, uint32_t connections);

/* The user is told that it is not. */
void choice_complain(const struct choice *choice, const char *name, uint32_t connections);

/* Is it chosen? False too if jq cannot tell: then *error says why, to be freed with g_free(). */
bool choice_has(const struct choice *choice, const struct tl_capture *capture,
                const struct tl_connection *connection, char **error);

/* Leaves in the connection_set what is chosen. False: jq cannot tell, and *error is the sentence that says why, to be
 * freed with g_free(). */
bool choice_narrow(const struct choice *choice, const struct tl_capture *capture,
                   GByteArray *connections, char **error);

#endif
