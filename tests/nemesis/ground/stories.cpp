// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/nemesis/ground/stories.h"

#include <QDir>
#include <QFile>

#include <algorithm>
#include <cstdio>

namespace dtf {

using namespace Qt::StringLiterals;

FleetPlan waitingNodes(int count)
{
    return scriptNodes(count,
        {u"/bin/sh"_s, u"-c"_s,
            u"echo begun; until [ -e \"$DTF_TEST_FLEET/go\" ]; do sleep 0.2; done; cp -- \"$1\" \"$DTF_OUT/copy\""_s, u"wait"_s,
            u"{file}"_s});
}

FleetPlan copyingNodes(int count)
{
    return scriptNodes(count, {u"/bin/sh"_s, u"-c"_s, u"cp -- \"$1\" \"$DTF_OUT/copy\""_s, u"copy"_s, u"{file}"_s});
}

void letGo(const Fleet &fleet, bool go)
{
    const QString file = fleet.folder() + u"/go"_s;
    if (go ? !writeFile(file, {}) : (QFile::exists(file) && !QFile::remove(file))) {
        qFatal("the file that lets scripts go can't be changed");
    }
}

bool move(const QString &from, const QString &to)
{
    return std::rename(qUtf8Printable(from), qUtf8Printable(to)) == 0;
}

QStringList namesIn(const QString &folder)
{
    return QDir(folder).entryList(QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot, QDir::Name);
}

bool orchestratorSaysTheShareIs(Fleet &fleet, bool ok)
{
    const StateView state = fleet.api().state();
    return !state.summary.orchestratorBoot.isEmpty() && state.summary.shareOk == ok;
}

bool everybodySaysTheShareIs(Fleet &fleet, bool ok)
{
    const StateView state = fleet.api().state();
    return !state.nodes.isEmpty() && state.summary.shareOk == ok
        && std::all_of(state.nodes.begin(), state.nodes.end(), [ok](const NodeView &n) { return n.beat.shareOk == ok; });
}

bool isLongRun()
{
    return qEnvironmentVariableIntValue("DTF_TEST_LONG") != 0;
}

bool within(const char *what, milliseconds measured, milliseconds bound)
{
    std::printf("measured: %s: %.1f s of %.0f s\n", what, static_cast<double>(measured.count()) / 1e3,
        static_cast<double>(milliseconds(bound).count()) / 1e3);
    std::fflush(stdout);
    return measured <= bound;
}

} // namespace dtf
