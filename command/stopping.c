/* See stopping.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/stopping.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

static volatile sig_atomic_t asked;
static pthread_t reader;

static void count(int signal_number)
{
    (void)signal_number;
    asked++;
}

static void do_nothing(int signal_number)
{
    (void)signal_number;
}

static void handle(int signal_number, void (*handler)(int), int flags)
{
    struct sigaction action = {.sa_flags = flags};

    action.sa_handler = handler;
    sigemptyset(&action.sa_mask);
    sigaction(signal_number, &action, NULL);
}

static bool is_ignored(int signal_number)
{
    struct sigaction action;

    return sigaction(signal_number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

void stopping_begin(void)
{
    reader = pthread_self();
    /* What is in the pipe already is still read. */
    if (!is_ignored(SIGINT))
        handle(SIGINT, count, SA_RESTART);
    if (!is_ignored(SIGTERM))
        handle(SIGTERM, count, SA_RESTART);
    handle(SIGUSR1, do_nothing, 0);
}

unsigned stopping_asked(void)
{
    return (unsigned)asked;
}

void stopping_interrupt(void)
{
    pthread_kill(reader, SIGUSR1);
}
