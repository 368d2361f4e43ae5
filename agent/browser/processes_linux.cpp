// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/browser/pidfd_linux.h"
#include "agent/browser/processes.h"

#include <QDir>
#include <QFile>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

/// At most 1 MiB of a file of /proc; empty when it can't be read.
QByteArray procFile(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.read(qint64 {1024} * 1024) : QByteArray();
}

QString procPath(qint64 pid, QLatin1StringView name)
{
    return u"/proc/%1/%2"_s.arg(pid).arg(name);
}

/// "pid (name) state ppid …": the name may hold blanks and brackets, so what is after the last ')'. The start time is field 22 of
/// all, 19 here (proc(5)).
QByteArrayList statFields(qint64 pid)
{
    const QByteArray stat = procFile(procPath(pid, "stat"_L1));
    return stat.mid(stat.lastIndexOf(')') + 2).split(' ');
}

} // namespace

std::optional<ProcessEntry> processEntry(qint64 pid)
{
    const QByteArrayList fields = statFields(pid);
    if (fields.size() < 20 || fields.at(0) == "Z" || fields.at(0) == "X") {
        return std::nullopt;
    }
    ProcessEntry entry;
    entry.pid = pid;
    entry.parent = fields.at(1).toLongLong();
    entry.startTime = fields.at(19).toULongLong();
    QByteArray line = procFile(procPath(pid, "cmdline"_L1));
    while (line.endsWith('\0')) {
        line.chop(1);
    }
    if (!line.isEmpty()) {
        entry.arguments = line.split('\0');
    }
    struct stat owner
    { };
    const QByteArray dir = QFile::encodeName(u"/proc/%1"_s.arg(pid));
    entry.sameUser = ::stat(dir.constData(), &owner) == 0 && owner.st_uid == ::geteuid();
    return entry;
}

QList<ProcessEntry> processTable()
{
    QList<ProcessEntry> table;
    const QStringList names = QDir(u"/proc"_s).entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Unsorted);
    for (const QString &name : names) {
        bool ok = false;
        const qint64 pid = name.toLongLong(&ok);
        if (!ok) {
            continue;
        }
        if (auto entry = processEntry(pid)) {
            table.append(*std::move(entry));
        }
    }
    return table;
}

void reapSession(qint64 leader)
{
    const QByteArray session = QByteArray::number(leader);
    const QByteArray us = QByteArray::number(qint64 {::getpid()});
    const QStringList names = QDir(u"/proc"_s).entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Unsorted);
    for (const QString &name : names) {
        bool ok = false;
        const qint64 pid = name.toLongLong(&ok);
        if (!ok || pid == leader) {
            continue;
        }
        const QByteArrayList fields = statFields(pid); // state, parent, process group, session
        if (fields.size() >= 4 && fields.at(0) == "Z" && fields.at(1) == us && fields.at(3) == session) {
            siginfo_t info {};
            (void)::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG);
        }
    }
}

bool endProcess(const ProcessEntry &process)
{
    const int fd = pidfdOpen(process.pid);
    if (fd < 0) {
        return errno == ESRCH;
    }
    // The descriptor holds this pid's process; only now is it certain which one the start time belongs to.
    const auto now = processEntry(process.pid);
    bool done = true;
    if (now && now->startTime == process.startTime) {
        done = pidfdSignal(fd, SIGKILL) == 0 || errno == ESRCH;
    }
    ::close(fd);
    return done;
}

qint64 residentBytes(const QList<qint64> &pids)
{
    qint64 own = 0;
    qint64 files = 0;
    bool any = false;
    for (const qint64 pid : pids) {
        const QByteArrayList lines = procFile(procPath(pid, "status"_L1)).split('\n');
        for (const QByteArray &line : lines) {
            if (!line.startsWith("Rss")) {
                continue;
            }
            const QByteArrayList words = line.simplified().split(' ');
            const qint64 bytes = words.size() >= 2 ? words.at(1).toLongLong() * 1024 : 0;
            any = true;
            if (words.at(0) == "RssFile:") {
                files = std::max(files, bytes);
            } else {
                own += bytes;
            }
        }
    }
    return any ? own + files : -1;
}

QString machineBootId()
{
    return QString::fromLatin1(procFile(u"/proc/sys/kernel/random/boot_id"_s).trimmed());
}

} // namespace dtf
