// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/clock.h"

#include <QDeadlineTimer>
#include <QEventLoop>
#include <QTest>
#include <QTimer>

namespace dtf {

/// Asks `condition` at once and then every 100 ms, the event loop running in between, until it is true or the deadline has
/// passed. For conditions that cost a request or a listing; QTRY_VERIFY asks far more often.
template <typename Condition> [[nodiscard]] bool until(Condition &&condition, milliseconds deadline = seconds(60))
{
    const QDeadlineTimer end(deadline);
    while (!condition()) {
        if (end.hasExpired()) {
            return false;
        }
        QEventLoop pause;
        QTimer::singleShot(milliseconds(100), &pause, &QEventLoop::quit);
        pause.exec();
    }
    return true;
}

/// True when `condition` stays true for all of `time`: for what must not happen.
template <typename Condition> [[nodiscard]] bool stays(Condition &&condition, milliseconds time)
{
    return !until([&] { return !condition(); }, time);
}

} // namespace dtf

/// Fails the test with the condition's words when it does not come true within `deadline` (a std::chrono duration).
#define UNTIL(condition, deadline) QVERIFY2(::dtf::until([&] { return static_cast<bool>(condition); }, deadline), #condition)
