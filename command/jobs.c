/* See jobs.h.
 *
 * What a process writes is kept in a file without a name until its turn has come (outlet.h): through a pipe it would
 * have to wait for those before it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/jobs.h"

#include "command/complaints.h"
#include "command/outlet.h"
#include "command/scratch.h"

#include <glib.h>

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* So many files at most are ahead of the one whose turn it is: each has two that are open. */
enum { AHEAD = 64 };

struct job {
    pid_t process; /* 0: it has ended */
    FILE *output, *complaints;
    int result;
};

struct crew {
    const struct jobs_work *work;
    unsigned processes, running;
    unsigned begun, taken;
    atomic_uint *turn;      /* `taken`, for all processes to see */
    struct job jobs[AHEAD]; /* by number modulo that */
};

static struct job *job_of(struct crew *crew, unsigned number)
{
    return &crew->jobs[number % AHEAD];
}

/* ---- a process ----------------------------------------------------------------------------- */

static void run(const struct crew *crew, const struct job *job, unsigned number)
{
    struct outlet outlet = {job->output, crew->work->direct, crew->turn, number, 0};
    FILE *output = outlet_open(&outlet);
    int result = JOBS_RESULT_AT_MOST + 1;

    if (output != NULL && dup2(fileno(job->complaints), STDERR_FILENO) >= 0)
        result = crew->work->work(crew->work->ctx, number, output);
    fflush(stderr);
    /* Nothing of what this process has inherited is to be written twice. */
    _exit(result);
}

static void drop(struct job *job)
{
    if (job->output != NULL)
        fclose(job->output);
    if (job->complaints != NULL)
        fclose(job->complaints);
    *job = (struct job){0};
}

/* False: no process, or no file, can be had; errno says why. */
static bool begin_next(struct crew *crew)
{
    struct job *job = job_of(crew, crew->begun);

    *job = (struct job){
        .output = scratch_file(),
        .complaints = scratch_file(),
        .result = -1,
    };
    fflush(NULL); /* else both processes write what has not been written yet */
    job->process = job->output != NULL && job->complaints != NULL ? fork() : -1;
    if (job->process == 0)
        run(crew, job, crew->begun);
    if (job->process < 0) {
        const int error = errno;

        drop(job);
        errno = error;
        return false;
    }
    crew->begun++;
    crew->running++;
    return true;
}

static void note_end(struct crew *crew, pid_t process, int status)
{
    for (unsigned number = crew->taken; number < crew->begun; number++) {
        struct job *job = job_of(crew, number);

        if (job->process != process)
            continue;
        job->process = 0;
        if (WIFEXITED(status) && WEXITSTATUS(status) <= JOBS_RESULT_AT_MOST)
            job->result = WEXITSTATUS(status);
        crew->running--;
    }
}

static void await_one(struct crew *crew)
{
    int status;
    const pid_t process = waitpid(-1, &status, 0);

    if (process > 0)
        note_end(crew, process, status);
}

/* ---- in order ------------------------------------------------------------------------------ */

static void repeat_complaints(FILE *complaints)
{
    char bytes[4096];
    size_t count;

    rewind(complaints);
    while ((count = fread(bytes, 1, sizeof bytes, complaints)) > 0)
        fwrite(bytes, 1, count, stderr);
}

/* Those whose turn has come. False: the others are not wanted any more. */
static bool take_ended(struct crew *crew)
{
    bool is_wanted = true;

    while (is_wanted && crew->taken < crew->begun && job_of(crew, crew->taken)->process == 0) {
        struct job *job = job_of(crew, crew->taken);

        rewind(job->output);
        is_wanted = crew->work->take(crew->work->ctx, crew->taken, job->output, job->result);
        repeat_complaints(job->complaints);
        drop(job);
        crew->taken++;
        /* Behind what this process has written so far. */
        fflush(NULL);
        *crew->turn = crew->taken;
    }
    return is_wanted;
}

static void dismiss(struct crew *crew)
{
    for (unsigned number = crew->taken; number < crew->begun; number++)
        if (job_of(crew, number)->process > 0)
            kill(job_of(crew, number)->process, SIGTERM);
    while (crew->running > 0)
        await_one(crew);
    for (; crew->taken < crew->begun; crew->taken++)
        drop(job_of(crew, crew->taken));
}

bool jobs_run(const struct jobs_work *work, unsigned processes)
{
    struct crew crew = {.work = work,
                        .processes = processes > 0 ? processes : g_get_num_processors()};
    bool is_good = true;

    crew.turn = scratch_shared(sizeof *crew.turn);
    if (crew.turn == NULL)
        g_error("no memory for processes to share: %s", g_strerror(errno));
    while (take_ended(&crew) && crew.taken < work->count && is_good) {
        const bool may_begin = crew.running < crew.processes && crew.begun < work->count &&
                               crew.begun - crew.taken < AHEAD;

        if (may_begin && begin_next(&crew))
            continue;
        if (crew.running > 0) {
            await_one(&crew);
        } else {
            complain("no process, or no file in %s for what it writes, can be had: %s",
                     g_get_tmp_dir(), g_strerror(errno));
            is_good = false;
        }
    }
    dismiss(&crew);
    scratch_shared_free(crew.turn, sizeof *crew.turn);
    return is_good;
}
