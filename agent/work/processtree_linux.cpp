// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/work/processtree.h"

#include "common/share/token.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QHash>
#include <QList>
#include <QSet>

#include <csignal>
#include <optional>

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

struct Process
{
    pid_t pid = 0;
    pid_t parent = 0;
    pid_t session = 0;
    char state = '?';
    qint64 started = 0; ///< clock ticks since boot: tells a reused pid
    [[nodiscard]] bool lives() const { return state != 'Z' && state != 'X' && state != 'x'; }
};

/// /proc/<pid>/stat: the name in parentheses may hold anything, so fields are counted from the last ')'.
std::optional<Process> readProcess(pid_t pid)
{
    QFile file(u"/proc/%1/stat"_s.arg(pid));
    if (!file.open(QIODevice::ReadOnly | QIODevice::Unbuffered)) {
        return std::nullopt;
    }
    const QByteArray line = file.read(4096);
    const QList<QByteArray> fields = line.mid(line.lastIndexOf(')') + 2).split(' ');
    if (fields.size() < 20) {
        return std::nullopt;
    }
    Process p;
    p.pid = pid;
    p.state = fields[0].isEmpty() ? '?' : fields[0][0];
    p.parent = fields[1].toInt();
    p.session = fields[3].toInt();
    p.started = fields[19].toLongLong();
    return p;
}

QList<Process> allProcesses()
{
    QList<Process> all;
    const QStringList names = QDir(u"/proc"_s).entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Unsorted);
    for (const QString &name : names) {
        bool isPid = false;
        const int pid = name.toInt(&isPid);
        if (!isPid) {
            continue;
        }
        if (const auto p = readProcess(pid)) {
            all.append(*p);
        }
    }
    return all;
}

/// The marker's value in a process's environment as it was at its exec; empty when there is none or it is not ours to read.
QByteArray markerOf(pid_t pid)
{
    QFile file(u"/proc/%1/environ"_s.arg(pid));
    if (!file.open(QIODevice::ReadOnly | QIODevice::Unbuffered)) {
        return {};
    }
    const QByteArray wanted = QByteArray(ProcessTree::markerVariable) + '=';
    const QList<QByteArray> variables = file.readAll().split('\0');
    for (const QByteArray &variable : variables) {
        if (variable.startsWith(wanted)) {
            return variable.mid(wanted.size());
        }
    }
    return {};
}

} // namespace

struct ProcessTree::Private
{
    QByteArray marker;
    pid_t main = 0; ///< 0: none, or its number has been given to another process
    qint64 mainStarted = 0;
    QHash<pid_t, qint64> members; ///< seen once, with their start time
    QSet<pid_t> living;
    QHash<pid_t, qint64> zombies; ///< our own dead children, first seen at
    QElapsedTimer clock;
};

ProcessTree::ProcessTree(const QByteArray &marker)
    : d(std::make_unique<Private>())
{
    d->marker = marker;
    d->clock.start();
}

ProcessTree::~ProcessTree() = default;

void ProcessTree::prepare(QProcess &process)
{
    const pid_t agent = ::getpid();
    process.setChildProcessModifier([agent] {
        // Between fork and exec: async-signal-safe calls only.
        ::setsid();
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != agent) {
            ::_exit(127); // the agent died before the line above
        }
    });
}

/// One that was short may have ended and been reaped by now: Qt from 6.6 on does that as soon as the system tells, older ones
/// where the system gives no pidfd. It has run all the same.
bool ProcessTree::adopt(QProcess &process)
{
    const auto pid = static_cast<pid_t>(process.processId());
    const auto self = pid > 0 ? readProcess(pid) : std::nullopt;
    if (self && self->parent == ::getpid()) {
        d->main = pid;
        d->mainStarted = self->started;
    } else if (pid > 0 && !self) { // its number is nobody's, so only its own children can have its session
        for (const Process &p : allProcesses()) {
            if (p.session == pid) {
                d->members.insert(p.pid, p.started);
            }
        }
    }
    return pid > 0;
}

int ProcessTree::look()
{
    const QList<Process> all = allProcesses();
    QHash<pid_t, const Process *> byPid;
    for (const Process &p : all) {
        byPid.insert(p.pid, &p);
    }
    if (const Process *p = byPid.value(d->main); p != nullptr && p->started != d->mainStarted) {
        d->main = 0; // a stranger has its number, and may have the session of that number
    }
    // What was a member and is still the same process.
    QHash<pid_t, qint64> members;
    for (auto it = d->members.cbegin(); it != d->members.cend(); ++it) {
        const Process *p = byPid.value(it.key());
        if (p != nullptr && p->started == it.value()) {
            members.insert(it.key(), it.value());
        }
    }
    const pid_t self = ::getpid();
    for (const Process &p : all) {
        if (p.pid == self || members.contains(p.pid)) {
            continue;
        }
        const bool inSession = d->main > 0 && (p.pid == d->main || p.session == d->main); // 0: the kernel's own, and containers'
        if (inSession || (p.lives() && markerOf(p.pid) == d->marker)) {
            members.insert(p.pid, p.started);
        }
    }
    // Children of members, until nothing is added.
    for (bool grown = true; grown;) {
        grown = false;
        for (const Process &p : all) {
            if (p.pid != self && !members.contains(p.pid) && members.contains(p.parent)) {
                members.insert(p.pid, p.started);
                grown = true;
            }
        }
    }
    d->members = members;
    d->living.clear();
    for (auto it = members.cbegin(); it != members.cend(); ++it) {
        const Process *p = byPid.value(it.key());
        if (p->lives()) {
            d->living.insert(p->pid);
        } else if (p->parent == self && p->pid != d->main) {
            ::waitpid(p->pid, nullptr, WNOHANG); // an orphan that came to us as subreaper; QProcess reaps the main one
        }
    }
    // Orphans that died before they were ever seen. Another QProcess of ours reaps its child at once, so a corpse that stays is
    // nobody's.
    QHash<pid_t, qint64> zombies;
    for (const Process &p : all) {
        if (p.parent == self && !p.lives() && p.pid != d->main && !members.contains(p.pid)) {
            const qint64 since = d->zombies.value(p.pid, d->clock.elapsed());
            if (d->clock.elapsed() - since > 10'000) {
                ::waitpid(p.pid, nullptr, WNOHANG);
            } else {
                zombies.insert(p.pid, since);
            }
        }
    }
    d->zombies = zombies;
    return static_cast<int>(d->living.size());
}

void ProcessTree::signalSoft()
{
    (void)look();
    for (const pid_t pid : std::as_const(d->living)) {
        ::kill(pid, SIGTERM);
    }
}

void ProcessTree::kill()
{
    // Stopped first: a process that goes on forking would outrun a single pass.
    for (const pid_t pid : std::as_const(d->living)) {
        ::kill(pid, SIGSTOP);
    }
    for (const pid_t pid : std::as_const(d->living)) {
        ::kill(pid, SIGKILL);
    }
}

void ProcessTree::freeze(bool frozen)
{
    (void)look();
    for (const pid_t pid : std::as_const(d->living)) {
        ::kill(pid, frozen ? SIGSTOP : SIGCONT);
    }
}

void becomeSubreaper()
{
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
}

int sweepLeftovers(const QSet<QByteArray> &boots)
{
    int living = 0;
    const QList<Process> all = allProcesses();
    for (const Process &p : all) {
        if (!p.lives() || p.pid == ::getpid()) {
            continue;
        }
        const auto stage = parseStage(markerOf(p.pid));
        if (!stage || !boots.contains(stage->boot.bytes())) {
            continue;
        }
        ++living;
        // The process may have gone and its number been given away since the look.
        const auto again = readProcess(p.pid);
        if (again && again->started == p.started) {
            ::kill(p.pid, SIGKILL);
        }
    }
    return living;
}

} // namespace dtf
