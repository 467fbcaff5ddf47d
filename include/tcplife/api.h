/* What every header of the library needs: which functions it exports, and that C++ may call them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_API_H
#define TCPLIFE_API_H

#ifdef __cplusplus
#define TL_BEGIN_DECLS extern "C" {
#define TL_END_DECLS }
#else
#define TL_BEGIN_DECLS
#define TL_END_DECLS
#endif

/* Whoever links the static library, or compiles the sources as a part of his own, exports nothing. */
#ifdef TCPLIFE_BUILDS_SHARED_LIBRARY
#define TL_API __attribute__((visibility("default")))
#else
#define TL_API
#endif

#endif
