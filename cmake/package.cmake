# cpack: a Debian package of the plugin, its profile and its manual page.
#
# SPDX-License-Identifier: GPL-2.0-or-later
install(FILES ${PROJECT_SOURCE_DIR}/README.md DESTINATION share/doc/tcplife RENAME README)
install(FILES ${PROJECT_SOURCE_DIR}/docs/copyright DESTINATION share/doc/tcplife)
install(FILES ${PROJECT_SOURCE_DIR}/docs/tcplife.7 DESTINATION share/man/man7)

find_program(DPKG_QUERY dpkg-query)
find_program(DPKG_SHLIBDEPS dpkg-shlibdeps)
if(NOT DPKG_QUERY OR NOT DPKG_SHLIBDEPS)
    return() # not a Debian: no package
endif()

# The package of the library that the plugin is linked with; its name carries the major ABI. Another
# series X.Y looks for plugins in another folder, even where the ABI's number stayed.
foreach(property IMPORTED_LOCATION_RELWITHDEBINFO IMPORTED_LOCATION_RELEASE IMPORTED_LOCATION_NONE
        IMPORTED_LOCATION LOCATION)
    get_target_property(library epan ${property})
    if(library)
        break()
    endif()
endforeach()
file(REAL_PATH "${library}" library)
# With /usr merged, dpkg may know the file by either name.
string(REGEX REPLACE "^/usr/lib" "/lib" unmerged "${library}")
foreach(name IN ITEMS "${library}" "${unmerged}")
    execute_process(COMMAND ${DPKG_QUERY} -S "${name}" OUTPUT_VARIABLE owner ERROR_QUIET)
    if(owner MATCHES "^([^:, ]+)")
        set(abi ${CMAKE_MATCH_1})
        break()
    endif()
endforeach()
if(NOT abi)
    message(STATUS "${library} is of no Debian package: cpack makes none")
    return()
endif()
math(EXPR next "${Wireshark_MINOR_VERSION} + 1")
set(series "${Wireshark_MAJOR_VERSION}.${Wireshark_MINOR_VERSION}")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME tcplife)
set(CPACK_PACKAGE_CONTACT "tcplife maintainers <maintainers@tcplife.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Wireshark plugin for the life of TCP connections")
set(CPACK_PACKAGE_DESCRIPTION
"Knows, at every segment of a capture, which RFC 9293 state each of the two
ends is in, how each connection was opened and closed, how long every step
took, and what went wrong. For Wireshark and tshark ${series} only.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
# Packages for several series may lie in one folder.
set(CPACK_DEBIAN_PACKAGE_VERSION "${PROJECT_VERSION}+wireshark${series}")
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS
    "${abi} (>= ${series}.0~), ${abi} (<< ${Wireshark_MAJOR_VERSION}.${next}~)")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "wireshark | tshark")
include(CPack)
