// SPDX-License-Identifier: GPL-3.0-or-later
#include "fault.h"

#include <QFile>

#include <cerrno>

namespace dtf::crash {

using namespace Qt::StringLiterals;

const char *nameOf(Part part)
{
    return part == Part::Agent ? "agent" : "orchestrator";
}

QByteArray Fault::words() const
{
    const QByteArray first = QByteArray(nameOf(part)) + " | " + point + " | " + action;
    return again.isEmpty() ? first : first + " | then " + again + " | " + actionAgain;
}

QByteArray operationOf(const Point &point)
{
    return point.first(qMax(qsizetype {0}, point.indexOf(' ')));
}

QList<Action> actionsAt(const Point &point)
{
    const auto failing = [](std::initializer_list<int> errors) {
        QList<Action> list;
        for (const int error : errors) {
            list.append("fail:" + QByteArray::number(error));
        }
        return list;
    };
    const QByteArray operation = operationOf(point);
    const Action ambiguous = "done-fail:" + QByteArray::number(EIO);
    QList<Action> list {"kill-before", "cut"};
    if (operation == "exec") { // nothing of ours runs after it
        return list + failing({ENOENT, ENOMEM});
    }
    list.append("kill-after");
    if (operation == "rename" || operation == "link") {
        list += failing({EIO, EBUSY, EACCES});
        list += ambiguous;
        list += "done-fail:" + QByteArray::number(ENOENT); // an SMB client that sent it twice
    } else if (operation == "write") {
        list += failing({EIO, ENOSPC});
        list += {"short-kill", "short-fail:" + QByteArray::number(ENOSPC)};
    } else if (operation == "create" || operation == "mkdir") {
        list += failing({EIO, ENOSPC, EACCES});
        list += ambiguous;
    } else if (operation == "fsync" || operation == "close" || operation == "truncate") {
        list += failing({EIO});
    } else { // unlink, rmdir
        list += failing({EIO, EBUSY});
        list += ambiguous;
    }
    return list;
}

void load(ChildProgram &program, const ShimPlan &plan)
{
    QByteArrayList areas;
    for (const auto &[name, folder] : plan.areas) {
        areas.append(name + '=' + QFile::encodeName(folder));
    }
    program.setEnvironment(u"LD_PRELOAD"_s, QStringLiteral(DTF_CRASH_SHIM));
    program.setEnvironment(u"DTF_CRASH_AREAS"_s, QString::fromUtf8(areas.join(':')));
    program.setEnvironment(u"DTF_CRASH_LOG"_s, plan.log);
    program.setEnvironment(u"DTF_CRASH_PIPELINE"_s, plan.pipeline);
    program.setEnvironment(u"DTF_CRASH_IMAGES"_s, plan.images);
    program.setEnvironment(u"DTF_CRASH_AT"_s, QString::fromUtf8(plan.at));
    program.setEnvironment(u"DTF_CRASH_ACTION"_s, plan.action == "cut" ? u"kill-before"_s : QString::fromUtf8(plan.action));
}

void unload(ChildProgram &program)
{
    program.setEnvironment(u"LD_PRELOAD"_s, {});
}

Trace readTrace(const QString &log)
{
    Trace trace;
    QFile file(log);
    if (!file.open(QIODevice::ReadOnly)) {
        return trace;
    }
    for (const QByteArray &line : file.readAll().split('\n')) {
        if (!line.isEmpty()) {
            const qsizetype mark = line.indexOf('\t');
            trace.points.append(line.first(mark < 0 ? line.size() : mark));
            if (mark >= 0) {
                trace.struck = true;
                trace.before = trace.points;
            }
        }
    }
    return trace;
}

} // namespace dtf::crash
