/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tcplife/version.h"

const char *tl_version(void)
{
    return TL_VERSION;
}
