# The warnings that our files are free of, with gcc and clang; tests/compilers.py makes errors of them.
#
# Wireshark's and GLib's headers are system headers (the targets are imported): nothing of them is told.
# Not here, of what there is: -Wswitch-enum and -Wswitch-default (-Wall tells of a switch without `default`
# that forgets a value; with one, it is meant), -Wpadded, and -Wpedantic for the plugin (Wireshark's macros
# expand to what ISO C has not).
#
# SPDX-License-Identifier: GPL-2.0-or-later
set(warnings
    -Wall -Wextra -Wshadow -Wundef -Wvla -Walloca -Wdate-time
    # What a prototype is, and that each is in one place.
    -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition -Wnested-externs -Wredundant-decls
    # Numbers: nothing changes its value or sign by itself; packets are full of numbers of all widths.
    -Wconversion -Wsign-conversion -Wdouble-promotion -Wfloat-equal
    # Pointers.
    -Wcast-qual -Wcast-align -Wpointer-arith -Wwrite-strings -Wnull-dereference
    # Control flow and texts.
    -Wimplicit-fallthrough -Winit-self -Woverride-init -Wformat=2)
if(CMAKE_C_COMPILER_ID STREQUAL GNU)
    list(APPEND warnings -Wlogical-op -Wduplicated-cond -Wduplicated-branches -Wjump-misses-init -Wtrampolines)
elseif(CMAKE_C_COMPILER_ID MATCHES Clang)
    list(APPEND warnings -Wcomma -Wunreachable-code -Wconditional-uninitialized)
endif()
if(TCPLIFE_WERROR)
    list(APPEND warnings -Werror)
endif()
add_compile_options(${warnings})
