# TCPLIFE_PROFILE_GUIDED: the command as its Debian package has it. It is compiled twice: the first program counts what it
# does while it reads captures (command/training), the second is optimized for that. It takes a tenth fewer instructions, and
# says the same. Off, since everyday builds are to be quick.
#
# TCPLIFE_TRAINS tells whether that is done: where it cannot be, the build says why, and is as without the option.
#
# SPDX-License-Identifier: GPL-2.0-or-later
option(TCPLIFE_PROFILE_GUIDED "Compile the command twice, the second time for what it did with captures (gcc)" OFF)

set(TCPLIFE_TRAINS OFF)
if(TCPLIFE_PROFILE_GUIDED)
    if(NOT CMAKE_C_COMPILER_ID STREQUAL GNU)
        set(why "only gcc's profiles are known, and the compiler is ${CMAKE_C_COMPILER_ID}")
    elseif(CMAKE_CROSSCOMPILING)
        set(why "what is built does not run on this machine")
    elseif(TCPLIFE_SANITIZE OR CMAKE_BUILD_TYPE STREQUAL "Debug")
        set(why "a build for debugging or with sanitizers is not optimized")
    else()
        set(TCPLIFE_TRAINS ON)
    endif()
    if(NOT TCPLIFE_TRAINS)
        message(WARNING "TCPLIFE_PROFILE_GUIDED: ${why}: the command is built without a profile")
    endif()
endif()
