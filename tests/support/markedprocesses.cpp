// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/markedprocesses.h"

#include "tests/support/waiting.h"

#include <QDir>
#include <QFile>

#include <csignal>

#include <unistd.h>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

bool isZombie(const QString &folder)
{
    const QByteArray stat = contentOf(folder + u"/stat"_s);
    const qsizetype name = stat.lastIndexOf(')');
    return name < 0 || stat.mid(name + 2, 1) == "Z";
}

} // namespace

QList<MarkedProcess> markedProcesses(const QByteArray &mark)
{
    QList<MarkedProcess> found;
    const QStringList entries = QDir(u"/proc"_s).entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Unsorted);
    for (const QString &entry : entries) {
        bool isPid = false;
        const pid_t pid = entry.toInt(&isPid);
        if (!isPid || pid == ::getpid()) {
            continue;
        }
        const QString folder = u"/proc/"_s + entry;
        QByteArray command = contentOf(folder + u"/cmdline"_s);
        if ((command.contains(mark) || contentOf(folder + u"/environ"_s).contains(mark)) && !isZombie(folder)) {
            found.append({pid, command.replace('\0', ' ').trimmed()});
        }
    }
    return found;
}

bool endMarkedProcesses(const QByteArray &mark)
{
    return until(
        [&] {
            const QList<MarkedProcess> left = markedProcesses(mark);
            for (const MarkedProcess &process : left) {
                ::kill(process.pid, SIGKILL);
            }
            return left.isEmpty();
        },
        seconds(20));
}

} // namespace dtf
