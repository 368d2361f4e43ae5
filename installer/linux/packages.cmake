# SPDX-License-Identifier: GPL-3.0-or-later
# One .deb for each component, by CPack. Dependencies on libraries come from what the programs link; named here is what they load.
get_property(packages GLOBAL PROPERTY DTF_PACKAGES)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME dtf)
set(CPACK_PACKAGE_VENDOR "DTF Orchestration")
set(CPACK_PACKAGE_CONTACT ${DTF_PACKAGE_MAINTAINER})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_BINARY_DIR}/packages)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL ${packages})
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)

# package_control(name SECTION … SUMMARY … DESCRIPTION … [DEPENDS …] [RECOMMENDS …] [SUGGESTS …] [STATE folder])
# With STATE it is a service: it has maintainer scripts, and refuses to follow a newer version.
macro(package_control name)
    cmake_parse_arguments(A "" "SECTION;SUMMARY;DESCRIPTION;DEPENDS;RECOMMENDS;SUGGESTS;STATE" "" ${ARGN})
    string(TOUPPER ${name} key)
    set(CPACK_DEBIAN_${key}_PACKAGE_NAME ${name})
    set(CPACK_DEBIAN_${key}_PACKAGE_SECTION ${A_SECTION})
    set(CPACK_DEBIAN_${key}_DESCRIPTION "${A_SUMMARY}\n${A_DESCRIPTION}")
    set(CPACK_DEBIAN_${key}_PACKAGE_DEPENDS "${A_DEPENDS}")
    set(CPACK_DEBIAN_${key}_PACKAGE_RECOMMENDS "${A_RECOMMENDS}")
    set(CPACK_DEBIAN_${key}_PACKAGE_SUGGESTS "${A_SUGGESTS}")
    if(A_STATE)
        set(PACKAGE ${name})
        set(STATE ${A_STATE})
        configure_file(${CMAKE_CURRENT_SOURCE_DIR}/debian/preinst.in ${CMAKE_CURRENT_BINARY_DIR}/${name}/preinst @ONLY)
        set(CPACK_DEBIAN_${key}_PACKAGE_CONTROL_EXTRA ${CMAKE_CURRENT_BINARY_DIR}/${name}/preinst)
        foreach(script postinst prerm postrm)
            list(APPEND CPACK_DEBIAN_${key}_PACKAGE_CONTROL_EXTRA ${CMAKE_CURRENT_SOURCE_DIR}/debian/${name}/${script})
        endforeach()
    endif()
endmacro()

package_control(dtf-orchestrator SECTION net
    SUMMARY "Hands payroll files to the least loaded worker"
    DESCRIPTION "The service that sees files arrive on a share, moves each one to the worker
whose browser is ready, and keeps the complete audit of what became of it.
One of them works on a share."
    DEPENDS "adduser, libqt6sql6-sqlite"
    RECOMMENDS dtf-ctl SUGGESTS "cifs-utils"
    STATE /var/lib/dtf/orchestrator)
package_control(dtf-agent SECTION net
    SUMMARY "Keeps one browser and runs the script for each payroll file"
    DESCRIPTION "The service on a worker machine: it supervises one Chrome with its login, runs
the customer's script for each file that the orchestrator hands over, and
publishes the results. Without a desktop session the browser is shown by Xvfb."
    DEPENDS "adduser"
    RECOMMENDS "google-chrome-stable | chromium, xvfb" SUGGESTS "cifs-utils"
    STATE /var/lib/dtf/agent)
package_control(dtf-console SECTION net
    SUMMARY "Shows and commands the workers that upload payroll files"
    DESCRIPTION "The desktop program for those who look after the workers: nodes, files, alerts,
live log and audit in one window, and every command from the row one looks at."
    DEPENDS "libqt6svg6, hicolor-icon-theme"
    RECOMMENDS dtf-ctl SUGGESTS "qt6-wayland")
package_control(dtf-ctl SECTION net
    SUMMARY "Shows and commands the workers from a terminal"
    DESCRIPTION "Nodes, files, logs, why a file does not run yet, and every operator's command
on the command line, also as JSON for scripts. Needs no desktop.")

include(CPack)
