/* See scratch.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/scratch.h"

#include <glib.h>
#include <glib/gstdio.h>

#include <sys/mman.h>

FILE *scratch_file(void)
{
    char *name;
    const int descriptor = g_file_open_tmp("pcaplife.XXXXXX", &name, NULL);

    if (descriptor < 0)
        return NULL;
    g_unlink(name);
    g_free(name);
    return fdopen(descriptor, "w+b");
}

void *scratch_shared(size_t bytes)
{
    /* cppcheck-suppress invalidFunctionArg ; -1 goes with MAP_ANONYMOUS */
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (memory == MAP_FAILED)
        return NULL;
    return memory;
}

void scratch_shared_free(void *memory, size_t bytes)
{
    munmap(memory, bytes);
}
