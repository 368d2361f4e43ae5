# SPDX-License-Identifier: GPL-3.0-or-later
# Toolchain of the preset `windows`. On Linux: mingw-w64 (posix threads) with the Qt tree that DTF_QT_WINDOWS names (installer/windows/qt-tree
# prints it), and for the charts the QCustomPlot that DTF_QCUSTOMPLOT_WINDOWS names (installer/windows/qcustomplot-tree prints it). On Windows
# itself: the native compiler (MSVC or MinGW), and DTF_QT_WINDOWS names the kit of the official Qt. See BUILD.md.
if(DEFINED ENV{DTF_QT_WINDOWS})
    set(DTF_QT_WINDOWS "$ENV{DTF_QT_WINDOWS}" CACHE PATH "Qt for Windows: the folder that holds lib/cmake/Qt6")
endif()
if(DEFINED ENV{DTF_QCUSTOMPLOT_WINDOWS}) # it may come after a first configuration that went without
    set(DTF_QCUSTOMPLOT_WINDOWS "$ENV{DTF_QCUSTOMPLOT_WINDOWS}" CACHE PATH "QCustomPlot for that Qt: holds QCustomPlotQt6Config.cmake" FORCE)
endif()
set(CMAKE_TRY_COMPILE_PLATFORM_VARIABLES DTF_QT_WINDOWS DTF_QCUSTOMPLOT_WINDOWS)
foreach(tree ${DTF_QT_WINDOWS} ${DTF_QCUSTOMPLOT_WINDOWS})
    list(PREPEND CMAKE_PREFIX_PATH "${tree}")
endforeach()
if(CMAKE_HOST_WIN32)
    return()
endif()
if(NOT EXISTS "${DTF_QT_WINDOWS}/lib/cmake/Qt6/Qt6Config.cmake")
    message(FATAL_ERROR "DTF_QT_WINDOWS does not name a Qt tree for Windows ('${DTF_QT_WINDOWS}'); "
        "run: export DTF_QT_WINDOWS=$(installer/windows/qt-tree)")
endif()

set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(CMAKE_C_COMPILER x86_64-w64-mingw32-gcc-posix)
set(CMAKE_CXX_COMPILER x86_64-w64-mingw32-g++-posix)
set(CMAKE_RC_COMPILER x86_64-w64-mingw32-windres)
set(CMAKE_FIND_ROOT_PATH "${DTF_QT_WINDOWS}" ${DTF_QCUSTOMPLOT_WINDOWS} /usr/x86_64-w64-mingw32)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG" CACHE STRING "")
# moc, rcc and uic of the same Qt version, for this machine.
set(QT_HOST_PATH /usr CACHE PATH "")
file(GLOB dtf_host_cmake /usr/lib/*/cmake/Qt6)
if(dtf_host_cmake)
    list(GET dtf_host_cmake 0 dtf_host_cmake)
    get_filename_component(dtf_host_cmake "${dtf_host_cmake}" DIRECTORY)
    set(QT_HOST_PATH_CMAKE_DIR "${dtf_host_cmake}" CACHE PATH "")
endif()
# ctest runs each .exe through this: wine, and what QtTest has to say.
set(CMAKE_CROSSCOMPILING_EMULATOR "${CMAKE_CURRENT_LIST_DIR}/../../tests/windows/in-wine" CACHE FILEPATH "")
