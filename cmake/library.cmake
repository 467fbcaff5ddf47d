# The libraries for other programs, shared and static, with what pkg-config and find_package(tcplife) need:
# libtcplife, the tracker, and where GLib is, libtcplife-output, which says in sentences, records and pictures what
# the tracker knows.
#
# Only what include/tcplife marks TL_API can be linked with: in the static libraries, too, where the linker has
# joined the objects into one.
#
# SPDX-License-Identifier: GPL-2.0-or-later
include(CMakePackageConfigHelpers)
if(EXISTS /etc/debian_version AND CMAKE_LIBRARY_ARCHITECTURE)
    set(CMAKE_INSTALL_LIBDIR lib/${CMAKE_LIBRARY_ARCHITECTURE} CACHE PATH "Folder of libraries")
endif()
include(GNUInstallDirs)

# tcplife_library(NAME OF): NAME and NAME-static, of the sources of the target OF.
function(tcplife_library name of)
    get_target_property(sources ${of} SOURCES)
    add_library(${name}-objects OBJECT ${sources})
    set_target_properties(${name}-objects PROPERTIES POSITION_INDEPENDENT_CODE ON C_EXTENSIONS OFF)
    target_compile_definitions(${name}-objects PRIVATE TCPLIFE_BUILDS_SHARED_LIBRARY)
    target_include_directories(${name}-objects PUBLIC ${PROJECT_SOURCE_DIR}/include PRIVATE ${PROJECT_SOURCE_DIR})

    add_library(lib${name} SHARED $<TARGET_OBJECTS:${name}-objects>)
    set_target_properties(lib${name} PROPERTIES OUTPUT_NAME ${name} EXPORT_NAME ${name}
        VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR})

    # One object, in which what is hidden cannot be seen any more, where the tools for that are there.
    if(CMAKE_OBJCOPY AND CMAKE_SYSTEM_NAME STREQUAL "Linux" AND NOT TCPLIFE_SANITIZE)
        set(joined ${PROJECT_BINARY_DIR}/${name}.o)
        add_custom_command(OUTPUT ${joined}
            COMMAND ${CMAKE_LINKER} -r -o ${joined} $<TARGET_OBJECTS:${name}-objects>
            COMMAND ${CMAKE_OBJCOPY} --localize-hidden ${joined}
            DEPENDS ${name}-objects $<TARGET_OBJECTS:${name}-objects>
            COMMAND_EXPAND_LISTS VERBATIM)
        add_library(lib${name}-static STATIC ${joined})
        set_source_files_properties(${joined} PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
        set_target_properties(lib${name}-static PROPERTIES LINKER_LANGUAGE C)
    else()
        add_library(lib${name}-static STATIC $<TARGET_OBJECTS:${name}-objects>)
    endif()
    set_target_properties(lib${name}-static PROPERTIES OUTPUT_NAME ${name} EXPORT_NAME ${name}-static)
    foreach(target IN ITEMS lib${name} lib${name}-static)
        target_include_directories(${target} INTERFACE
            $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
    endforeach()

    # Wherever all of it is put, pkg-config finds the rest from where it finds this.
    file(RELATIVE_PATH PREFIX_FROM_PC /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
    configure_file(${PROJECT_SOURCE_DIR}/cmake/${name}.pc.in ${PROJECT_BINARY_DIR}/${name}.pc @ONLY)

    # The component `library` is all of it. Debian's two packages are the components `runtime`, the shared libraries
    # alone, and `development`, the rest.
    install(TARGETS lib${name} lib${name}-static EXPORT tcplifeTargets COMPONENT library
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
    install(TARGETS lib${name} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT runtime NAMELINK_SKIP)
    install(TARGETS lib${name} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development NAMELINK_ONLY)
    install(TARGETS lib${name}-static ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
    foreach(component IN ITEMS library development)
        install(FILES ${PROJECT_BINARY_DIR}/${name}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT ${component})
    endforeach()
endfunction()

tcplife_library(tcplife tcplife_core)
if(TARGET tcplife_output)
    tcplife_library(tcplife-output tcplife_output)
    target_link_libraries(tcplife-output-objects PRIVATE PkgConfig::GLIB)
    target_link_libraries(libtcplife-output PUBLIC libtcplife PRIVATE PkgConfig::GLIB m)
    target_link_libraries(libtcplife-output-static PUBLIC libtcplife-static)
endif()

set(package ${CMAKE_INSTALL_LIBDIR}/cmake/tcplife)
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/tcplifeConfig.cmake.in ${PROJECT_BINARY_DIR}/tcplifeConfig.cmake
    INSTALL_DESTINATION ${package})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/tcplifeConfigVersion.cmake COMPATIBILITY SameMinorVersion)
if(TARGET tcplife_output)
    set(without)
else()
    set(without PATTERN output EXCLUDE)
endif()
foreach(component IN ITEMS library development)
    install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/tcplife DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT ${component}
        ${without})
    install(FILES ${PROJECT_BINARY_DIR}/tcplifeConfig.cmake ${PROJECT_BINARY_DIR}/tcplifeConfigVersion.cmake
        DESTINATION ${package} COMPONENT ${component})
    install(EXPORT tcplifeTargets NAMESPACE tcplife:: DESTINATION ${package} COMPONENT ${component})
endforeach()
