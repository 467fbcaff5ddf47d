# cpack: Debian packages. Without more, that of the plugin, its profile and its manual page; which others there are,
# and what is in them, says cpack_config.cmake: `cpack -D TCPLIFE_PACKAGE=library` makes the library's.
#
# SPDX-License-Identifier: GPL-2.0-or-later
install(FILES ${PROJECT_SOURCE_DIR}/docs/package.md DESTINATION share/doc/tcplife RENAME README COMPONENT documents)
install(FILES ${PROJECT_SOURCE_DIR}/docs/copyright DESTINATION share/doc/tcplife COMPONENT documents)
install(FILES ${PROJECT_SOURCE_DIR}/docs/tcplife.7 DESTINATION share/man/man7 COMPONENT documents)
if(TARGET pcaplife)
    set(TCPLIFE_COMMAND ON)
    install(FILES ${PROJECT_SOURCE_DIR}/docs/pcaplife.1 DESTINATION share/man/man1 COMPONENT command)
    install(FILES ${PROJECT_SOURCE_DIR}/docs/copyright DESTINATION share/doc/pcaplife COMPONENT command)
endif()
install(FILES ${PROJECT_SOURCE_DIR}/docs/copyright DESTINATION share/doc/libtcplife0 COMPONENT runtime)
install(FILES ${PROJECT_SOURCE_DIR}/docs/copyright DESTINATION share/doc/libtcplife-dev COMPONENT development)
# What the headers refer to.
install(FILES ${PROJECT_SOURCE_DIR}/docs/library.md ${PROJECT_SOURCE_DIR}/docs/contract.md ${PROJECT_SOURCE_DIR}/docs/memory.md
    DESTINATION share/doc/libtcplife-dev COMPONENT development)
install(FILES ${PROJECT_SOURCE_DIR}/examples/lives.c DESTINATION share/doc/libtcplife-dev/examples COMPONENT development)

find_program(DPKG_QUERY dpkg-query)
find_program(DPKG_SHLIBDEPS dpkg-shlibdeps)
if(NOT DPKG_QUERY OR NOT DPKG_SHLIBDEPS)
    return() # not a Debian: no package
endif()

if(TARGET tcplife)
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
    if(abi)
        math(EXPR next "${Wireshark_MINOR_VERSION} + 1")
        set(TCPLIFE_SERIES "${Wireshark_MAJOR_VERSION}.${Wireshark_MINOR_VERSION}")
        set(TCPLIFE_WIRESHARK
            "${abi} (>= ${TCPLIFE_SERIES}.0~), ${abi} (<< ${Wireshark_MAJOR_VERSION}.${next}~)")
    endif()
endif()
configure_file(${PROJECT_SOURCE_DIR}/cmake/cpack_config.cmake.in ${PROJECT_BINARY_DIR}/cpack_config.cmake @ONLY)

set(CPACK_GENERATOR DEB)
set(CPACK_PROJECT_CONFIG_FILE ${PROJECT_BINARY_DIR}/cpack_config.cmake)
set(CPACK_PACKAGE_CONTACT "tcplife maintainers <maintainers@tcplife.invalid>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
include(CPack)
