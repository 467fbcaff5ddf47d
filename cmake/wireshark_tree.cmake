# The plugin as a part of Wireshark's own build: these sources lie in plugins/epan/tcplife of a Wireshark source tree
# (docs/install.md). Wireshark's macros say how a plugin is made on each system; no tests and no package come of it.
#
# SPDX-License-Identifier: GPL-2.0-or-later
include(WiresharkPlugin)
set_module_info(tcplife ${PROJECT_VERSION_MAJOR} ${PROJECT_VERSION_MINOR} ${PROJECT_VERSION_PATCH} 0)

# PLUGIN_FILES is what add_wireshark_plugin_library() compiles.
file(GLOB_RECURSE PLUGIN_FILES CONFIGURE_DEPENDS core/*.c output/*.c plugin/*.c)
file(GLOB_RECURSE headers CONFIGURE_DEPENDS include/*.h core/*.h output/*.h plugin/*.h)
add_wireshark_plugin_library(tcplife epan)
target_compile_features(tcplife PRIVATE c_std_11)
target_compile_definitions(tcplife PRIVATE TCPLIFE_VERSION="${PROJECT_VERSION}")
target_include_directories(tcplife PRIVATE ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/include)
target_link_libraries(tcplife epan)
install_plugin(tcplife epan)

checkapi(NAME tcplife
    SWITCHES --group dissectors-prohibited --group dissectors-restricted
    SOURCES ${PLUGIN_FILES} ${headers})
