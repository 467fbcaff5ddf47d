# tcplife_link_as_one(TARGET): TARGET gets core/ and output/, optimized as one with it where the compiler can: a tenth fewer
# instructions a packet. Not for a debugger or sanitizer, which are to find things where the sources have them.
# Their own libraries stay as they are: every unit test would be optimized with them.
#
# SPDX-License-Identifier: GPL-2.0-or-later
function(tcplife_link_as_one target)
    if(HAVE_IPO AND NOT TCPLIFE_SANITIZE AND NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
        target_link_libraries(${target} PRIVATE tcplife_core_sources tcplife_output_sources tcplife_report_sources)
        target_compile_options(${target} PRIVATE -O3)
        set_target_properties(${target} PROPERTIES INTERPROCEDURAL_OPTIMIZATION ON)
    else()
        target_link_libraries(${target} PRIVATE tcplife_report tcplife_output)
    endif()
endfunction()
