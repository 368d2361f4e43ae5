// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/childprogram.h"

#include <QByteArray>
#include <QList>
#include <QString>

namespace dtf::crash {

enum class Part { Orchestrator, Agent };
[[nodiscard]] const char *nameOf(Part part);

/// One system call of a job's life, as the shim counts them: "rename share/incoming/a.csv -> share/processing/…#1", the last
/// number being the how-manieth of its kind. Independent of ids, times and of what other threads do meanwhile. "any#7": the
/// seventh call of all.
using Point = QByteArray;
[[nodiscard]] QByteArray operationOf(const Point &point); ///< "rename", "write", "fsync" …

/// What happens at a point: "kill-before", "kill-after", "fail:5" (not made, that errno), "done-fail:5" (made, that errno all
/// the same), "short-kill", "short-fail:28"; "cut": the machine's power goes, before the call.
using Action = QByteArray;

struct Fault
{
    Part part = Part::Agent;
    Point point; ///< empty: none
    Action action;
    Point again; ///< of the life after that one, which begins with the recovery; empty: it is left in peace
    Action actionAgain;
    [[nodiscard]] QByteArray words() const;
    [[nodiscard]] bool kills() const { return action == "cut" || action.contains("kill"); }
    [[nodiscard]] int deaths() const { return again.isEmpty() || again == onlyCount ? 1 : 2; }
    /// The next life, watched on its own.
    [[nodiscard]] Fault next() const { return {part, again == onlyCount ? Point() : again, actionAgain, {}, {}}; }
    static constexpr char onlyCount[] = "count"; ///< as `again`: its calls are written down, nothing happens
};

/// Every action that makes sense at the point.
[[nodiscard]] QList<Action> actionsAt(const Point &point);

/// Where the shim looks: `areas` are names and folders.
struct ShimPlan
{
    QList<std::pair<QByteArray, QString>> areas;
    QString log; ///< every point is appended
    QString pipeline; ///< the exec of this program is a point
    QString images; ///< for power cuts
    Point at;
    Action action;
};
void load(ChildProgram &program, const ShimPlan &plan);
void unload(ChildProgram &program); ///< from the next start on

/// What a shim has written down.
struct Trace
{
    QList<Point> points;
    bool struck = false; ///< the plan's point was reached: the last of `before`
    QList<Point> before; ///< up to and with it
};
[[nodiscard]] Trace readTrace(const QString &log);

} // namespace dtf::crash
