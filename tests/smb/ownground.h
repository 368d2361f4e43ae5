// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QTest>

namespace dtf {

/// Before anything else in main(): gives this process network and mounts of its own, so that a server on port 445 and FUSE
/// mounts touch nothing of the machine and vanish with the last process that uses them. Once per process, before any thread.
/// What could not be had is told by whyNoOwnGround().
void enterOwnGround();
/// Empty: this process stands on ground of its own, and all programs of these tests are installed.
[[nodiscard]] QString whyNoOwnGround();

} // namespace dtf

#define SMB_TEST_MAIN(Class)                                                                                                     \
    int main(int argc, char *argv[])                                                                                             \
    {                                                                                                                            \
        dtf::enterOwnGround();                                                                                                   \
        QCoreApplication app(argc, argv);                                                                                        \
        Class test;                                                                                                              \
        return QTest::qExec(&test, argc, argv);                                                                                  \
    }

/// For initTestCase().
#define SKIP_WITHOUT_OWN_GROUND()                                                                                                \
    do {                                                                                                                         \
        const QString why = dtf::whyNoOwnGround();                                                                               \
        if (!why.isEmpty()) {                                                                                                    \
            QSKIP(qUtf8Printable(why));                                                                                          \
        }                                                                                                                        \
    } while (false)
