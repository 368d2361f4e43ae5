// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/work/orphanreaper.h"

#ifdef __linux__
#include <QDir>
#include <QFile>

#include <sys/wait.h>
#include <unistd.h>
#endif

namespace dtf {

using namespace Qt::StringLiterals;

#ifdef __linux__
namespace {

/// waitid() shows one dead child until it is waited for; /proc shows all of them.
QSet<qint64> deadChildren()
{
    QSet<qint64> dead;
    const QByteArray self = QByteArray::number(::getpid());
    const QStringList names = QDir(u"/proc"_s).entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Unsorted);
    for (const QString &name : names) {
        bool isPid = false;
        const qint64 pid = name.toLongLong(&isPid);
        QFile file(u"/proc/"_s + name + u"/stat"_s);
        if (!isPid || !file.open(QIODevice::ReadOnly | QIODevice::Unbuffered)) {
            continue;
        }
        const QByteArray line = file.read(4096);
        const QList<QByteArray> fields = line.mid(line.lastIndexOf(')') + 2).split(' '); // state, parent, …
        if (fields.size() > 2 && fields[0] == "Z" && fields[1] == self) {
            dead.insert(pid);
        }
    }
    return dead;
}

} // namespace
#endif

int OrphanReaper::look()
{
    int reaped = 0;
#ifdef __linux__
    siginfo_t info = {};
    if (::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0) {
        m_dead.clear(); // as nearly always: nobody is dead
        return 0;
    }
    QSet<qint64> dead = deadChildren();
    for (const qint64 pid : std::as_const(m_dead)) {
        if (dead.contains(pid) && ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG) == 0) {
            dead.remove(pid);
            ++reaped;
        }
    }
    m_dead = dead;
#endif
    return reaped;
}

} // namespace dtf
