# libtcplife for other programs: shared and static, with what pkg-config and find_package(tcplife) need.
#
# Both are made of the same objects. Only what include/tcplife marks TL_API can be linked with: in the
# static library, too, where the linker has joined the objects into one.
#
# SPDX-License-Identifier: GPL-2.0-or-later
include(CMakePackageConfigHelpers)
if(EXISTS /etc/debian_version AND CMAKE_LIBRARY_ARCHITECTURE)
    set(CMAKE_INSTALL_LIBDIR lib/${CMAKE_LIBRARY_ARCHITECTURE} CACHE PATH "Folder of libraries")
endif()
include(GNUInstallDirs)

get_target_property(sources tcplife_core SOURCES)
add_library(tcplife_objects OBJECT ${sources})
set_target_properties(tcplife_objects PROPERTIES POSITION_INDEPENDENT_CODE ON C_EXTENSIONS OFF)
target_compile_definitions(tcplife_objects PRIVATE TCPLIFE_BUILDS_SHARED_LIBRARY)
target_include_directories(tcplife_objects PUBLIC ${PROJECT_SOURCE_DIR}/include PRIVATE ${PROJECT_SOURCE_DIR})

add_library(tcplife_shared SHARED $<TARGET_OBJECTS:tcplife_objects>)
set_target_properties(tcplife_shared PROPERTIES OUTPUT_NAME tcplife EXPORT_NAME tcplife
    VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR})

# One object, in which what is hidden cannot be seen any more, where the tools for that are there.
set(joined ${PROJECT_BINARY_DIR}/core/joined.o)
if(CMAKE_OBJCOPY AND CMAKE_SYSTEM_NAME STREQUAL "Linux" AND NOT TCPLIFE_SANITIZE)
    add_custom_command(OUTPUT ${joined}
        COMMAND ${CMAKE_LINKER} -r -o ${joined} $<TARGET_OBJECTS:tcplife_objects>
        COMMAND ${CMAKE_OBJCOPY} --localize-hidden ${joined}
        DEPENDS tcplife_objects $<TARGET_OBJECTS:tcplife_objects>
        COMMAND_EXPAND_LISTS VERBATIM)
    add_library(tcplife_static STATIC ${joined})
    set_source_files_properties(${joined} PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
    set_target_properties(tcplife_static PROPERTIES LINKER_LANGUAGE C)
else()
    add_library(tcplife_static STATIC $<TARGET_OBJECTS:tcplife_objects>)
endif()
set_target_properties(tcplife_static PROPERTIES OUTPUT_NAME tcplife EXPORT_NAME tcplife-static)

foreach(target IN ITEMS tcplife_shared tcplife_static)
    target_include_directories(${target} INTERFACE
        $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
endforeach()

# Wherever all of it is put, pkg-config finds the rest from where it finds this.
file(RELATIVE_PATH PREFIX_FROM_PC /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
configure_file(${PROJECT_SOURCE_DIR}/cmake/tcplife.pc.in ${PROJECT_BINARY_DIR}/tcplife.pc @ONLY)
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/tcplife)
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/tcplifeConfig.cmake.in ${PROJECT_BINARY_DIR}/tcplifeConfig.cmake
    INSTALL_DESTINATION ${package})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/tcplifeConfigVersion.cmake COMPATIBILITY SameMinorVersion)

# The component `library` is all of it. Debian's two packages are the components `runtime`, the shared library
# alone, and `development`, the rest.
install(TARGETS tcplife_shared tcplife_static EXPORT tcplifeTargets COMPONENT library
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS tcplife_shared LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT runtime NAMELINK_SKIP)
install(TARGETS tcplife_shared LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development NAMELINK_ONLY)
install(TARGETS tcplife_static ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
foreach(component IN ITEMS library development)
    install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/tcplife DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT ${component}
        PATTERN output EXCLUDE) # of output/, which is not installed
    install(FILES ${PROJECT_BINARY_DIR}/tcplife.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT ${component})
    install(FILES ${PROJECT_BINARY_DIR}/tcplifeConfig.cmake ${PROJECT_BINARY_DIR}/tcplifeConfigVersion.cmake
        DESTINATION ${package} COMPONENT ${component})
    install(EXPORT tcplifeTargets NAMESPACE tcplife:: DESTINATION ${package} COMPONENT ${component})
endforeach()
